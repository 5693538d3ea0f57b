//! Closures that travel: how a piece of a program is turned into bytes and back.
//!
//! A definition (operator, source, sink) that implements [`Portable`] is sent as *entry point +
//! bytes*. The entry point is the address of its decoding function relative to a fixed function
//! of the same executable; the bytes are its environments and parameters, encoded by serde. A
//! closure itself is never encoded: one that captures nothing has no size, so its type, which the
//! entry point fixes, is all there is to it. A closure that captures something is refused with
//! its place in the source and the way out: `rdd.with(env)`.
//!
//! Both ends must be the very same executable; [`build_hash`] is compared before any entry point
//! is used. The unsafe parts are in [`address`], with the argument for their soundness.

mod address;
mod portable;
mod shipped;
#[cfg(test)]
mod tests;

pub use address::build_hash;
pub(crate) use portable::{Decoder, EncodedDef, Encoder, Erase, Portable, decode_def, encode_def};
pub(crate) use shipped::Shipped;
