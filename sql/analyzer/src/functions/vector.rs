//! Vectors, which are arrays of FLOAT.

use flint_sql_spec::DataType;

use super::signature::{Family, Fill, Output, Signature};
use crate::types::{Accept, Basic};

const V: Accept = Accept::ArrayOf(Basic::Float);
const F: Accept = Accept::Is(Basic::Float);
const FLOAT: Output = Output::Is(Basic::Float);
const VECTOR: Output = Output::By(|_| DataType::array(DataType::Float));

pub(super) const FAMILY: Family = Family {
    table: &[
        pair("vector_cosine_similarity"),
        pair("vector_inner_product"),
        pair("vector_l2_distance"),
        Signature::new("vector_norm", &[V, F], FLOAT)
            .or(&[Fill::Float(2.0)])
            .exact()
            .always_null(),
        Signature::new("vector_normalize", &[V, F], VECTOR)
            .or(&[Fill::Float(2.0)])
            .exact()
            .always_null(),
        Signature::aggregate("vector_sum", &[V], VECTOR).strict(),
        Signature::aggregate("vector_avg", &[V], VECTOR).strict(),
    ],
    special: &[],
    aliases: &[],
};

const fn pair(name: &'static str) -> Signature {
    Signature::new(name, &[V, V], FLOAT).exact().always_null()
}
