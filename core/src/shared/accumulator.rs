//! Accumulators: values that tasks only add to, and the driver reads.
//!
//! A task adds to a copy of its own; the copy is merged when the scheduler accepts the task's
//! result, which it does once per partition and stage. So in an action each partition counts once,
//! whatever was retried. In a transformation that several jobs compute again, each computation
//! counts, as in Spark.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use hashbrown::HashMap;
use parking_lot::Mutex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::data::Data;
use crate::error::{Error, Result};
use crate::exec::TaskContext;
use crate::shuffle::FlintBuildHasher;

/// What an accumulator holds (Spark's `AccumulatorV2`): the value before anything was added is
/// the one given to [`Context::register`](crate::Context::register).
///
/// ```
/// use flint_core::{Accumulate, Context};
/// use serde::{Deserialize, Serialize};
///
/// /// The longest string seen.
/// #[derive(Clone, Default, Serialize, Deserialize)]
/// struct Longest(String);
///
/// impl Accumulate for Longest {
///     type Input = String;
///     fn add(&mut self, x: String) {
///         if x.len() > self.0.len() {
///             self.0 = x;
///         }
///     }
///     fn merge(&mut self, other: Self) {
///         self.add(other.0);
///     }
/// }
///
/// let ctx = Context::local("local[2]")?;
/// let longest = ctx.register("longest", Longest::default());
/// let words = ctx.parallelize(["a", "ccc", "bb"].map(String::from).to_vec(), 2);
/// words.with(longest.clone()).for_each(|longest, w| longest.add(w))?;
/// assert_eq!(longest.value().0, "ccc");
/// # Ok::<(), flint_core::Error>(())
/// ```
pub trait Accumulate: Data {
    /// What is added.
    type Input;
    /// Adds one input.
    fn add(&mut self, input: Self::Input);
    /// Adds what another copy collected. Order must not matter.
    fn merge(&mut self, other: Self);
}

/// Sum and count of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers<N> {
    /// The sum. Integers wrap on overflow, as in Spark.
    pub sum: N,
    /// How many numbers were added.
    pub count: u64,
}

macro_rules! numbers {
    ($n:ty, $add:expr) => {
        impl Accumulate for Numbers<$n> {
            type Input = $n;

            fn add(&mut self, input: $n) {
                self.sum = $add(self.sum, input);
                self.count += 1;
            }

            fn merge(&mut self, other: Self) {
                self.sum = $add(self.sum, other.sum);
                self.count += other.count;
            }
        }

        impl Accumulator<Numbers<$n>> {
            /// The sum of what was added, 0 if nothing was.
            pub fn sum(&self) -> $n {
                self.value().sum
            }

            /// How many numbers were added.
            pub fn count(&self) -> u64 {
                self.value().count
            }

            /// The mean of what was added; NaN if nothing was.
            pub fn avg(&self) -> f64 {
                let Numbers { sum, count } = self.value();
                sum as f64 / count as f64
            }
        }
    };
}

numbers!(i64, i64::wrapping_add);
numbers!(f64, std::ops::Add::add);

impl<T: Data> Accumulate for Vec<T> {
    type Input = T;

    fn add(&mut self, input: T) {
        self.push(input);
    }

    fn merge(&mut self, mut other: Self) {
        self.append(&mut other);
    }
}

/// An accumulator of `i64`s.
pub type LongAccumulator = Accumulator<Numbers<i64>>;
/// An accumulator of `f64`s.
pub type DoubleAccumulator = Accumulator<Numbers<f64>>;
/// An accumulator of a list, in no particular order.
pub type CollectionAccumulator<T> = Accumulator<Vec<T>>;

/// A handle on an accumulator, for the driver and for tasks alike.
///
/// In a task, [`add`](Self::add) adds to the task's copy. To reach a task in another process the
/// handle travels in an environment: `rdd.with(acc.clone()).map(|acc, x| …)`.
///
/// ```
/// use flint_core::Context;
/// let ctx = Context::local("local[2]")?;
/// let sizes = ctx.long_accumulator("sizes");
/// let words = ctx.parallelize(["fig", "pear"].map(String::from).to_vec(), 2);
/// words.with(sizes.clone()).for_each(|sizes, word| sizes.add(word.len() as i64))?;
/// assert_eq!((sizes.sum(), sizes.count(), sizes.avg()), (7, 2, 3.5));
/// assert_eq!(sizes.value().sum, 7);
/// sizes.reset();
/// assert_eq!(sizes.sum(), 0);
/// # Ok::<(), flint_core::Error>(())
/// ```
pub struct Accumulator<A> {
    id: u64,
    name: Option<Arc<str>>,
    zero: A,
    /// The driver's value; not there in an executor process.
    total: Option<Arc<Mutex<A>>>,
}

impl<A: Clone> Clone for Accumulator<A> {
    fn clone(&self) -> Self {
        Accumulator {
            id: self.id,
            name: self.name.clone(),
            zero: self.zero.clone(),
            total: self.total.as_ref().map(Arc::clone),
        }
    }
}

impl<A> fmt::Debug for Accumulator<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accumulator({}, {:?})", self.id, self.name)
    }
}

impl<A: Accumulate> Accumulator<A> {
    pub(crate) fn new(id: u64, name: Option<&str>, zero: A) -> (Self, Arc<Mutex<A>>) {
        let total = Arc::new(Mutex::new(zero.clone()));
        let handle = Accumulator {
            id,
            name: name.map(Arc::from),
            zero,
            total: Some(Arc::clone(&total)),
        };
        (handle, total)
    }

    /// The accumulator's number in its context.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The name given when it was made.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Adds one input.
    pub fn add(&self, input: A::Input) {
        let mut input = Some(input);
        let in_task = TaskContext::with_accumulators(|local| {
            let at = local
                .iter()
                .position(|l| l.id == self.id)
                .unwrap_or_else(|| {
                    local.push(LocalAccumulator {
                        id: self.id,
                        value: Box::new(self.zero.clone()),
                    });
                    local.len() - 1
                });
            if let (Some(copy), Some(input)) = (
                local[at].value.as_any_mut().downcast_mut::<A>(),
                input.take(),
            ) {
                copy.add(input);
            }
        });
        if let (None, Some(total), Some(input)) = (in_task, &self.total, input) {
            total.lock().add(input);
        }
    }

    /// What all accepted tasks, and the driver itself, have added so far. In an executor process
    /// this is the value before anything was added, for only the driver knows the total.
    pub fn value(&self) -> A {
        self.total
            .as_ref()
            .map_or_else(|| self.zero.clone(), |t| t.lock().clone())
    }

    /// Forgets what was added. On the driver only.
    pub fn reset(&self) {
        if let Some(total) = &self.total {
            *total.lock() = self.zero.clone();
        }
    }
}

impl<A: Data> Serialize for Accumulator<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.id, &self.name, &self.zero).serialize(serializer)
    }
}

impl<'de, A: Data> Deserialize<'de> for Accumulator<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (id, name, zero) = Deserialize::deserialize(deserializer)?;
        Ok(Accumulator {
            id,
            name,
            zero,
            total: None,
        })
    }
}

/// A copy of an accumulator's value whose type is hidden.
pub(crate) trait AnyValue: Any + Send {
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
    fn to_bytes(&self) -> Result<Bytes>;
}

impl<A: Data> AnyValue for A {
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }

    fn to_bytes(&self) -> Result<Bytes> {
        postcard::to_allocvec(self)
            .map(Bytes::from)
            .map_err(|e| codec_error::<A>("encode", &e))
    }
}

fn codec_error<A>(op: &str, e: &postcard::Error) -> Error {
    Error::Codec {
        op: op.to_owned(),
        type_name: std::any::type_name::<A>().to_owned(),
        reason: e.to_string(),
    }
}

/// A running task's own copy.
pub(crate) struct LocalAccumulator {
    id: u64,
    value: Box<dyn AnyValue>,
}

/// What one task added to one accumulator.
pub struct AccumulatorUpdate {
    /// The accumulator.
    pub id: u64,
    value: UpdateValue,
}

enum UpdateValue {
    Local(Box<dyn AnyValue>),
    Wire(Bytes),
}

impl fmt::Debug for AccumulatorUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccumulatorUpdate({})", self.id)
    }
}

impl From<LocalAccumulator> for AccumulatorUpdate {
    fn from(local: LocalAccumulator) -> Self {
        AccumulatorUpdate {
            id: local.id,
            value: UpdateValue::Local(local.value),
        }
    }
}

impl AccumulatorUpdate {
    /// The update as bytes, for another process.
    ///
    /// # Errors
    /// [`Error::Codec`] if the value can't be encoded.
    pub fn to_wire(&self) -> Result<(u64, Bytes)> {
        let bytes = match &self.value {
            UpdateValue::Local(v) => v.to_bytes()?,
            UpdateValue::Wire(b) => b.clone(),
        };
        Ok((self.id, bytes))
    }

    /// The update that [`to_wire`](Self::to_wire) wrote.
    pub fn from_wire(id: u64, bytes: Bytes) -> Self {
        AccumulatorUpdate {
            id,
            value: UpdateValue::Wire(bytes),
        }
    }
}

/// A total on the driver whose type is hidden.
trait AnyTotal: Send + Sync {
    fn merge(&self, update: UpdateValue) -> Result<()>;
}

impl<A: Accumulate> AnyTotal for Mutex<A> {
    fn merge(&self, update: UpdateValue) -> Result<()> {
        let value = match update {
            UpdateValue::Local(v) => *v.into_any().downcast::<A>().map_err(|_| {
                Error::Internal("an accumulator's update has another type".to_owned())
            })?,
            UpdateValue::Wire(b) => {
                postcard::from_bytes(&b).map_err(|e| codec_error::<A>("decode", &e))?
            }
        };
        self.lock().merge(value);
        Ok(())
    }
}

/// The driver's accumulators, by number. Ones that nobody holds any more are forgotten.
#[derive(Default)]
pub(crate) struct AccumulatorRegistry {
    totals: Mutex<HashMap<u64, Weak<dyn AnyTotal>, FlintBuildHasher>>,
}

impl AccumulatorRegistry {
    pub(crate) fn insert<A: Accumulate>(&self, id: u64, total: &Arc<Mutex<A>>) {
        let weak: Weak<Mutex<A>> = Arc::downgrade(total);
        let mut totals = self.totals.lock();
        totals.retain(|_, t| t.strong_count() > 0);
        totals.insert(id, weak);
    }

    /// Merges what an accepted task added.
    pub(crate) fn merge(&self, update: AccumulatorUpdate) -> Result<()> {
        let total = self.totals.lock().get(&update.id).and_then(Weak::upgrade);
        total.map_or(Ok(()), |t| t.merge(update.value))
    }
}
