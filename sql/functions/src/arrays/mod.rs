//! Functions of arrays, and those that arrays share with maps.
//!
//! They look at offsets and decide which elements go where; one kernel of Arrow then brings all
//! elements of the batch there. Elements are compared by their [`Keys`](crate::keys::Keys), as Spark
//! compares them: NaN equals NaN, and -0.0 equals 0.0.

pub(crate) mod access;
mod construct;
mod edit;
mod lists;
pub(crate) mod order;
mod search;
mod sequence;
mod sets;
mod shuffle;

use crate::scalar::Scalar;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("array", construct::array),
    Scalar::new("array_append", edit::append),
    Scalar::new("array_compact", edit::compact),
    Scalar::new("array_contains", search::contains),
    Scalar::new("array_distinct", sets::distinct),
    Scalar::new("array_except", sets::except),
    Scalar::new("array_insert", edit::insert),
    Scalar::new("array_intersect", sets::intersect),
    Scalar::new("array_join", edit::join),
    Scalar::new("array_max", order::max),
    Scalar::new("array_min", order::min),
    Scalar::new("array_position", search::position),
    Scalar::new("array_prepend", edit::prepend),
    Scalar::new("array_remove", search::remove),
    Scalar::new("array_repeat", construct::repeat),
    Scalar::new("array_size", edit::array_size),
    Scalar::new("array_sort", order::sort_nulls_last),
    Scalar::new("array_union", sets::union),
    Scalar::new("arrays_overlap", search::overlap),
    Scalar::new("arrays_zip", construct::zip),
    Scalar::new("element_at", access::element_at),
    Scalar::new("flatten", edit::flatten),
    Scalar::new("get", access::get),
    Scalar::new("getitem", access::item),
    Scalar::new("reverse", order::reverse),
    Scalar::new("sequence", sequence::sequence),
    Scalar::new("shuffle", shuffle::shuffle).volatile(),
    Scalar::new("size", edit::size),
    Scalar::new("slice", edit::slice),
    Scalar::new("sort_array", order::sort),
    Scalar::new("try_element_at", access::try_element_at),
];
