//! `EXPLAIN`.

use std::sync::Arc;

use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use flint_sql_columnar::from_datafusion;
use flint_sql_spec::{
    DataType, ExplainMode, Literal, Plan, Relation, Result, StructField, StructType,
};

use super::super::{QueryResult, SparkSession};

/// `EXPLAIN`: the plans of a query as text, or the error that keeps it from having any, as Spark
/// does.
pub(super) fn explain(
    session: &SparkSession,
    mode: ExplainMode,
    plan: &Plan,
) -> Result<QueryResult> {
    let text = match plan {
        Plan::Relation(relation) => session.explain(relation, mode),
        Plan::Command(command) => Ok(format!("== Physical Plan ==\nExecute {command:?}\n")),
    };
    let text =
        text.unwrap_or_else(|error| format!("Error occurred during query planning: \n{error}"));
    let field = StructField::new("plan", DataType::STRING, false);
    QueryResult::of(StructType::new([field]), vec![vec![Literal::from(text)]])
}

impl SparkSession {
    /// The physical plan in the language of Graphviz.
    pub(crate) fn graphviz(&self, relation: &Relation) -> Result<String> {
        let planned = super::super::query::planned(self, relation)?;
        Ok(displayable(&**planned.plan()).graphviz().to_string())
    }

    /// The plans of a relation as text.
    pub(crate) fn explain(&self, relation: &Relation, mode: ExplainMode) -> Result<String> {
        let planned = super::super::query::planned(self, relation)?;
        let physical = format!("== Physical Plan ==\n{}\n", planned.physical());
        Ok(match mode {
            ExplainMode::Simple => physical,
            ExplainMode::Formatted => super::formatted::formatted(planned.plan()),
            // Kernels are compiled with the engine: there is no code of a query.
            ExplainMode::Codegen => "Found 0 WholeStageCodegen subtrees.\n".to_owned(),
            ExplainMode::Extended => format!(
                "== Parsed Logical Plan ==\n{relation:?}\n\n== Analyzed Logical Plan ==\n{:?}\n\n\
                 == Optimized Logical Plan ==\n{}\n\n{physical}",
                planned.analyzed,
                planned.optimized.display_indent(),
            ),
            ExplainMode::Cost => format!(
                "== Optimized Logical Plan ==\n{}\n{}\n\n{}",
                planned.optimized.display_indent_schema(),
                statistics(planned.plan())?,
                planned.physical_with_statistics(),
            ),
        })
    }
}

/// What is known of a result's size, as Spark tells it: 8 EiB where nothing is.
fn statistics(plan: &Arc<dyn ExecutionPlan>) -> Result<String> {
    let known = StatisticsContext::new()
        .compute(plan.as_ref(), &StatisticsArgs::new())
        .map_err(from_datafusion)?;
    let bytes = known.total_byte_size.get_value();
    let bytes = bytes.map_or(i64::MAX as f64, |bytes| *bytes as f64);
    let rows = known.num_rows.get_value();
    let rows = rows.map_or_else(String::new, |rows| format!(", rowCount={rows}"));
    Ok(format!("Statistics(sizeInBytes={}{rows})", size(bytes)))
}

/// Bytes in the largest unit of which there are two or more.
fn size(bytes: f64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut shown, mut unit) = (bytes, 0);
    while shown >= 2048.0 && unit + 1 < UNITS.len() {
        shown /= 1024.0;
        unit += 1;
    }
    format!("{shown:.1} {}", UNITS[unit])
}
