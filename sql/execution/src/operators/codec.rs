//! Operators as bytes, so that plans with them can travel.
//!
//! An operator's expressions are not in its bytes: whoever sends a plan encodes expressions in one
//! way, those of extension nodes as those of all others ([`UserDefinedLogicalNode::expressions`]), and
//! gives them back to [`decode_operator`] in the same order. The bytes hold the operator's name, how
//! many expressions go in which place, all else that it knows, and its columns.

use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{Result, SqlError};
use serde::{Deserialize, Serialize};

use super::{MapNode, Operator};

#[derive(Serialize, Deserialize)]
struct Travelling {
    name: String,
    operator: Operator,
    /// Its columns, as a stream of Arrow's without rows.
    columns: Vec<u8>,
}

/// The operator of a node as bytes, without its expressions and inputs; `None` if it is none of ours.
///
/// # Errors
/// `INTERNAL_ERROR` if its columns have types that Arrow cannot encode, and for code and observers of
/// the program, which cannot leave it.
pub fn encode_operator(node: &dyn UserDefinedLogicalNode) -> Result<Option<Vec<u8>>> {
    let Some(node) = node.as_any().downcast_ref::<MapNode>() else {
        return Ok(None);
    };
    let raise = |error: arrow::error::ArrowError| from_datafusion(error.into());
    let writer = StreamWriter::try_new(Vec::new(), node.schema.as_arrow()).map_err(raise)?;
    let travelling = Travelling {
        name: node.operator.name().to_owned(),
        operator: node.operator.clone(),
        columns: { writer }.into_inner().map_err(raise)?,
    };
    let bytes = postcard::to_allocvec(&travelling);
    bytes.map(Some).map_err(|error| unreadable(&error))
}

/// The node that [`encode_operator`] made these bytes of, over its expressions and its input.
///
/// # Errors
/// `INTERNAL_ERROR` for other bytes, or another number of expressions or inputs.
pub fn decode_operator(
    bytes: &[u8],
    exprs: Vec<Expr>,
    inputs: Vec<LogicalPlan>,
) -> Result<Arc<dyn UserDefinedLogicalNode>> {
    let found: Travelling = postcard::from_bytes(bytes).map_err(|error| unreadable(&error))?;
    if found.operator.name() != found.name {
        return Err(unreadable(&found.name));
    }
    let places = found.operator.exprs().len();
    let Ok([input]) = <[LogicalPlan; 1]>::try_from(inputs) else {
        return Err(unreadable(&"it has one input"));
    };
    if places != exprs.len() {
        let wrong = format!(
            "{} has {places} expressions, not {}",
            found.name,
            exprs.len()
        );
        return Err(unreadable(&wrong));
    }
    let columns = StreamReader::try_new(&found.columns[..], None);
    let columns = columns.map_err(|error| unreadable(&error))?.schema();
    Ok(Arc::new(MapNode {
        schema: Arc::new(schema(&columns)?),
        operator: found.operator.with_exprs(exprs),
        input,
    }))
}

fn schema(columns: &Schema) -> Result<DFSchema> {
    let fields = columns
        .fields()
        .iter()
        .map(|field| (None, Arc::clone(field)));
    DFSchema::new_with_metadata(fields.collect(), Default::default()).map_err(from_datafusion)
}

fn unreadable(why: &dyn std::fmt::Display) -> SqlError {
    SqlError::internal(format!("an operator that cannot be sent: {why}"))
}

/// A list of expressions as the number of them.
pub(super) mod places {
    use datafusion::logical_expr::{Expr, lit};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        exprs: &[Expr],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        exprs.len().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Expr>, D::Error> {
        let count = u32::deserialize(deserializer)?;
        Ok((0..count).map(|_| lit(0)).collect())
    }
}

/// Lists of expressions as the number in each.
pub(super) mod lists_of_places {
    use datafusion::logical_expr::{Expr, lit};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        lists: &[Vec<Expr>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let counts: Vec<usize> = lists.iter().map(Vec::len).collect();
        counts.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<Expr>>, D::Error> {
        let counts = Vec::<u32>::deserialize(deserializer)?;
        let list = |count: u32| (0..count).map(|_| lit(0)).collect();
        Ok(counts.into_iter().map(list).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use datafusion::logical_expr::{LogicalPlanBuilder, col, lit};
    use flint_sql_functions::Site;
    use flint_sql_spec::DataType;

    use super::super::advice::JoinStrategy;
    use super::super::{PartitionValue, node};
    use super::*;

    fn cases() -> Vec<Operator> {
        let (one, two) = (col("a") + lit(1), col("a"));
        vec![
            Operator::Expand {
                lists: vec![vec![one.clone()], vec![two.clone(), lit("x")], vec![]],
            },
            Operator::Generate {
                function: "explode".to_owned(),
                site: Site::of(&[DataType::Integer], DataType::STRING),
                args: vec![one.clone()],
                outer: true,
            },
            Operator::PartitionValues {
                values: vec![
                    PartitionValue::Id,
                    PartitionValue::Gaussian(-3),
                    PartitionValue::Text { length: 5, seed: 3 },
                ],
            },
            Operator::Sample {
                lower: 0.25_f64.to_bits(),
                upper: 0.5_f64.to_bits(),
                with_replacement: false,
                seed: i64::MIN,
            },
            Operator::Tail { count: u64::MAX },
            Operator::LimitRecursion { levels: Some(7) },
            Operator::LimitRows { rows: 9 },
            Operator::Advice {
                strategy: JoinStrategy::NestedLoop,
            },
            Operator::Deal { partitions: 3 },
            Operator::Scatter {
                exprs: vec![one.clone(), two.clone()],
                partitions: 4,
            },
            Operator::Range {
                exprs: vec![two.clone()],
                directions: vec![(true, false)],
                partitions: 5,
            },
            Operator::Merge { partitions: 2 },
            Operator::SortPartitions {
                exprs: vec![two, one],
                directions: vec![(false, true), (true, true)],
            },
        ]
    }

    #[test]
    fn every_operator_comes_back_from_bytes() {
        let input = LogicalPlanBuilder::values(vec![vec![lit(5)]])
            .and_then(|plan| plan.project(vec![col("column1").alias("a")]))
            .and_then(LogicalPlanBuilder::build)
            .expect("a plan");
        let mut seen = BTreeSet::new();
        for operator in cases() {
            let name = operator.name();
            seen.insert(name);
            let LogicalPlan::Extension(sent) = node(input.clone(), operator, None).expect(name)
            else {
                panic!("{name} is an extension");
            };
            let bytes = encode_operator(&*sent.node).expect(name).expect(name);
            let exprs = sent.node.expressions();
            let back = decode_operator(&bytes, exprs.clone(), vec![input.clone()]).expect(name);
            let back = back.as_any().downcast_ref::<MapNode>().expect(name);
            assert_eq!(Some(back), sent.node.as_any().downcast_ref(), "{name}");
            assert!(
                decode_operator(&bytes, exprs, Vec::new()).is_err(),
                "{name}"
            );
            assert!(decode_operator(&bytes[1..], Vec::new(), vec![input.clone()]).is_err());
        }
        let travelling = &Operator::NAMES[..Operator::TRAVELLING];
        let all: BTreeSet<&str> = travelling.iter().copied().collect();
        assert_eq!(seen, all, "each operator needs a case");
    }
}
