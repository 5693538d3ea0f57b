//! Strings and bytes. Places and lengths of strings are in characters, from 1 on; those of bytes in
//! bytes.

mod bytes;
mod case;
mod encoding;
mod join;
mod parts;
mod search;
mod words;

use crate::scalar::Scalar;

/// The families of strings.
pub(crate) const FUNCTIONS: &[&[Scalar]] = &[
    bytes::FUNCTIONS,
    case::FUNCTIONS,
    encoding::FUNCTIONS,
    join::FUNCTIONS,
    parts::FUNCTIONS,
    search::FUNCTIONS,
    words::FUNCTIONS,
];
