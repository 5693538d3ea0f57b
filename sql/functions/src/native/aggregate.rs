//! [`NativeAggregate`]: code of the program over the rows of groups.
//!
//! States of groups travel between partial and final aggregation as bytes that the code writes
//! itself. There is one state object a group: code of users is per row anyway.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType as ArrowType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, TypeSignature,
    Volatility,
};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::GroupsAccumulatorAdapter;
use flint_sql_columnar::{Raised, to_datafusion};
use flint_sql_spec::{NativeFunction, Result, SqlError};

use super::{Called, guarded};
use crate::aggregates::{Aggregation, Distinct, Replayed};
use crate::layout::laid_out;
use crate::site::Site;

/// Code over the rows of groups: what makes their states.
pub trait NativeAggregate: Send + Sync {
    /// The state of a group without rows.
    fn start(&self) -> Box<dyn NativeState>;
}

/// What code knows of one group.
pub trait NativeState: Send + Sync {
    /// Takes rows in: columns of the arguments.
    ///
    /// # Errors
    /// If a value cannot be read.
    fn update(&mut self, arguments: &[ArrayRef]) -> Result<()>;

    /// The state as bytes, to be merged into another of the same code.
    ///
    /// # Errors
    /// If it cannot be written.
    fn save(&self) -> Result<Vec<u8>>;

    /// Takes in what [`save`](Self::save) wrote of other rows of the group.
    ///
    /// # Errors
    /// If it cannot be read.
    fn merge(&mut self, saved: &[u8]) -> Result<()>;

    /// The group's result: a column of one value.
    ///
    /// # Errors
    /// If it cannot become a value.
    fn finish(&self) -> Result<ArrayRef>;
}

/// The function of a call.
///
/// # Errors
/// If its code is not a [`NativeAggregate`], or its type has no layout.
pub fn native_aggregate(function: &Arc<NativeFunction>, site: &Site) -> Result<Arc<AggregateUDF>> {
    let code = function
        .code
        .get::<Arc<dyn NativeAggregate>>()
        .ok_or_else(|| SqlError::internal("the code of a function is no aggregate"))?;
    let volatility = match function.deterministic {
        true => Volatility::Immutable,
        false => Volatility::Volatile,
    };
    let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
    Ok(Arc::new(AggregateUDF::new_from_impl(NativeUdaf {
        made: Made {
            code: Arc::clone(code),
            called: Arc::new(Called::of(function, &site.arguments)),
            layout: site.result_layout()?,
        },
        function: Arc::clone(function),
        signature: Signature::one_of(any, volatility),
        site: site.clone(),
    })))
}

/// What makes accumulators.
#[derive(Clone)]
struct Made {
    code: Arc<dyn NativeAggregate>,
    called: Arc<Called>,
    layout: ArrowType,
}

impl Made {
    fn alone(&self) -> DataFusionResult<Group> {
        let state = guarded(&self.called, || Ok(self.code.start())).map_err(to_datafusion)?;
        Ok(Group {
            state,
            called: Arc::clone(&self.called),
            layout: self.layout.clone(),
        })
    }
}

impl Aggregation for Made {
    fn state(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn accumulator(&self) -> Result<Box<dyn Accumulator>, Raised> {
        Ok(Box::new(self.alone()?))
    }

    fn groups(&self) -> Result<Box<dyn GroupsAccumulator>, Raised> {
        let made = self.clone();
        Ok(Box::new(GroupsAccumulatorAdapter::new(move || {
            Ok(Box::new(made.alone()?) as Box<dyn Accumulator>)
        })))
    }
}

/// One group.
struct Group {
    state: Box<dyn NativeState>,
    called: Arc<Called>,
    layout: ArrowType,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({})", self.called.name)
    }
}

impl Accumulator for Group {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        guarded(&self.called, || self.state.update(values)).map_err(to_datafusion)
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let found = guarded(&self.called, || self.state.finish()).map_err(to_datafusion)?;
        let found = laid_out(&found, &self.layout)?;
        ScalarValue::try_from_array(&found, 0)
    }

    fn size(&self) -> usize {
        // What the state itself holds is the program's secret; its saved form would tell, for the
        // price of saving it after each batch.
        size_of_val(self) + size_of_val(&*self.state)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let saved = guarded(&self.called, || self.state.save()).map_err(to_datafusion)?;
        Ok(vec![ScalarValue::Binary(Some(saved))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let [saved] = states else {
            return datafusion::common::internal_err!("a saved state is one column");
        };
        for saved in saved.as_binary::<i32>().iter().flatten() {
            guarded(&self.called, || self.state.merge(saved)).map_err(to_datafusion)?;
        }
        Ok(())
    }
}

/// One call of a native aggregate.
struct NativeUdaf {
    function: Arc<NativeFunction>,
    site: Site,
    made: Made,
    signature: Signature,
}

impl NativeUdaf {
    fn aggregation(
        &self,
        inputs: &[FieldRef],
        distinct: bool,
    ) -> DataFusionResult<Box<dyn Aggregation>> {
        let plain: Box<dyn Aggregation> = Box::new(self.made.clone());
        if !distinct {
            return Ok(plain);
        }
        let columns = inputs.iter().map(|field| field.data_type().clone());
        Ok(Box::new(Distinct::new(plain, columns.collect())?))
    }
}

impl AggregateUDFImpl for NativeUdaf {
    fn name(&self) -> &str {
        &self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[ArrowType]) -> DataFusionResult<ArrowType> {
        Ok(self.made.layout.clone())
    }

    fn return_field(&self, _: &[FieldRef]) -> DataFusionResult<FieldRef> {
        // Not null only where the analyzer said so; the executor has no rows for empty groups.
        let layout = self.made.layout.clone();
        Ok(Arc::new(Field::new(self.name(), layout, true)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> DataFusionResult<Vec<FieldRef>> {
        let made = self.aggregation(args.input_fields, args.is_distinct)?;
        let field = |(i, layout): (usize, ArrowType)| {
            let name = format_state_name(args.name, &format!("state{i}"));
            Arc::new(Field::new(name, layout, true))
        };
        Ok(made.state().into_iter().enumerate().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn Accumulator>> {
        let made = self.aggregation(args.expr_fields, args.is_distinct)?;
        Ok(made.accumulator()?)
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> DataFusionResult<Box<dyn GroupsAccumulator>> {
        let made = self.aggregation(args.expr_fields, args.is_distinct)?;
        Ok(made.groups()?)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> DataFusionResult<Box<dyn Accumulator>> {
        let made = self.aggregation(args.expr_fields, args.is_distinct)?;
        Ok(Box::new(Replayed::new(made)))
    }
}

impl PartialEq for NativeUdaf {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function && self.site == other.site
    }
}

impl Eq for NativeUdaf {}

impl Hash for NativeUdaf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
        self.site.hash(state);
    }
}

impl fmt::Debug for NativeUdaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeUdaf")
            .field("name", &self.function.name)
            .finish_non_exhaustive()
    }
}
