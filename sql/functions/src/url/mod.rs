//! URLs: their parts, and text in the form of theirs.

mod coding;
mod parts;
mod uri;

pub(crate) use coding::FUNCTIONS as CODINGS;
pub(crate) use parts::FUNCTIONS as PARTS;
