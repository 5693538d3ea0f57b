//! Sessions of clients: [`Sessions`] by user and id.
//!
//! A client makes up its session's id. With the first call of an id the session is there; it ends when
//! the client releases it, or after [`SessionLimits::idle`] without a call. Ids of sessions that were
//! released are remembered for a while, so that a late call is told so and does not make a new
//! session. Every session has an id of the server's, by which a client notices that its session is
//! not the one it knew.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flint_connect_protocol::spark::connect::get_status_response::operation_status::OperationState;
use flint_sql::SparkSession;
use flint_sql_spec::{Result, SqlError, condition};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::artifacts::Artifacts;
use crate::execution::Execution;
use crate::extensions::Extensions;
use crate::failure::ErrorStore;

/// How many ended sessions, and how many ended executions of each, are remembered.
const REMEMBERED: usize = 1000;

/// Bounds of sessions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionLimits {
    /// How long a session without calls and executions lives: Spark's
    /// `spark.connect.session.manager.defaultSessionTimeout`.
    pub(crate) idle: Duration,
    /// What the artifacts of one session may take, in bytes.
    pub(crate) artifact_bytes: u64,
}

/// Who asks, and for which session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) user: String,
    pub(crate) session: String,
}

/// All sessions of a server.
#[derive(Debug)]
pub(crate) struct Sessions {
    root: SparkSession,
    limits: SessionLimits,
    extensions: Arc<Extensions>,
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    open: HashMap<Key, Arc<Session>>,
    ended: VecDeque<Key>,
}

/// A session of a client.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) key: Key,
    /// The server's id for it.
    pub(crate) server_side_id: String,
    pub(crate) spark: SparkSession,
    pub(crate) errors: ErrorStore,
    pub(crate) artifacts: Artifacts,
    pub(crate) extensions: Arc<Extensions>,
    executions: Mutex<Executions>,
    last_call: Mutex<Instant>,
}

#[derive(Debug, Default)]
struct Executions {
    /// The session has ended: nothing is added any more.
    closed: bool,
    open: HashMap<String, Arc<Execution>>,
    /// Those that have gone, and what they came to.
    ended: VecDeque<(String, OperationState)>,
}

impl Executions {
    fn ended(&self, id: &str) -> Option<OperationState> {
        let mut ended = self.ended.iter();
        let found = ended.find(|(ended, _)| ended == id);
        found.map(|(_, state)| *state)
    }
}

impl Sessions {
    pub(crate) fn new(
        root: SparkSession,
        limits: SessionLimits,
        extensions: Arc<Extensions>,
    ) -> Sessions {
        Sessions {
            root,
            limits,
            extensions,
            all: Mutex::default(),
        }
    }

    /// The session of a call, made if it is the first of it. `observed` is the server's id that the
    /// client knows.
    ///
    /// # Errors
    /// `INVALID_HANDLE.FORMAT` for an id that is no UUID, `.SESSION_CLOSED` for one that has ended,
    /// `.SESSION_CHANGED` if the client knew another.
    pub(crate) fn get(&self, key: &Key, observed: Option<&str>) -> Result<Arc<Session>> {
        if Uuid::parse_str(&key.session).is_err() || key.session.len() != 36 {
            return Err(handle(condition::INVALID_HANDLE_FORMAT, &key.session));
        }
        let mut all = self.all.lock();
        let session = match all.open.get(key) {
            Some(session) => Arc::clone(session),
            None if all.ended.contains(key) => {
                return Err(handle(
                    condition::INVALID_HANDLE_SESSION_CLOSED,
                    &key.session,
                ));
            }
            None if observed.is_some() => {
                return Err(handle(
                    condition::INVALID_HANDLE_SESSION_CHANGED,
                    &key.session,
                ));
            }
            None => {
                let spark = self.root.new_session();
                let extensions = Arc::clone(&self.extensions);
                spark.set_plan_extensions(extensions.clone());
                let artifacts = Artifacts::new(folder_of(&spark), self.limits.artifact_bytes);
                let session = Session::new(key.clone(), spark, artifacts, extensions);
                let session = Arc::new(session);
                all.open.insert(key.clone(), Arc::clone(&session));
                session
            }
        };
        drop(all);
        session.is_known_as(observed)?;
        *session.last_call.lock() = Instant::now();
        Ok(session)
    }

    /// The session of a call that makes none.
    ///
    /// # Errors
    /// `INVALID_HANDLE.SESSION_NOT_FOUND` if there is none, and as [`get`](Self::get).
    pub(crate) fn existing(&self, key: &Key, observed: Option<&str>) -> Result<Arc<Session>> {
        let all = self.all.lock();
        let known = all.open.contains_key(key) || all.ended.contains(key);
        drop(all);
        if !known {
            return Err(handle(
                condition::INVALID_HANDLE_SESSION_NOT_FOUND,
                &key.session,
            ));
        }
        self.get(key, observed)
    }

    /// A session with another's configuration, names and artifacts, under an id of the client's or a
    /// new one. Blocks while files are copied.
    ///
    /// # Errors
    /// `INVALID_CLONE_SESSION_REQUEST...` if the new id is no UUID or in use; if files cannot be copied.
    pub(crate) fn cloned(&self, from: &Session, id: Option<&str>) -> Result<Arc<Session>> {
        let id = id.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        if Uuid::parse_str(&id).is_err() || id.len() != 36 {
            let wrong = condition::INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_FORMAT;
            return Err(SqlError::new(wrong).with("targetSessionId", &*id));
        }
        let key = Key {
            user: from.key.user.clone(),
            session: id,
        };
        let artifacts = from.artifacts.copied()?;
        let mut all = self.all.lock();
        if all.ended.contains(&key) {
            let wrong = condition::INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_ALREADY_CLOSED;
            return Err(SqlError::new(wrong).with("targetSessionId", &*key.session));
        }
        if all.open.contains_key(&key) {
            let wrong = condition::INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_ALREADY_EXISTS;
            return Err(SqlError::new(wrong).with("targetSessionId", &*key.session));
        }
        let spark = from.spark.clone_session();
        let extensions = Arc::clone(&self.extensions);
        let session = Arc::new(Session::new(key.clone(), spark, artifacts, extensions));
        all.open.insert(key, Arc::clone(&session));
        Ok(session)
    }

    /// Ends a session: its executions are interrupted, what it keeps is removed. With `reconnect` its
    /// id may be used again. Gives the server's id if it was open.
    pub(crate) fn release(&self, key: &Key, reconnect: bool) -> Option<String> {
        let mut all = self.all.lock();
        let session = all.open.remove(key);
        if !reconnect && !all.ended.contains(key) {
            remember(&mut all.ended, key.clone());
        }
        drop(all);
        let session = session?;
        session.end();
        Some(session.server_side_id.clone())
    }

    /// Ends what nobody has asked for in a long time.
    pub(crate) fn sweep(&self) {
        let all = self.all.lock();
        let open: Vec<Arc<Session>> = all.open.values().cloned().collect();
        drop(all);
        for session in open {
            session.sweep();
            if session.is_idle(self.limits.idle) {
                self.release(&session.key, false);
            }
        }
    }

    /// Ends all sessions.
    pub(crate) fn end_all(&self) {
        let all = std::mem::take(&mut *self.all.lock());
        for session in all.open.into_values() {
            session.end();
        }
    }
}

impl Session {
    fn new(
        key: Key,
        spark: SparkSession,
        artifacts: Artifacts,
        extensions: Arc<Extensions>,
    ) -> Session {
        Session {
            key,
            server_side_id: Uuid::new_v4().to_string(),
            spark,
            errors: ErrorStore::default(),
            artifacts,
            extensions,
            executions: Mutex::default(),
            last_call: Mutex::new(Instant::now()),
        }
    }

    fn is_known_as(&self, observed: Option<&str>) -> Result<()> {
        match observed {
            Some(id) if id != self.server_side_id => {
                let changed = condition::INVALID_HANDLE_SESSION_CHANGED;
                Err(handle(changed, &self.key.session))
            }
            _ => Ok(()),
        }
    }

    /// Adds an execution.
    ///
    /// # Errors
    /// `INVALID_HANDLE.FORMAT` for an id that is no UUID, `.OPERATION_ALREADY_EXISTS` for one in use,
    /// `.OPERATION_ABANDONED` for one that has ended, `.SESSION_CLOSED` if the session has.
    pub(crate) fn add(&self, execution: Arc<Execution>) -> Result<()> {
        let id = &execution.id;
        if Uuid::parse_str(id).is_err() {
            return Err(handle(condition::INVALID_HANDLE_FORMAT, id));
        }
        let mut executions = self.executions.lock();
        if executions.closed {
            let closed = condition::INVALID_HANDLE_SESSION_CLOSED;
            return Err(handle(closed, &self.key.session));
        }
        if executions.open.contains_key(id) {
            return Err(handle(
                condition::INVALID_HANDLE_OPERATION_ALREADY_EXISTS,
                id,
            ));
        }
        if executions.ended(id).is_some() {
            return Err(handle(condition::INVALID_HANDLE_OPERATION_ABANDONED, id));
        }
        executions.open.insert(id.clone(), execution);
        Ok(())
    }

    /// An execution by its id.
    ///
    /// # Errors
    /// `INVALID_HANDLE.OPERATION_NOT_FOUND`, `.OPERATION_ABANDONED` if it has gone.
    pub(crate) fn execution(&self, id: &str) -> Result<Arc<Execution>> {
        let executions = self.executions.lock();
        match executions.open.get(id) {
            Some(execution) => Ok(Arc::clone(execution)),
            None if executions.ended(id).is_some() => {
                Err(handle(condition::INVALID_HANDLE_OPERATION_ABANDONED, id))
            }
            None => Err(handle(condition::INVALID_HANDLE_OPERATION_NOT_FOUND, id)),
        }
    }

    /// All executions that have not gone.
    pub(crate) fn executions(&self) -> Vec<Arc<Execution>> {
        self.executions.lock().open.values().cloned().collect()
    }

    /// What the executions of these ids have come to, or all that are known if none is named.
    pub(crate) fn states(&self, ids: Vec<String>) -> Vec<(String, OperationState)> {
        let executions = self.executions.lock();
        if ids.is_empty() {
            let open = executions.open.iter();
            let open = open.map(|(id, execution)| (id.clone(), execution.operation()));
            return open.chain(executions.ended.iter().cloned()).collect();
        }
        let state = |id: &str| match executions.open.get(id) {
            Some(execution) => execution.operation(),
            None => executions.ended(id).unwrap_or(OperationState::Unknown),
        };
        ids.into_iter()
            .map(|id| {
                let state = state(&id);
                (id, state)
            })
            .collect()
    }

    /// Forgets an execution, and stops it if it runs.
    pub(crate) fn release(&self, id: &str) {
        let mut executions = self.executions.lock();
        let Some(execution) = executions.open.remove(id) else {
            return;
        };
        let state = match execution.operation() {
            // It is stopped below.
            OperationState::Running | OperationState::Terminating => OperationState::Cancelled,
            ended => ended,
        };
        remember(&mut executions.ended, (id.to_owned(), state));
        drop(executions);
        execution.interrupt();
        execution.buffer.close();
    }

    fn sweep(&self) {
        for execution in self.executions() {
            if execution.is_abandoned() {
                self.release(&execution.id);
            }
        }
    }

    fn is_idle(&self, limit: Duration) -> bool {
        self.executions.lock().open.is_empty() && self.last_call.lock().elapsed() > limit
    }

    fn end(&self) {
        self.executions.lock().closed = true;
        for execution in self.executions() {
            self.release(&execution.id);
        }
        self.artifacts.clear();
    }
}

/// Where files of a session come to lie.
fn folder_of(spark: &SparkSession) -> PathBuf {
    let dirs = spark.context().local_dirs();
    dirs.into_iter().next().unwrap_or_else(std::env::temp_dir)
}

/// Adds to what is remembered, for which the oldest goes.
fn remember<T>(ended: &mut VecDeque<T>, one: T) {
    if ended.len() == REMEMBERED {
        ended.pop_front();
    }
    ended.push_back(one);
}

/// An error about an id.
fn handle(condition: flint_sql_spec::Condition, id: &str) -> SqlError {
    SqlError::new(condition).with("handle", id)
}
