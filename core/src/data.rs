//! What a record must be able to do ([`Data`]), what a key must ([`Key`]), and floats as keys
//! ([`Total`]).

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A record: anything that can be cloned, shared between threads and (de)serialised.
///
/// Implemented for every type that qualifies; nothing needs to be written.
pub trait Data: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {}

impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> Data for T {}

/// A key of pair operations: a record that can be hashed and compared for equality.
///
/// Floats are not keys; wrap them in [`Total`].
pub trait Key: Data + Hash + Eq {}

impl<T: Data + Hash + Eq> Key for T {}

/// A float with a total order, so that it can be a key or be sorted.
///
/// As in Spark SQL, -0.0 equals 0.0, and NaN equals NaN and is larger than every other value.
///
/// ```
/// use flint_core::Total;
/// let mut v = vec![Total(f64::NAN), Total(1.0), Total(-0.0)];
/// v.sort();
/// assert_eq!(v[0], Total(0.0));
/// assert!(v[2].0.is_nan());
/// ```
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Total<F>(
    /// The float.
    pub F,
);

macro_rules! total {
    ($float:ty) => {
        impl From<$float> for Total<$float> {
            fn from(x: $float) -> Self {
                Total(x)
            }
        }

        impl Ord for Total<$float> {
            fn cmp(&self, other: &Self) -> Ordering {
                // Only NaN makes `partial_cmp` fail: it goes last, and equals itself.
                self.0
                    .partial_cmp(&other.0)
                    .unwrap_or_else(|| self.0.is_nan().cmp(&other.0.is_nan()))
            }
        }

        impl PartialOrd for Total<$float> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialEq for Total<$float> {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }

        impl Eq for Total<$float> {}

        impl Hash for Total<$float> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                let canonical = if self.0.is_nan() {
                    <$float>::NAN
                } else {
                    // Turns -0.0 into 0.0 and leaves every other value alone.
                    self.0 + 0.0
                };
                canonical.to_bits().hash(state);
            }
        }
    };
}

total!(f32);
total!(f64);
