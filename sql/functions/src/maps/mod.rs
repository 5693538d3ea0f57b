//! Functions of maps.

mod build;
mod read;

use crate::scalar::Scalar;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("map", build::map),
    Scalar::new("map_concat", build::concatenated),
    Scalar::new("map_contains_key", read::contains_key),
    Scalar::new("map_entries", read::entries),
    Scalar::new("map_from_arrays", build::from_arrays),
    Scalar::new("map_from_entries", build::from_entries),
    Scalar::new("map_keys", read::keys),
    Scalar::new("map_values", read::values),
    Scalar::new("str_to_map", build::from_text),
];
