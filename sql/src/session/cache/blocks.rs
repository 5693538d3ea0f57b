//! [`CachedRows`]: where the rows of a cached query are, and what they come from.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use flint_core::Blocks;

/// The rows of a cached query. They go from the store when nobody reads them any more.
#[derive(Debug)]
pub(super) struct CachedRows {
    pub(super) blocks: Blocks,
    /// What computes partitions that are not there. Never run itself: scans take copies.
    pub(super) plan: Arc<dyn ExecutionPlan>,
    pub(super) compressed: bool,
}
