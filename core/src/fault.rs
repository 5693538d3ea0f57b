//! Fault points: named places in product code where a test can make things go wrong.
//!
//! `fault!("shuffle.write.block")` stands in a function that returns a `Result`. Without the
//! feature `fault-points` it expands to nothing: no branch, no string, no static (a keyed point
//! only has its arguments type-checked). With the feature, a test arms the point with an
//! `Action`: fail, panic, wait, end the process, or block until released.
//!
//! In the same process a test calls `arm` and keeps the guard: it disarms on drop and counts
//! how often the fault fired, because a test whose fault never fired proves nothing. Other
//! processes read two environment variables when they first reach a point:
//!
//! - `FLINT_FAULTS`: rules separated by `;`, each `point=action`, `point=action*times` or
//!   `point=action*times@nth`. Actions are `fail`, `panic`, `abort`, `delay(50ms)` and
//!   `block(name)`. `times` is how often the rule fires in this process (default: always), `nth`
//!   the first hit that fires, from 1.
//! - `FLINT_FAULT_TOKENS`: a directory of token files. If set, a rule of `FLINT_FAULTS` fires only
//!   if it can remove one of its point's tokens, and since a file is removed by exactly one
//!   process, the tokens bound the faults of all processes together. `fill_tokens` makes them.
//!
//! A point may have a key: `fault!("task.run", partition)` is armed as `task.run` (every key) or
//! as `task.run[3]`.
//!
//! Points are shared by the whole process, like the code that they stand in, and an armed one fires
//! for whoever reaches it. So tests that run in one process arm a point on their own thread
//! (`arm_here`) where the code under test starts no thread, arm a key that only they use, or
//! live in a test binary in which every test takes its turn (`exclusive`).

#[cfg(feature = "fault-points")]
mod barrier;
#[cfg(feature = "fault-points")]
mod points;
#[cfg(feature = "fault-points")]
mod rules;
#[cfg(test)]
#[cfg(feature = "fault-points")]
mod tests;

#[cfg(feature = "fault-points")]
pub use barrier::release;
#[cfg(feature = "fault-points")]
pub use points::{
    Action, Armed, Exclusive, arm, arm_from, arm_here, exclusive, hit, reached, reached_here,
};
#[cfg(feature = "fault-points")]
pub use rules::{fill_tokens, tokens_left};

/// Whether fault points are compiled in.
pub const ENABLED: bool = cfg!(feature = "fault-points");

/// A fault point: nothing at all, unless the feature `fault-points` is on and a test armed it.
///
/// It stands as a statement in a function (or closure) whose error is [`Error`](crate::Error) or
/// can be made from it. An optional second argument is a key that implements `Display`; it is
/// evaluated only when fault points are compiled in.
///
/// ```
/// fn write_block(partition: u32) -> flint_core::Result<()> {
///     flint_core::fault!("shuffle.write.block");
///     flint_core::fault!("shuffle.write.partition", partition);
///     Ok(())
/// }
/// assert!(write_block(3).is_ok());
/// ```
#[cfg(feature = "fault-points")]
#[macro_export]
macro_rules! fault {
    ($point:expr) => {
        $crate::fault::hit($point, ::core::option::Option::None)?
    };
    ($point:expr, $key:expr) => {
        $crate::fault::hit($point, ::core::option::Option::Some(&$key))?
    };
}

/// A fault point: nothing at all, unless the feature `fault-points` is on and a test armed it.
///
/// It stands as a statement in a function (or closure) whose error is [`Error`](crate::Error) or
/// can be made from it. An optional second argument is a key that implements `Display`; it is
/// evaluated only when fault points are compiled in.
///
/// ```
/// fn write_block(partition: u32) -> flint_core::Result<()> {
///     flint_core::fault!("shuffle.write.block");
///     flint_core::fault!("shuffle.write.partition", partition);
///     Ok(())
/// }
/// assert!(write_block(3).is_ok());
/// ```
#[cfg(not(feature = "fault-points"))]
#[macro_export]
macro_rules! fault {
    ($point:expr) => {};
    ($point:expr, $key:expr) => {
        // Never called: the key is type-checked, not evaluated.
        let _ = || {
            let _: &dyn ::core::fmt::Display = &$key;
        };
    };
}

#[cfg(test)]
#[cfg(not(feature = "fault-points"))]
mod tests {
    use std::cell::Cell;

    use crate::error::Result;

    /// Compiles only because the macro expands to no expression: `fault!` in a function without a
    /// `Result` would be an error otherwise.
    fn passes_without_result() -> u32 {
        crate::fault!("test.off");
        7
    }

    #[test]
    fn a_point_is_no_code_when_off() {
        assert_eq!(passes_without_result(), 7);
    }

    #[test]
    fn a_key_is_not_evaluated_when_off() {
        let evaluated = Cell::new(false);
        let run = || -> Result<()> {
            crate::fault!("test.off.key", {
                evaluated.set(true);
                3
            });
            Ok(())
        };
        assert!(run().is_ok());
        assert!(!evaluated.get());
    }
}
