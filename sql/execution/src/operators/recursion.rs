//! The bounds of recursions: how deep they go, and how many rows they make. The plan of a step is
//! started anew for each level, so starts are levels; rows are counted where the recursion gives them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::PhysicalExpr;
use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

use super::exec::{BatchMap, Work};

#[derive(Debug)]
pub(super) struct LimitRecursion {
    levels: Option<u64>,
    started: AtomicU64,
}

impl LimitRecursion {
    pub(super) fn new(levels: Option<u64>) -> LimitRecursion {
        LimitRecursion {
            levels,
            started: AtomicU64::new(0),
        }
    }
}

impl BatchMap for LimitRecursion {
    fn name(&self) -> &'static str {
        "LimitRecursion"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn work(&self, partition: usize, _: &SchemaRef) -> Work {
        let level = match partition {
            0 => self.started.fetch_add(1, Ordering::Relaxed) + 1,
            _ => self.started.load(Ordering::Relaxed),
        };
        let exceeded = self.levels.filter(|levels| level > *levels);
        Work::each(move |batch| match exceeded {
            Some(levels) if batch.num_rows() > 0 => Err(Raised(
                SqlError::new(condition::RECURSION_LEVEL_LIMIT_EXCEEDED)
                    .with("levelLimit", levels.to_string()),
            )),
            _ => Ok(vec![batch]),
        })
    }

    fn keeps_rows(&self) -> bool {
        true
    }
}

/// Rows, as long as there are fewer than a bound. As in Spark a recursion that makes just as many is
/// one too many: whether it would have ended there is not known.
#[derive(Debug)]
pub(super) struct LimitRows {
    pub(super) rows: u64,
}

impl BatchMap for LimitRows {
    fn name(&self) -> &'static str {
        "LimitRows"
    }

    fn exprs(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn work(&self, _: usize, _: &SchemaRef) -> Work {
        let limit = self.rows;
        let mut seen = 0;
        Work::each(move |batch| {
            seen += batch.num_rows() as u64;
            if batch.num_rows() > 0 && seen >= limit {
                return Err(Raised(
                    SqlError::new(condition::RECURSION_ROW_LIMIT_EXCEEDED)
                        .with("rowLimit", limit.to_string()),
                ));
            }
            Ok(vec![batch])
        })
    }

    fn keeps_rows(&self) -> bool {
        true
    }
}
