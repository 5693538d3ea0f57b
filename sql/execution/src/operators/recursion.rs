//! The bound of recursions: the plan of a step is started anew for each level, so starts are levels.

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
