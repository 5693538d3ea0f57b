//! Strings and bytes. Places and lengths of strings are in characters, from 1 on; those of bytes in
//! bytes.

mod base_coding;
mod bytes;
mod case;
mod charset;
mod encoding;
mod join;
mod parts;
mod search;
mod sentences;
mod words;

use crate::scalar::Scalar;

/// The families of strings.
pub(crate) const FUNCTIONS: &[&[Scalar]] = &[
    base_coding::FUNCTIONS,
    bytes::FUNCTIONS,
    case::FUNCTIONS,
    charset::FUNCTIONS,
    encoding::FUNCTIONS,
    join::FUNCTIONS,
    parts::FUNCTIONS,
    search::FUNCTIONS,
    sentences::FUNCTIONS,
    words::FUNCTIONS,
];
