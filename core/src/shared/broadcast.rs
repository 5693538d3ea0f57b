//! Broadcasts: read-only values that every task of every executor can read.
//!
//! On the driver's threads a broadcast is the value itself, shared. In another process a handle
//! arrives as a number; the value is fetched from the driver at the first use, once per executor.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use hashbrown::HashMap;
use parking_lot::Mutex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::backend::BlockId;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::TaskContext;
use crate::scheduler::ExecutorId;
use crate::shuffle::FlintBuildHasher;

/// A read-only value of the driver that tasks read.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// let names = ctx.broadcast(vec!["zero".to_string(), "one".to_string()]);
/// let n = ctx.parallelize(vec![0_usize, 1, 1], 2);
/// let words = n.with(names.clone()).map(|names, i| names.value()[i].clone()).collect()?;
/// assert_eq!(words, ["zero", "one", "one"]);
/// names.unpersist();
/// assert_eq!(names.value()[0], "zero", "it is fetched again");
/// names.destroy();
/// assert!(names.try_value().is_err());
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct Broadcast<T> {
    id: u64,
    value: Arc<OnceLock<Arc<T>>>,
    life: Option<Arc<Life>>,
}

/// The driver's side of a broadcast. When the last handle is gone, so is the value.
struct Life {
    id: u64,
    store: Arc<BroadcastStore>,
    destroyed: AtomicBool,
}

impl Drop for Life {
    fn drop(&mut self) {
        self.store.remove(self.id);
    }
}

impl<T> Clone for Broadcast<T> {
    fn clone(&self) -> Self {
        Broadcast {
            id: self.id,
            value: Arc::clone(&self.value),
            life: self.life.as_ref().map(Arc::clone),
        }
    }
}

impl<T> fmt::Debug for Broadcast<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Broadcast({})", self.id)
    }
}

impl<T: Data> Broadcast<T> {
    pub(crate) fn new(id: u64, value: T, store: &Arc<BroadcastStore>) -> Self {
        let value = Arc::new(value);
        store.insert(id, &value);
        let cell = OnceLock::from(value);
        let life = Life {
            id,
            store: Arc::clone(store),
            destroyed: AtomicBool::new(false),
        };
        Broadcast {
            id,
            value: Arc::new(cell),
            life: Some(Arc::new(life)),
        }
    }

    /// The broadcast's number in its context.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The value. In an executor process the first call fetches it.
    ///
    /// # Panics
    /// After [`destroy`](Self::destroy), and in an executor process if the driver can't be asked:
    /// the task fails with the reason.
    pub fn value(&self) -> &T {
        match self.try_value() {
            Ok(value) => value,
            Err(e) => panic!("{e}"),
        }
    }

    /// The value, or why it can't be had.
    ///
    /// # Errors
    /// [`Error::Argument`] after [`destroy`](Self::destroy); otherwise what kept the value from
    /// being fetched.
    pub fn try_value(&self) -> Result<&T> {
        if self
            .life
            .as_ref()
            .is_some_and(|l| l.destroyed.load(Ordering::Acquire))
        {
            return Err(Error::argument(
                "broadcast",
                format!("broadcast {} was destroyed", self.id),
            ));
        }
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = self.fetch()?;
        Ok(self.value.get_or_init(|| value))
    }

    fn fetch(&self) -> Result<Arc<T>> {
        let cx = TaskContext::get().ok_or_else(|| {
            Error::argument(
                "broadcast",
                format!("broadcast {} is read outside of a task", self.id),
            )
        })?;
        let env = cx.env();
        env.broadcasts.get_or_fetch::<T>(self.id, || {
            env.transport
                .fetch(&ExecutorId::driver(), BlockId::Broadcast(self.id))
        })
    }

    /// Frees the copies in executors; they are fetched again if needed. On the driver's own
    /// threads there are no copies, so nothing happens.
    pub fn unpersist(&self) {
        tracing::debug!(
            broadcast = self.id,
            "the driver's copy of a broadcast is kept by unpersist"
        );
    }

    /// Ends the broadcast: from now on [`value`](Self::value) panics, and executors can't fetch
    /// it. The memory is freed with the last handle.
    pub fn destroy(&self) {
        if let Some(life) = &self.life {
            life.destroyed.store(true, Ordering::Release);
            life.store.remove(self.id);
        }
    }
}

impl<T> Serialize for Broadcast<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Broadcast<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = u64::deserialize(deserializer)?;
        Ok(Broadcast {
            id,
            value: Arc::new(OnceLock::new()),
            life: None,
        })
    }
}

type Encode = fn(&(dyn Any + Send + Sync)) -> Result<Bytes>;

struct Stored {
    value: Arc<dyn Any + Send + Sync>,
    encode: Encode,
}

/// The values of broadcasts in one process.
#[derive(Default)]
pub struct BroadcastStore {
    values: Mutex<HashMap<u64, Stored, FlintBuildHasher>>,
    fetching: Mutex<()>,
}

impl fmt::Debug for BroadcastStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BroadcastStore({} values)", self.values.lock().len())
    }
}

impl BroadcastStore {
    fn insert<T: Data>(&self, id: u64, value: &Arc<T>) {
        let value: Arc<T> = Arc::clone(value);
        self.values.lock().insert(
            id,
            Stored {
                value,
                encode: encode::<T>,
            },
        );
    }

    fn remove(&self, id: u64) {
        self.values.lock().remove(&id);
    }

    fn get<T: Data>(&self, id: u64) -> Option<Arc<T>> {
        let value = self.values.lock().get(&id).map(|s| Arc::clone(&s.value))?;
        value.downcast::<T>().ok()
    }

    /// The value, fetched at most once per process: tasks that ask meanwhile wait for the first.
    fn get_or_fetch<T: Data>(
        &self,
        id: u64,
        fetch: impl FnOnce() -> Result<Bytes>,
    ) -> Result<Arc<T>> {
        if let Some(value) = self.get(id) {
            return Ok(value);
        }
        let _one = self.fetching.lock();
        if let Some(value) = self.get(id) {
            return Ok(value);
        }
        let bytes = fetch()?;
        let value: T = postcard::from_bytes(&bytes).map_err(|e| Error::Codec {
            op: "decode".to_owned(),
            type_name: std::any::type_name::<T>().to_owned(),
            reason: e.to_string(),
        })?;
        let value = Arc::new(value);
        self.insert(id, &value);
        Ok(value)
    }

    /// The bytes of a value, for another process; `None` if it is not here.
    ///
    /// # Errors
    /// [`Error::Codec`] if the value can't be encoded.
    pub fn encoded(&self, id: u64) -> Result<Option<Bytes>> {
        let stored = self
            .values
            .lock()
            .get(&id)
            .map(|s| (Arc::clone(&s.value), s.encode));
        stored.map(|(value, encode)| encode(&*value)).transpose()
    }
}

fn encode<T: Data>(value: &(dyn Any + Send + Sync)) -> Result<Bytes> {
    let value = value
        .downcast_ref::<T>()
        .ok_or_else(|| Error::Internal("a broadcast has another type".to_owned()))?;
    postcard::to_allocvec(value)
        .map(Bytes::from)
        .map_err(|e| Error::Codec {
            op: "encode".to_owned(),
            type_name: std::any::type_name::<T>().to_owned(),
            reason: e.to_string(),
        })
}
