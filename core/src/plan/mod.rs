//! From lineage to programs: what one stage runs, as data.
//!
//! [`StageProgram`] is the flat form of the lineage between two shuffles; [`planner`] cuts it out
//! of the graph of RDDs; [`route`] says which partitions a step reads.

mod definition;
pub(crate) mod planner;
mod program;
mod route;

pub use definition::SinkOutput;
pub(crate) use definition::{
    PullDef, PullHandle, SinkDef, SinkHandle, SinkValue, SourceDef, SourceHandle, TypeHandle,
    TypeOf,
};
pub(crate) use program::NodeOp;
pub use program::StageProgram;
pub(crate) use route::Route;
