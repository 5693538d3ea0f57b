//! [`Observation`]: values that a query computes on the side.

use std::fmt;
use std::sync::{Arc, Weak};

use flint_sql_execution::Observed;
use flint_sql_spec::{Ident, Literal, Result, SqlError, StructType};
use parking_lot::{Condvar, Mutex};

use super::SparkSession;
use crate::row::Row;

/// Receives what [`DataFrame::observe`](crate::DataFrame::observe) computes, from the first action on
/// the DataFrame or on one made of it.
///
/// ```
/// use flint_sql::Observation;
/// use flint_sql::functions::{col, count, max};
/// # let spark = flint_sql::SparkSession::builder().master("local[1]").get_or_create()?;
/// let seen = Observation::new();
/// let rows = spark.range(0, 10).observe(
///     &seen,
///     [count("*").alias("rows"), max("id").alias("largest")],
/// );
/// rows.filter(col("id").lt(5)).collect()?;
/// assert_eq!(seen.get()?.get_by_name::<i64>("rows")?, 10);
/// assert_eq!(seen.get()?.get_by_name::<i64>("largest")?, 9);
/// # Ok::<(), flint_sql::SqlError>(())
/// ```
#[derive(Clone)]
pub struct Observation {
    name: Ident,
    seen: Arc<Seen>,
}

/// What came, and whoever waits for it.
#[derive(Default)]
pub(super) struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    used: bool,
    values: Option<Result<Row>>,
}

impl Observation {
    /// An observation under a name of its own.
    #[allow(clippy::new_without_default, reason = "it is an identity, not a value")]
    pub fn new() -> Observation {
        let seen = Arc::<Seen>::default();
        Observation {
            name: format!("observation {:p}", Arc::as_ptr(&seen)).into(),
            seen,
        }
    }

    /// An observation under a name.
    pub fn named(name: &str) -> Observation {
        Observation {
            name: name.into(),
            seen: Arc::default(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values, by the names of the aggregates. Waits until an action on the DataFrame has ended;
    /// without one it waits for ever.
    ///
    /// # Errors
    /// What the action failed with.
    pub fn get(&self) -> Result<Row> {
        let mut state = self.seen.state.lock();
        loop {
            if let Some(values) = &state.values {
                return values.clone();
            }
            self.seen.changed.wait(&mut state);
        }
    }

    /// The values if an action has ended already, without waiting.
    ///
    /// # Errors
    /// What the action failed with.
    pub fn get_or_empty(&self) -> Result<Option<Row>> {
        self.seen.state.lock().values.clone().transpose()
    }

    /// Marks it as the one of a DataFrame.
    fn take(&self) -> Result<()> {
        let mut state = self.seen.state.lock();
        if std::mem::replace(&mut state.used, true) {
            let message = "an Observation can be used with one DataFrame only";
            return Err(SqlError::new(flint_sql_spec::condition::REQUIREMENT_FAILED)
                .with("message", message));
        }
        Ok(())
    }
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observation({})", self.name)
    }
}

/// Where observed values go: an [`Observation`], or a name alone.
#[derive(Debug, Clone)]
pub struct ObserveAs {
    pub(crate) name: Ident,
    observation: Option<Observation>,
}

impl From<&str> for ObserveAs {
    fn from(name: &str) -> ObserveAs {
        ObserveAs {
            name: name.into(),
            observation: None,
        }
    }
}

impl From<&Observation> for ObserveAs {
    fn from(observation: &Observation) -> ObserveAs {
        ObserveAs {
            name: observation.name.clone(),
            observation: Some(observation.clone()),
        }
    }
}

/// What a query computed on the side, under the name that its plan gave it.
#[derive(Debug, Clone)]
pub struct ObservedMetrics {
    /// The name of the observation.
    pub name: String,
    /// Names and types of the aggregates.
    pub columns: StructType,
    /// Their values, or why there are none.
    pub values: Result<Vec<Literal>>,
}

impl ObservedMetrics {
    /// What a query that has ended has.
    pub(super) fn of(observed: &Observed) -> ObservedMetrics {
        ObservedMetrics {
            name: observed.name().to_string(),
            columns: observed.columns().clone(),
            values: observed.values(),
        }
    }
}

/// Who waits for the values of a name.
pub(super) type Observers = Mutex<Vec<(Ident, Weak<Seen>)>>;

impl SparkSession {
    /// Notes who waits for values.
    pub(crate) fn awaits(&self, target: &ObserveAs) -> Result<()> {
        let Some(observation) = &target.observation else {
            return Ok(());
        };
        observation.take()?;
        let mut observers = self.inner.observers.lock();
        observers.retain(|(_, seen)| seen.strong_count() > 0);
        observers.push((target.name.clone(), Arc::downgrade(&observation.seen)));
        Ok(())
    }

    /// Hands values to those who wait for them, once an action has ended.
    pub(super) fn observed(&self, all: &[Arc<Observed>], failed: Option<&SqlError>) {
        for observed in all {
            let mut observers = self.inner.observers.lock();
            let name = observed.name();
            let waiting = observers.extract_if(.., |(known, _)| known == name);
            for seen in waiting.filter_map(|(_, seen)| seen.upgrade()) {
                let values = match failed {
                    Some(error) => Err(error.clone()),
                    None => observed
                        .values()
                        .map(|values| Row::new(observed.columns().clone(), values)),
                };
                seen.state.lock().values = Some(values);
                seen.changed.notify_all();
            }
        }
    }
}
