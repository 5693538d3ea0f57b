//! What formats of text share.

pub(crate) mod number;
pub(crate) mod pattern;
