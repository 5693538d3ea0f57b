//! Pi by throwing darts at a square: how many land in the circle?
//!
//! Shows the smallest job that is worth its cores: numbers, `map`, a sum. The size of a slice
//! reaches the closure through [`Rdd::with`](flint_core::Rdd::with), so that the same program could
//! run in other processes.
//!
//! ```text
//! $ cargo run -p flint-examples --bin monte_carlo_pi -- 20000000
//! 20000000 darts, 15708059 in the circle: pi is about 3.1416
//! ```

use flint_core::{Context, Result};

use super::{argument, random};

/// Darts thrown, and those in the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// All darts.
    pub darts: u64,
    /// Those in the circle.
    pub hits: u64,
}

impl Answer {
    /// The estimate.
    pub fn pi(&self) -> f64 {
        4.0 * self.hits as f64 / self.darts as f64
    }
}

/// Throws `slices * per_slice` darts, a slice a task.
///
/// # Errors
/// If the job fails.
pub fn run(ctx: &Context, slices: u32, per_slice: u64) -> Result<Answer> {
    let hits = ctx
        .range(0, i64::from(slices), 1, slices as usize)?
        .with(per_slice)
        .map(|per_slice, slice| hits_of(slice as u64, *per_slice))
        .collect()?;
    Ok(Answer {
        darts: u64::from(slices) * per_slice,
        hits: hits.iter().sum(),
    })
}

/// The hits among the darts of one slice.
fn hits_of(slice: u64, per_slice: u64) -> u64 {
    let from = slice * per_slice;
    (from..from + per_slice)
        .filter(|dart| in_circle(*dart))
        .count() as u64
}

fn in_circle(dart: u64) -> bool {
    let (x, y) = (random::fraction(2 * dart), random::fraction(2 * dart + 1));
    x * x + y * y < 1.0
}

/// The same answer without Flint.
pub fn plain(slices: u32, per_slice: u64) -> Answer {
    let darts = u64::from(slices) * per_slice;
    let hits = (0..darts).filter(|dart| in_circle(*dart)).count() as u64;
    Answer { darts, hits }
}

/// The program: `monte_carlo_pi [DARTS]`.
///
/// # Errors
/// If the argument is not a number, or the job fails.
pub fn main() -> Result<()> {
    let darts: u64 = argument(1, "DARTS", 20_000_000)?;
    let slices = 16;
    let ctx = Context::builder().app_name("monte_carlo_pi").build()?;
    let answer = run(&ctx, slices, darts.div_ceil(u64::from(slices)))?;
    println!(
        "{} darts, {} in the circle: pi is about {:.4}",
        answer.darts,
        answer.hits,
        answer.pi()
    );
    Ok(())
}
