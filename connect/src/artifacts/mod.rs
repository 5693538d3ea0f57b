//! Artifacts: what clients send beside plans.
//!
//! - `cache/<hash>`: rows that plans name by their hash. They are checked against it, and kept in
//!   memory by the session that runs plans.
//! - `files/..`, `pyfiles/..`, `archives/..`: for Python functions. They lie in a folder of the
//!   session, which is made when the first of them comes, can be read by nobody else, and goes with
//!   the session. Archives stay packed.
//!
//! An upload ([`Stage`]) is all or nothing: what came is staged until the client's stream has ended, and goes
//! with the upload otherwise. A name has one content for the life of the session. A cloned session has
//! what the other one had at that moment.

mod folder;
mod name;
mod rows;
mod stage;
#[cfg(test)]
mod tests;

pub(crate) use stage::Stage;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use flint_sql_spec::{Result, SqlError, condition};
use parking_lot::Mutex;
use proto::add_artifacts_response::ArtifactSummary;
use proto::artifact_statuses_response::ArtifactStatus;

use folder::Folder;
use name::Name;
use stage::{Content, Staged};

/// What the artifacts of a session may take, in bytes, unless said otherwise.
pub(crate) const QUOTA_BYTES: u64 = 4 << 30;

/// How many artifacts a session may have.
const QUOTA_COUNT: usize = 100_000;

/// The artifacts of a session.
#[derive(Debug)]
pub(crate) struct Artifacts {
    /// Where the folder comes to lie.
    parent: PathBuf,
    quota: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    folder: Option<Arc<Folder>>,
    /// Hashes of contents, by the names they came under.
    known: HashMap<String, [u8; 32]>,
    /// Bytes of what is kept and of what is being sent.
    bytes: u64,
    /// Bytes of what is kept.
    kept_bytes: u64,
    /// The session has ended.
    closed: bool,
}

/// Bytes for which there is room. They are free again when it is dropped.
#[derive(Debug)]
struct Room<'a> {
    artifacts: &'a Artifacts,
    bytes: u64,
}

impl Artifacts {
    /// None yet. They will lie below `parent`, and take at most `quota` bytes.
    pub(crate) fn new(parent: PathBuf, quota: u64) -> Artifacts {
        Artifacts {
            parent,
            quota,
            state: Mutex::default(),
        }
    }

    /// The same artifacts for another session, which may get others. Files are linked or copied: each
    /// session removes its own.
    ///
    /// # Errors
    /// If a file cannot be copied.
    pub(crate) fn copied(&self) -> Result<Artifacts> {
        let state = self.state.lock();
        let folder = state.folder.as_ref();
        let folder = folder
            .map(|from| from.copied_in(&self.parent))
            .transpose()?;
        // What is being sent to this session is not that one's.
        let bytes = state.kept_bytes;
        Ok(Artifacts {
            parent: self.parent.clone(),
            quota: self.quota,
            state: Mutex::new(State {
                folder: folder.map(Arc::new),
                known: state.known.clone(),
                bytes,
                kept_bytes: bytes,
                closed: state.closed,
            }),
        })
    }

    /// Takes over what came, all of it or nothing: rows are known to the session's plans then. Tells
    /// what has come, and whether it was intact.
    ///
    /// # Errors
    /// `REQUIREMENT_FAILED` if something is missing; `ARTIFACT_ALREADY_EXISTS` for a name that has
    /// other content.
    pub(crate) fn finish(
        &self,
        upload: Stage<'_>,
        spark: &SparkSession,
    ) -> Result<Vec<ArtifactSummary>> {
        let (staged, summaries, _room) = upload.finish()?;
        for (name, bytes) in self.accept(staged)? {
            let hash = name.strip_prefix("cache/").unwrap_or(&name);
            rows::keep(spark, hash, bytes);
        }
        Ok(summaries)
    }

    /// Which of these are here. Only what is known by its hash can be asked for.
    pub(crate) fn statuses(&self, names: Vec<String>) -> HashMap<String, ArtifactStatus> {
        let state = self.state.lock();
        let is_here = |name: &str| name.starts_with("cache/") && state.known.contains_key(name);
        let status = |name: String| {
            let exists = is_here(&name);
            (name, ArtifactStatus { exists })
        };
        names.into_iter().map(status).collect()
    }

    /// The folder with the session's files, if there are any.
    #[cfg_attr(not(test), expect(dead_code, reason = "Python workers read it"))]
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        let state = self.state.lock();
        state.folder.as_ref().map(|folder| folder.path().to_owned())
    }

    /// Removes all of them, for good.
    pub(crate) fn clear(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.known.clear();
        let folder = state.folder.take();
        drop(state);
        drop(folder);
    }

    /// Sets bytes aside for what is coming.
    fn reserve(&self, bytes: u64) -> Result<Room<'_>> {
        let mut state = self.state.lock();
        let all = state.bytes.saturating_add(bytes);
        if all > self.quota || state.known.len() >= QUOTA_COUNT {
            let quota = self.quota;
            return Err(abuse(format!(
                "the artifacts of a session are at most {QUOTA_COUNT} of together {quota} bytes"
            )));
        }
        state.bytes = all;
        Ok(Room {
            artifacts: self,
            bytes,
        })
    }

    /// The session's folder, made if there is none.
    fn make_folder(&self) -> Result<Arc<Folder>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(abuse("the session has ended"));
        }
        if let Some(folder) = &state.folder {
            return Ok(Arc::clone(folder));
        }
        let folder = Arc::new(Folder::make_in(&self.parent)?);
        state.folder = Some(Arc::clone(&folder));
        Ok(folder)
    }

    /// Takes over what was staged, all of it or nothing, and gives what is for plans.
    fn accept(&self, staged: Vec<Staged>) -> Result<Vec<(String, Vec<u8>)>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(abuse("the session has ended"));
        }
        let mut fresh = HashMap::new();
        for one in &staged {
            let known = state.known.get(&one.name);
            let known = known.or_else(|| fresh.get(&one.name));
            match known {
                Some(hash) if *hash != one.hash => return Err(exists(&one.name)),
                Some(_) => {}
                None => drop(fresh.insert(one.name.clone(), one.hash)),
            }
        }
        let names = state.known.keys().chain(fresh.keys());
        if let Some(name) = inside_another(names.map(String::as_str).collect()) {
            return Err(exists(name));
        }
        let mut for_plans = Vec::new();
        for one in staged {
            // Content that is here already goes with its staging.
            if fresh.remove(&one.name).is_none() {
                continue;
            }
            match one.content {
                Content::Memory(bytes) => for_plans.push((one.name.clone(), bytes)),
                Content::File(file) => {
                    let folder = state.folder.as_ref();
                    let folder = folder.ok_or_else(|| SqlError::internal("no folder"))?;
                    folder.keep(file, &one.name)?;
                }
            }
            state.known.insert(one.name, one.hash);
            state.bytes += one.bytes;
            state.kept_bytes += one.bytes;
        }
        Ok(for_plans)
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.artifacts.state.lock().bytes -= self.bytes;
    }
}

/// A name that another one would be a folder for.
fn inside_another(mut names: Vec<&str>) -> Option<&str> {
    names.sort_unstable_by(|a, b| a.split('/').cmp(b.split('/')));
    let inside = |pair: &&[&str]| {
        let rest = pair[1].strip_prefix(pair[0]);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    names.windows(2).find(inside).map(|pair| pair[1])
}

/// A client that does not keep to the protocol.
fn abuse(what: impl Into<String>) -> SqlError {
    SqlError::new(condition::REQUIREMENT_FAILED).with("message", what)
}

fn exists(name: &str) -> SqlError {
    SqlError::new(condition::ARTIFACT_ALREADY_EXISTS).with("normalizedRemoteRelativePath", name)
}
