//! `counter_diff`: how far a counter has come since the value before it in the window. A counter only
//! grows; where it is smaller, or where its start time is a later one, it began anew, which gives NULL.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, PrimitiveArray,
    PrimitiveBuilder,
};
use arrow::datatypes::{
    DataType as ArrowType, Decimal128Type, Field, FieldRef, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    PartitionEvaluator, Signature, TypeSignature, Volatility, WindowUDFImpl,
};
use flint_sql_columnar::{Raised, to_datafusion};
use flint_sql_spec::{Result, SqlError, condition};

use crate::display::{Style, printer};
use crate::site::Site;

/// A call of `counter_diff`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CounterDiff {
    site: Site,
    layout: ArrowType,
    signature: Signature,
}

impl CounterDiff {
    pub(super) fn new(site: &Site) -> Result<CounterDiff> {
        let any = vec![TypeSignature::Any(1), TypeSignature::Any(2)];
        Ok(CounterDiff {
            layout: site.result_layout()?,
            signature: Signature::one_of(any, Volatility::Immutable),
            site: site.clone(),
        })
    }
}

impl WindowUDFImpl for CounterDiff {
    fn name(&self) -> &str {
        "counter_diff"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> DataFusionResult<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Differences {
            site: self.site.clone(),
            layout: self.layout.clone(),
        }))
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), self.layout.clone(), true)))
    }
}

#[derive(Debug)]
struct Differences {
    site: Site,
    layout: ArrowType,
}

impl PartitionEvaluator for Differences {
    fn evaluate_all(&mut self, values: &[ArrayRef], _: usize) -> DataFusionResult<ArrayRef> {
        let found = self.differences(values);
        found.map_err(|error| to_datafusion(error.0.or_at(&self.site.origin)))
    }
}

impl Differences {
    fn differences(&self, values: &[ArrayRef]) -> Result<ArrayRef, Raised> {
        match &self.layout {
            ArrowType::Int8 => self.each::<Int8Type>(values),
            ArrowType::Int16 => self.each::<Int16Type>(values),
            ArrowType::Int32 => self.each::<Int32Type>(values),
            ArrowType::Int64 => self.each::<Int64Type>(values),
            ArrowType::Float32 => self.each::<Float32Type>(values),
            ArrowType::Float64 => self.each::<Float64Type>(values),
            ArrowType::Decimal128(..) => self.each::<Decimal128Type>(values),
            other => Err(SqlError::internal(format!("a counter of {other}")).into()),
        }
    }

    fn each<T: ArrowPrimitiveType>(&self, values: &[ArrayRef]) -> Result<ArrayRef, Raised> {
        let Some(counters) = values[0].as_primitive_opt::<T>() else {
            return Err(SqlError::internal("a counter is a number").into());
        };
        let starts = values
            .get(1)
            .and_then(|starts| starts.as_primitive_opt::<TimestampMicrosecondType>());
        let mut found = PrimitiveBuilder::<T>::with_capacity(counters.len())
            .with_data_type(self.layout.clone());
        let mut before: Option<usize> = None;
        for row in 0..counters.len() {
            if counters.is_null(row) {
                found.append_null();
                continue;
            }
            let counter = counters.value(row);
            if counter < T::Native::ZERO {
                return Err(self.negative(&values[0], row)?.into());
            }
            let last = before.replace(row);
            let Some(last) = last else {
                found.append_null();
                continue;
            };
            let restarted = match starts {
                Some(starts) => self.restarted(starts, &values[1], last, row)?,
                None => false,
            };
            let last = counters.value(last);
            if restarted || counter.compare(last) == Ordering::Less {
                found.append_null();
            } else {
                found.append_value(counter.sub_wrapping(last));
            }
        }
        Ok(Arc::new(found.finish()))
    }

    /// Whether the start time is later than the one before.
    fn restarted(
        &self,
        starts: &PrimitiveArray<TimestampMicrosecondType>,
        column: &ArrayRef,
        last: usize,
        row: usize,
    ) -> Result<bool, Raised> {
        if starts.is_null(last) || starts.is_null(row) {
            return Ok(false);
        }
        match starts.value(row).cmp(&starts.value(last)) {
            Ordering::Equal => Ok(false),
            Ordering::Greater => Ok(true),
            Ordering::Less => Err(SqlError::new(condition::COUNTER_DIFF_START_TIME_DECREASED)
                .with("function", "`counter_diff`")
                .with("previousStartTime", self.text(column, 1, last)?)
                .with("currentStartTime", self.text(column, 1, row)?)
                .into()),
        }
    }

    fn negative(&self, column: &ArrayRef, row: usize) -> Result<SqlError> {
        Ok(
            SqlError::new(condition::COUNTER_DIFF_NEGATIVE_COUNTER_VALUE)
                .with("function", "`counter_diff`")
                .with("value", self.text(column, 0, row)?),
        )
    }

    /// A value as it prints.
    fn text(&self, column: &ArrayRef, argument: usize, row: usize) -> Result<String> {
        let style = Style::cast(&self.site.settings.time_zone, true)?;
        let mut text = String::new();
        printer(column, &self.site.arguments[argument], &style)?.write(row, &mut text);
        Ok(text)
    }
}
