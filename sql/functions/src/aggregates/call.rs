//! [`SparkAggregate`]: one call of an aggregate function, as DataFusion sees it.
//!
//! An entry of a family's table is an [`Aggregate`]: a name and a maker of an [`Aggregation`], which
//! makes accumulators. The maker is asked again for each operator of a plan, with the types that
//! really arrive: rewrites of the optimizer may sum sums, which are wider than what was summed.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, ReversedUDAF, Signature,
    StatisticsArgs, Volatility,
};
use flint_sql_columnar::{Raised, to_datafusion};
use flint_sql_spec::{Result, SqlError};
use serde::{Deserialize, Serialize};

use super::distinct::Distinct;
use super::replayed::Replayed;
use crate::site::Site;

/// What makes accumulators for a call.
pub(crate) trait Aggregation: Send + Sync {
    /// The columns of partial results.
    fn state(&self) -> Vec<ArrowType>;

    /// For all rows, or for the rows of a window's frame, which only grows.
    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised>;

    /// For the rows of many groups.
    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised>;

    /// One that can take rows away again, exactly, if there is one.
    fn retracting(&self) -> Result<Option<Box<dyn Accumulator>>, Raised> {
        Ok(None)
    }
}

/// What an aggregation is made for.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) name: &'static str,
    pub(crate) site: &'a Site,
    /// Layouts of the arguments that arrive.
    pub(crate) inputs: Vec<ArrowType>,
    /// Layout of the result.
    pub(crate) result: ArrowType,
    /// Layouts of the keys of `WITHIN GROUP (ORDER BY ..)`, which arrive behind the arguments.
    pub(crate) orders: Vec<ArrowType>,
    /// How each of these is ordered, once the plan is known.
    pub(crate) options: Vec<SortOptions>,
    /// `IGNORE NULLS`.
    pub(crate) ignore_nulls: bool,
}

impl Call<'_> {
    /// The layout of an argument.
    pub(crate) fn input(&self, i: usize) -> Result<&ArrowType, Raised> {
        let missing = || SqlError::internal(format!("{} lacks argument {i}", self.name));
        Ok(self.inputs.get(i).ok_or_else(missing)?)
    }

    /// A bug: nothing aggregates values of that type.
    pub(crate) fn unknown_type(&self) -> Raised {
        let (name, inputs) = (self.name, &self.inputs);
        SqlError::internal(format!("{name} of {inputs:?}")).into()
    }
}

pub(crate) type Made = Result<Box<dyn Aggregation>, Raised>;

/// An aggregate function: an entry of a family's table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aggregate {
    pub(crate) name: &'static str,
    make: fn(&Call<'_>) -> Made,
    /// What there is for no rows at all, if not NULL.
    empty: Option<fn(&ArrowType) -> DataFusionResult<ScalarValue>>,
    /// Whether DISTINCT changes nothing.
    indifferent_to_repeats: bool,
    /// Whether there can be `WITHIN GROUP (ORDER BY ..)`.
    ordered: bool,
    /// DataFusion's twin, which knows statistics.
    twin: Option<fn() -> Arc<AggregateUDF>>,
}

impl Aggregate {
    /// A function of the analyzer's name for it.
    pub(crate) const fn new(name: &'static str, make: fn(&Call<'_>) -> Made) -> Aggregate {
        Aggregate {
            name,
            make,
            empty: None,
            indifferent_to_repeats: false,
            ordered: false,
            twin: None,
        }
    }

    /// The same, not null: what there is for no rows.
    pub(crate) const fn or(
        mut self,
        empty: fn(&ArrowType) -> DataFusionResult<ScalarValue>,
    ) -> Self {
        self.empty = Some(empty);
        self
    }

    /// The same; DISTINCT changes nothing.
    pub(crate) const fn indifferent_to_repeats(mut self) -> Self {
        self.indifferent_to_repeats = true;
        self
    }

    /// The same, over values in an order.
    pub(crate) const fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }

    /// The same, answered from statistics where DataFusion's function of that meaning can be.
    pub(crate) const fn like(mut self, twin: fn() -> Arc<AggregateUDF>) -> Self {
        self.twin = Some(twin);
        self
    }
}

/// One call of an aggregate function, with its types settled.
pub struct SparkAggregate {
    definition: &'static Aggregate,
    site: Site,
    layout: ArrowType,
    signature: Signature,
}

impl SparkAggregate {
    pub(crate) fn new(definition: &'static Aggregate, site: &Site) -> Result<SparkAggregate> {
        let made = SparkAggregate {
            definition,
            layout: site.result_layout()?,
            signature: Signature::variadic_any(Volatility::Immutable),
            site: site.clone(),
        };
        // Wrong constants show here, and not first where the plan runs.
        let inputs: Result<_> = site
            .arguments
            .iter()
            .map(flint_sql_columnar::arrow_type)
            .collect();
        (definition.make)(&made.call(inputs?)).map_err(|error| made.place(error))?;
        Ok(made)
    }

    /// What is known of the call.
    pub fn site(&self) -> &Site {
        &self.site
    }

    fn place(&self, error: Raised) -> SqlError {
        error.0.or_at(&self.site.origin)
    }

    fn call(&self, inputs: Vec<ArrowType>) -> Call<'_> {
        Call {
            name: self.definition.name,
            site: &self.site,
            inputs,
            result: self.layout.clone(),
            orders: Vec::new(),
            options: Vec::new(),
            ignore_nulls: false,
        }
    }

    fn make(&self, call: &Call<'_>, distinct: bool) -> DataFusionResult<Box<dyn Aggregation>> {
        let raise = |error| to_datafusion(self.place(error));
        let plain = (self.definition.make)(call).map_err(raise)?;
        if !distinct || self.definition.indifferent_to_repeats {
            return Ok(plain);
        }
        let columns = call.inputs.iter().chain(&call.orders).cloned().collect();
        Ok(Box::new(Distinct::new(plain, columns).map_err(raise)?))
    }

    fn made(&self, args: &AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn Aggregation>> {
        let mut call = self.call(layouts(args.expr_fields));
        call.ignore_nulls = args.ignore_nulls;
        for key in args.order_bys {
            call.orders.push(key.expr.data_type(args.schema)?);
            call.options.push(key.options);
        }
        self.make(&call, args.is_distinct)
    }
}

fn layouts(fields: &[FieldRef]) -> Vec<ArrowType> {
    fields
        .iter()
        .map(|field| field.data_type().clone())
        .collect()
}

impl AggregateUDFImpl for SparkAggregate {
    fn name(&self) -> &str {
        self.definition.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> DataFusionResult<ArrowType> {
        Ok(self.layout.clone())
    }

    fn return_field(&self, _: &[FieldRef]) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(Field::new(
            self.name(),
            self.layout.clone(),
            self.is_nullable(),
        )))
    }

    fn is_nullable(&self) -> bool {
        self.definition.empty.is_none()
    }

    fn default_value(&self, layout: &ArrowType) -> DataFusionResult<ScalarValue> {
        match self.definition.empty {
            Some(empty) => empty(layout),
            None => ScalarValue::try_from(layout),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> DataFusionResult<Vec<FieldRef>> {
        let mut call = self.call(layouts(args.input_fields));
        call.orders = layouts(args.ordering_fields);
        call.options = vec![SortOptions::default(); call.orders.len()];
        let made = self.make(&call, args.is_distinct)?;
        let field = |(i, layout): (usize, ArrowType)| {
            let name = format_state_name(args.name, &format!("state{i}"));
            Arc::new(Field::new(name, layout, true))
        };
        Ok(made.state().into_iter().enumerate().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(self.made(&args)?.accumulator()?)
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> DataFusionResult<Box<dyn GroupsAccumulator>> {
        Ok(self.made(&args)?.groups()?)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> DataFusionResult<Box<dyn Accumulator>> {
        let made = self.made(&args)?;
        Ok(match made.retracting()? {
            Some(retracting) => retracting,
            None => Box::new(Replayed::new(made)),
        })
    }

    /// What needs an order sorts by itself, so that partial results may come in any order; it gets
    /// the keys beside the arguments.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        if self.definition.ordered {
            AggregateOrderSensitivity::Beneficial
        } else {
            AggregateOrderSensitivity::Insensitive
        }
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        _: bool,
    ) -> DataFusionResult<Option<Arc<dyn AggregateUDFImpl>>> {
        Ok(Some(self))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::NotSupported
    }

    fn value_from_stats(&self, args: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        (self.definition.twin?)().value_from_stats(args)
    }

    fn is_descending(&self) -> Option<bool> {
        (self.definition.twin?)().is_descending()
    }
}

impl PartialEq for SparkAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.definition.name == other.definition.name && self.site == other.site
    }
}

impl Eq for SparkAggregate {}

impl Hash for SparkAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.definition.name.hash(state);
        self.site.hash(state);
    }
}

impl fmt::Debug for SparkAggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkAggregate")
            .field("name", &self.definition.name)
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct Travelling {
    name: String,
    site: Site,
}

/// The call as bytes, if it is one of ours.
pub fn encode_aggregate(function: &AggregateUDF) -> Option<Vec<u8>> {
    let call = function.inner().downcast_ref::<SparkAggregate>()?;
    let travelling = Travelling {
        name: call.definition.name.to_owned(),
        site: call.site.clone(),
    };
    Some(postcard::to_allocvec(&travelling).expect("sites are plain data"))
}

/// The call that [`encode_aggregate`] made these bytes of.
///
/// # Errors
/// `INTERNAL_ERROR` for other bytes, or for a function that this build doesn't know.
pub fn decode_aggregate(bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
    let call: Travelling = postcard::from_bytes(bytes)
        .map_err(|error| SqlError::internal(format!("a call that can't be read: {error}")))?;
    super::aggregate(&call.name, &call.site)?
        .ok_or_else(|| SqlError::internal(format!("there is no aggregate {}", call.name)))
}
