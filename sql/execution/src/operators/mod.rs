//! Operators of ours: what is done to batches where DataFusion has nothing for it.
//!
//! All of them take the rows of one input, partition by partition, and give others. They share one
//! logical node ([`MapNode`]), one execution plan ([`exec::MapExec`]) and one place in the planner;
//! what an operator does to batches is in the file of its name. An operator is plain data over
//! expressions, so it can be compared, shown and sent.

mod advice;
mod bounds;
mod by_partition;
mod codec;
mod exchange;
mod exec;
mod expand;
mod gather;
mod generate;
mod native;
mod observe;
mod planner;
mod random;
mod recursion;
mod sample;
mod tail;

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result as DataFusionResult};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use flint_sql_columnar::Raised;
use flint_sql_functions::Site;
use flint_sql_spec::{Ident, NativeCode};
use serde::{Deserialize, Serialize};

pub(crate) use advice::{FollowAdvice, JoinStrategy};
pub use codec::{decode_operator, encode_operator};
pub(crate) use gather::GatherExec;
pub use gather::gathered;
pub use native::{Batches, EachBatch, NativeRows, NativeWork};
pub use observe::Observed;
pub(crate) use observe::ObservedHere;
pub(crate) use planner::MapPlanner;

/// What is done to the rows of an input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Operator {
    /// Each row as several: one for each list.
    Expand {
        /// As many expressions each as there are columns.
        #[serde(with = "codec::lists_of_places")]
        lists: Vec<Vec<Expr>>,
    },
    /// The row's columns with each row that a generator makes of it.
    Generate {
        /// The generator's name.
        function: String,
        /// What is known of the call.
        site: Site,
        /// Its arguments.
        #[serde(with = "codec::places")]
        args: Vec<Expr>,
        /// Whether rows that make none stay.
        outer: bool,
    },
    /// The row's columns and values that hang on its place.
    PartitionValues {
        /// The values.
        values: Vec<PartitionValue>,
    },
    /// Some rows, by chance.
    Sample {
        /// Bits of the lower bound of the random number.
        lower: u64,
        /// Bits of the upper bound.
        upper: u64,
        /// Whether a row can come more than once.
        with_replacement: bool,
        /// Where chance begins.
        seed: i64,
    },
    /// The last rows of all.
    Tail {
        /// How many.
        count: u64,
    },
    /// The rows as they are, of a plan that runs once for each level of a recursion.
    LimitRecursion {
        /// How many levels there may be; any number without it.
        levels: Option<u64>,
    },
    /// The rows as they are, as long as there are fewer than so many.
    LimitRows {
        /// How many are too many.
        rows: u64,
    },
    /// The rows as they are, with advice for the join above.
    Advice {
        /// How it is to be done.
        strategy: JoinStrategy,
    },
    /// The rows in so many partitions, dealt out in turn.
    Deal {
        /// How many.
        partitions: usize,
    },
    /// The rows in so many partitions, equal values together.
    Scatter {
        /// Values of what.
        #[serde(with = "codec::places")]
        exprs: Vec<Expr>,
        /// How many.
        partitions: usize,
    },
    /// The rows in so many partitions, neighbouring values together.
    Range {
        /// Values of what.
        #[serde(with = "codec::places")]
        exprs: Vec<Expr>,
        /// For each, whether it descends and whether nulls come first.
        directions: Vec<(bool, bool)>,
        /// How many.
        partitions: usize,
    },
    /// Neighbouring partitions as one, so that there are not more than so many.
    Merge {
        /// How many.
        partitions: usize,
    },
    /// An order inside of each partition.
    SortPartitions {
        /// By what.
        #[serde(with = "codec::places")]
        exprs: Vec<Expr>,
        /// For each, whether it descends and whether nulls come first.
        directions: Vec<(bool, bool)>,
    },
    // Those that do not travel come last: serde numbers the others without them.
    /// Rows that code of the program makes. It stays in the program.
    #[serde(skip)]
    Native {
        /// What is done.
        name: Ident,
        /// The code.
        code: NativeCode,
    },
    /// The rows as they are, with aggregates on the side, which go to an observer in the program.
    #[serde(skip)]
    Observe {
        /// The aggregates, over columns of the input.
        aggregates: Vec<Expr>,
        /// Where the values go.
        observed: ObservedHere,
    },
}

/// A value that hangs on the partition and on a row's place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum PartitionValue {
    /// The partition's number.
    Id,
    /// The partition's number in the upper 31 bits, the row's place in the lower 33.
    Increasing,
    /// A random number from 0 to 1.
    Uniform(i64),
    /// A normally distributed random number.
    Gaussian(i64),
    /// A random UUID.
    Uuid(i64),
    /// Random letters and digits.
    Text {
        /// How many.
        length: u32,
        /// Where chance begins.
        seed: i64,
    },
}

/// A plan over an operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MapNode {
    pub(crate) input: LogicalPlan,
    pub(crate) operator: Operator,
    pub(crate) schema: DFSchemaRef,
}

/// The plan of an operator over an input: of other columns, or of the input's own.
pub(crate) fn node(
    input: LogicalPlan,
    operator: Operator,
    fields: Option<Vec<FieldRef>>,
) -> Result<LogicalPlan, Raised> {
    let schema = match fields {
        Some(fields) => {
            let fields = fields.into_iter().map(|field| (None, field)).collect();
            Arc::new(DFSchema::new_with_metadata(fields, Default::default())?)
        }
        None => Arc::clone(input.schema()),
    };
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(MapNode {
            input,
            operator,
            schema,
        }),
    }))
}

impl Operator {
    /// The names of all operators.
    const NAMES: [&str; 15] = [
        "Expand",
        "Generate",
        "PartitionValues",
        "Sample",
        "Tail",
        "LimitRecursion",
        "LimitRows",
        "Advice",
        "Deal",
        "Scatter",
        "Range",
        "Merge",
        "SortPartitions",
        "TypedMap",
        "CollectMetrics",
    ];

    /// How many of the names are of operators that travel.
    #[cfg(test)]
    const TRAVELLING: usize = 13;

    /// Its name in plans, and where they travel.
    pub(crate) fn name(&self) -> &'static str {
        let place = match self {
            Operator::Expand { .. } => 0,
            Operator::Generate { .. } => 1,
            Operator::PartitionValues { .. } => 2,
            Operator::Sample { .. } => 3,
            Operator::Tail { .. } => 4,
            Operator::LimitRecursion { .. } => 5,
            Operator::LimitRows { .. } => 6,
            Operator::Advice { .. } => 7,
            Operator::Deal { .. } => 8,
            Operator::Scatter { .. } => 9,
            Operator::Range { .. } => 10,
            Operator::Merge { .. } => 11,
            Operator::SortPartitions { .. } => 12,
            Operator::Native { .. } => 13,
            Operator::Observe { .. } => 14,
        };
        Operator::NAMES[place]
    }

    fn exprs(&self) -> Vec<Expr> {
        match self {
            Operator::Expand { lists } => lists.iter().flatten().cloned().collect(),
            Operator::Generate { args, .. } => args.clone(),
            Operator::SortPartitions { exprs, .. }
            | Operator::Scatter { exprs, .. }
            | Operator::Range { exprs, .. } => exprs.clone(),
            Operator::Observe { aggregates, .. } => aggregates.clone(),
            Operator::Native { .. }
            | Operator::PartitionValues { .. }
            | Operator::Sample { .. }
            | Operator::Tail { .. }
            | Operator::LimitRecursion { .. }
            | Operator::LimitRows { .. }
            | Operator::Advice { .. }
            | Operator::Deal { .. }
            | Operator::Merge { .. } => Vec::new(),
        }
    }

    fn with_exprs(&self, new: Vec<Expr>) -> Operator {
        let mut operator = self.clone();
        match &mut operator {
            Operator::Expand { lists } => {
                let mut new = new.into_iter();
                for list in lists {
                    for expr in list {
                        if let Some(next) = new.next() {
                            *expr = next;
                        }
                    }
                }
            }
            Operator::Generate { args, .. } => *args = new,
            Operator::SortPartitions { exprs, .. }
            | Operator::Scatter { exprs, .. }
            | Operator::Range { exprs, .. } => *exprs = new,
            Operator::Observe { aggregates, .. } => *aggregates = new,
            Operator::Native { .. }
            | Operator::PartitionValues { .. }
            | Operator::Sample { .. }
            | Operator::Tail { .. }
            | Operator::LimitRecursion { .. }
            | Operator::LimitRows { .. }
            | Operator::Advice { .. }
            | Operator::Deal { .. }
            | Operator::Merge { .. } => {}
        }
        operator
    }

    /// Whether rows pass whole and unchanged, wherever they go.
    fn passes_rows(&self) -> bool {
        match self {
            Operator::SortPartitions { .. }
            | Operator::Advice { .. }
            | Operator::Deal { .. }
            | Operator::Scatter { .. }
            | Operator::Range { .. }
            | Operator::Merge { .. } => true,
            Operator::Expand { .. }
            | Operator::Generate { .. }
            | Operator::PartitionValues { .. }
            | Operator::Sample { .. }
            | Operator::Tail { .. }
            | Operator::LimitRecursion { .. }
            | Operator::LimitRows { .. }
            | Operator::Native { .. }
            | Operator::Observe { .. } => false,
        }
    }
}

impl UserDefinedLogicalNodeCore for MapNode {
    fn name(&self) -> &str {
        self.operator.name()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.operator.exprs()
    }

    /// Columns of which every value passes unchanged, row by row, may be filtered below.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let all = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().clone());
        match &self.operator {
            operator if operator.passes_rows() => HashSet::new(),
            Operator::Generate { outer: false, .. } => {
                let below = self.input.schema();
                all.filter(|name| !below.has_column_with_unqualified_name(name))
                    .collect()
            }
            _ => all.collect(),
        }
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.name())?;
        let exprs = self.operator.exprs();
        if !exprs.is_empty() {
            let texts: Vec<String> = exprs.iter().map(ToString::to_string).collect();
            write!(f, ": {}", texts.join(", "))?;
        }
        Ok(())
    }

    fn with_exprs_and_inputs(
        &self,
        exprs: Vec<Expr>,
        mut inputs: Vec<LogicalPlan>,
    ) -> DataFusionResult<Self> {
        let Some(input) = inputs.pop() else {
            return datafusion::common::internal_err!("an operator of ours has an input");
        };
        // An input that passes through may have lost columns.
        let schema = match self.operator.passes_rows() {
            true => input.schema(),
            false => &self.schema,
        };
        Ok(MapNode {
            schema: Arc::clone(schema),
            input,
            operator: self.operator.with_exprs(exprs),
        })
    }

    /// Columns that nobody asks for need not pass.
    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let passes = self.operator.passes_rows() && self.operator.exprs().is_empty();
        passes.then(|| vec![output.to_vec()])
    }
}

impl PartialOrd for MapNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}
