//! `DataFrame.observe`: rows pass by, and aggregates over them are computed on the side.
//!
//! Each partition has accumulators of its own; their states are merged into those of the
//! [`Observed`] when the partition ends, or is given up because nobody wants more rows. After the
//! query the observed values are asked for once.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::common::{DFSchemaRef, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use flint_sql_columnar::{Raised, literal};
use flint_sql_spec::{Ident, Literal, Result, SqlError, StructType};

use super::exec::{BatchMap, Work};

/// An observation of a query: what is computed, and its values once the query has run.
pub struct Observed {
    name: Ident,
    columns: StructType,
    /// The aggregates' columns.
    pub(super) over: DFSchemaRef,
    /// What observers get, over these.
    pub(super) metrics: Vec<Expr>,
    totals: Mutex<Option<Totals>>,
}

/// Results so far.
struct Totals {
    accumulators: Vec<Box<dyn Accumulator>>,
    metrics: Vec<Arc<dyn PhysicalExpr>>,
    /// Why they are of no use.
    failed: Option<Raised>,
}

impl Observed {
    pub(crate) fn new(
        name: Ident,
        columns: StructType,
        over: DFSchemaRef,
        metrics: Vec<Expr>,
    ) -> Observed {
        Observed {
            name,
            columns,
            over,
            metrics,
            totals: Mutex::default(),
        }
    }

    /// The observation's name.
    pub fn name(&self) -> &Ident {
        &self.name
    }

    /// Names and types of the values.
    pub fn columns(&self) -> &StructType {
        &self.columns
    }

    /// The values, after the query has run.
    ///
    /// # Errors
    /// What an aggregate or an expression over them fails with.
    pub fn values(&self) -> Result<Vec<Literal>> {
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = totals
            .as_mut()
            .ok_or_else(|| SqlError::internal("an observation of a query that was not planned"))?;
        if let Some(error) = &totals.failed {
            return Err(error.0.clone());
        }
        let columns = self.evaluated(totals).map_err(|error| error.0)?;
        let typed = columns.iter().zip(self.columns.iter());
        typed
            .map(|(column, field)| literal(column, 0, &field.data_type))
            .collect()
    }

    fn evaluated(&self, totals: &mut Totals) -> Result<Vec<ArrayRef>, Raised> {
        let values: Vec<ScalarValue> = totals
            .accumulators
            .iter_mut()
            .map(|accumulator| accumulator.evaluate())
            .collect::<Result<_, _>>()?;
        let columns: Vec<ArrayRef> = values
            .iter()
            .map(ScalarValue::to_array)
            .collect::<Result<_, _>>()?;
        let schema = Arc::new(self.over.as_arrow().clone());
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let row = RecordBatch::try_new_with_options(schema, columns, &options)?;
        let metrics = totals.metrics.iter();
        metrics
            .map(|metric| Ok(metric.evaluate(&row)?.into_array(1)?))
            .collect()
    }

    /// Begins anew, for a plan that is going to run.
    pub(super) fn planned(
        &self,
        aggregates: &[Arc<AggregateFunctionExpr>],
        metrics: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<(), Raised> {
        let accumulators = started(aggregates)?;
        *self.totals.lock().unwrap_or_else(PoisonError::into_inner) = Some(Totals {
            accumulators,
            metrics,
            failed: None,
        });
        Ok(())
    }

    /// Takes in the states of a partition.
    fn merge(&self, states: Result<Vec<Vec<ScalarValue>>, Raised>) {
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(totals) = totals.as_mut() else {
            return;
        };
        let merged = states.and_then(|states| {
            for (total, state) in totals.accumulators.iter_mut().zip(states) {
                let columns = state.iter().map(ScalarValue::to_array);
                total.merge_batch(&columns.collect::<Result<Vec<_>, _>>()?)?;
            }
            Ok(())
        });
        if let Err(error) = merged {
            totals.failed.get_or_insert(error);
        }
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observed({})", self.name)
    }
}

/// An observation in a plan: equal to itself.
#[derive(Debug, Clone)]
pub(crate) struct ObservedHere(pub(crate) Arc<Observed>);

impl PartialEq for ObservedHere {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ObservedHere {}

impl Hash for ObservedHere {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

fn started(aggregates: &[Arc<AggregateFunctionExpr>]) -> Result<Vec<Box<dyn Accumulator>>, Raised> {
    let made = aggregates.iter().map(|call| call.create_accumulator());
    Ok(made.collect::<Result<_, _>>()?)
}

/// The operator.
#[derive(Debug)]
pub(super) struct Observe {
    pub(super) observed: Arc<Observed>,
    pub(super) aggregates: Vec<Arc<AggregateFunctionExpr>>,
}

/// Aggregates over one partition, merged into all when it is dropped.
struct Watching {
    observed: Arc<Observed>,
    aggregates: Vec<Arc<AggregateFunctionExpr>>,
    accumulators: Vec<Box<dyn Accumulator>>,
    failed: Option<Raised>,
}

impl Watching {
    fn look(&mut self, batch: &RecordBatch) -> Result<(), Raised> {
        for (call, accumulator) in self.aggregates.iter().zip(&mut self.accumulators) {
            let values: Vec<ArrayRef> = call
                .expressions()
                .iter()
                .map(|expr| expr.evaluate(batch)?.into_array(batch.num_rows()))
                .collect::<Result<_, _>>()?;
            accumulator.update_batch(&values)?;
        }
        Ok(())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let states = match self.failed.take() {
            Some(error) => Err(error),
            None => self
                .accumulators
                .iter_mut()
                .map(|accumulator| Ok(accumulator.state()?))
                .collect(),
        };
        self.observed.merge(states);
    }
}

impl BatchMap for Observe {
    fn name(&self) -> &'static str {
        "CollectMetrics"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        let calls = self.aggregates.iter();
        calls.flat_map(|call| call.expressions()).collect()
    }

    fn details(&self) -> Option<String> {
        Some(self.observed.name.to_string())
    }

    fn work(&self, _: usize, _: &SchemaRef) -> Work {
        let (accumulators, failed) = match started(&self.aggregates) {
            Ok(accumulators) => (accumulators, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut watching = Watching {
            observed: Arc::clone(&self.observed),
            aggregates: self.aggregates.clone(),
            accumulators,
            failed,
        };
        Work::each(move |batch| {
            // What an aggregate cannot compute, such as a sum that overflows, fails the query.
            watching.look(&batch)?;
            Ok(vec![batch])
        })
    }

    fn keeps_rows(&self) -> bool {
        true
    }
}
