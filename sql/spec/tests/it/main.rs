//! The spec from outside: completeness, depth, the wire.

mod connect;
mod deep;
mod wire;
