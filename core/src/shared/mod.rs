//! Shared variables: [`Accumulator`]s that tasks add to, [`Broadcast`]s that they read.

mod accumulator;
mod broadcast;

pub use accumulator::{
    Accumulate, Accumulator, AccumulatorUpdate, CollectionAccumulator, DoubleAccumulator,
    LongAccumulator, Numbers,
};
pub(crate) use accumulator::{AccumulatorRegistry, LocalAccumulator};
pub use broadcast::{Broadcast, BroadcastStore};
