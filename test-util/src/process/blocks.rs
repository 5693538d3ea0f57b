//! Blocks between processes: a server on a Unix socket, and the transport that asks it.
//!
//! A connection carries one question after the other; clients keep idle connections. The server
//! has a thread per connection, of which there are as many as tasks that fetch at once.

use std::collections::HashMap;
use std::fmt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use bytes::Bytes;
use flint_core::backend::{BlockId, BlockTransport};
use flint_core::exec::ExecutorEnv;
use flint_core::scheduler::{AttemptId, ExecutorId};
use flint_core::{Error, Result};
use parking_lot::Mutex;

use super::DRIVER_SOCKET;
use super::wire::{Answer, Ask, receive, send};

/// Where an executor, or the driver, answers.
pub(super) fn socket_of(dir: &Path, executor: &ExecutorId) -> PathBuf {
    if *executor == ExecutorId::driver() {
        return dir.join(DRIVER_SOCKET);
    }
    dir.join(format!("{executor}.sock"))
}

/// Answers from the stores of `env`.
pub(super) fn answer(env: &ExecutorEnv, ask: Ask) -> Result<Answer> {
    match ask {
        Ask::Block(BlockId::Shuffle {
            shuffle,
            map,
            reduce,
        }) => {
            let block = env.shuffles.encode_block(shuffle, map, reduce)?;
            Ok(Answer::Block {
                bytes: block.bytes.into(),
                crc: block.crc,
            })
        }
        Ask::Block(id @ BlockId::Broadcast(broadcast)) => {
            let bytes = env.broadcasts.encoded(broadcast)?;
            let bytes = bytes.ok_or_else(|| Error::corrupt(id, "there is no such broadcast"))?;
            let crc = crc32fast::hash(&bytes);
            Ok(Answer::Block {
                bytes: bytes.into(),
                crc,
            })
        }
        Ask::Block(id @ BlockId::Rdd { .. }) => {
            Err(Error::corrupt(id, "cached blocks stay in their executor"))
        }
        Ask::CanCommit(id) => Ok(Answer::CanCommit(env.commits.can_commit(id))),
    }
}

/// Serves one process's blocks until it is stopped.
#[derive(Debug)]
pub(super) struct BlockServer {
    path: PathBuf,
    shared: Arc<ServerShared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct ServerShared {
    env: Arc<ExecutorEnv>,
    stopped: AtomicBool,
    connections: Mutex<Vec<(UnixStream, JoinHandle<()>)>>,
}

impl BlockServer {
    /// Listens on `path`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn start(path: &Path, env: &Arc<ExecutorEnv>) -> Result<Self> {
        let listener = UnixListener::bind(path).map_err(|e| Error::io("listen on", path, e))?;
        let shared = Arc::new(ServerShared {
            env: Arc::clone(env),
            stopped: AtomicBool::new(false),
            connections: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        let acceptor = std::thread::Builder::new()
            .name("flint-blocks".to_owned())
            .spawn(move || accepting.accept(&listener))
            .map_err(|e| Error::io("start", "a thread that serves blocks", e))?;
        Ok(BlockServer {
            path: path.to_owned(),
            shared,
            acceptor: Some(acceptor),
        })
    }
}

impl ServerShared {
    fn accept(self: &Arc<Self>, listener: &UnixListener) {
        for stream in listener.incoming() {
            if self.stopped.load(Ordering::Acquire) {
                return;
            }
            let started = stream.and_then(|stream| {
                let kept = stream.try_clone()?;
                let shared = Arc::clone(self);
                let thread = std::thread::Builder::new()
                    .name("flint-block".to_owned())
                    .spawn(move || shared.serve(&stream))?;
                let mut connections = self.connections.lock();
                connections.retain(|(_, thread)| !thread.is_finished());
                connections.push((kept, thread));
                Ok(())
            });
            if let Err(error) = started {
                tracing::warn!(%error, "a connection for blocks is refused");
            }
        }
    }

    fn serve(&self, stream: &UnixStream) {
        loop {
            let done = match receive::<Ask>(stream) {
                Ok(Some(ask)) => send(stream, &answer(&self.env, ask)),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                tracing::debug!(%error, "a connection for blocks ends");
                return;
            }
        }
    }
}

impl Drop for BlockServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the acceptor, which then sees that it should end.
        if UnixStream::connect(&self.path).is_ok()
            && let Some(acceptor) = self.acceptor.take()
        {
            let _ = acceptor.join();
        }
        for (stream, thread) in std::mem::take(&mut *self.shared.connections.lock()) {
            // Fails if the other side is gone, which ends the thread as well.
            let _ = stream.shutdown(std::net::Shutdown::Both);
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// Asks the block servers of a cluster's directory.
pub(super) struct SocketTransport {
    dir: PathBuf,
    idle: Mutex<HashMap<ExecutorId, Vec<UnixStream>>>,
}

impl fmt::Debug for SocketTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocketTransport({})", self.dir.display())
    }
}

impl SocketTransport {
    pub(super) fn new(dir: &Path) -> Arc<Self> {
        Arc::new(SocketTransport {
            dir: dir.to_owned(),
            idle: Mutex::default(),
        })
    }

    /// Asks; a connection that worked is kept. Names of executors are never used twice, so that a
    /// kept connection can't lead to another one.
    fn ask(&self, of: &ExecutorId, ask: Ask) -> Result<Answer> {
        let lost = |reason: String| Error::ExecutorLost {
            executor: of.to_string(),
            reason,
        };
        let kept = self.idle.lock().get_mut(of).and_then(Vec::pop);
        let stream = match kept {
            Some(stream) => stream,
            None => UnixStream::connect(socket_of(&self.dir, of))
                .map_err(|e| lost(format!("can't connect: {e}")))?,
        };
        send(&stream, &ask).map_err(|e| lost(e.to_string()))?;
        let answer: Result<Answer> = receive(&stream)
            .map_err(|e| lost(e.to_string()))?
            .ok_or_else(|| lost("it went away without an answer".to_owned()))?;
        self.idle.lock().entry(of.clone()).or_default().push(stream);
        answer
    }
}

impl BlockTransport for SocketTransport {
    fn fetch(&self, from: &ExecutorId, block: BlockId) -> Result<Bytes> {
        match self.ask(from, Ask::Block(block))? {
            Answer::Block { bytes, crc } if crc32fast::hash(&bytes) == crc => Ok(bytes.into()),
            Answer::Block { .. } => Err(Error::corrupt(block, "its checksum is wrong")),
            Answer::CanCommit(_) => Err(Error::Internal("the wrong answer".to_owned())),
        }
    }

    fn can_commit(&self, id: AttemptId) -> Result<bool> {
        match self.ask(&ExecutorId::driver(), Ask::CanCommit(id))? {
            Answer::CanCommit(may) => Ok(may),
            Answer::Block { .. } => Err(Error::Internal("the wrong answer".to_owned())),
        }
    }
}
