//! What sessions of one application share.

use flint_core::Context;
use flint_sql_execution::rules::Rules;
use flint_sql_spec::Result;
use parking_lot::RwLock;

use super::cache::Cache;
use super::engine::Engine;
use super::names::Views;
use super::tables::{self, Databases};

/// The application: its context, its engine, and names that all sessions see.
pub(super) struct Shared {
    pub(super) context: Context,
    pub(super) engine: Engine,
    /// Rules of the application in the optimizer.
    pub(super) rules: Rules,
    pub(super) cache: Cache,
    pub(super) global_views: RwLock<Views>,
    pub(super) databases: RwLock<Databases>,
}

impl Shared {
    pub(super) fn new(context: Context, rules: Rules) -> Result<Shared> {
        let engine = Engine::new(&context)?;
        Ok(Shared {
            context,
            engine,
            rules,
            cache: Cache::default(),
            global_views: RwLock::default(),
            databases: RwLock::new(tables::initial()),
        })
    }
}
