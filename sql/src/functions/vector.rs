//! Arrays of floats as vectors.

use super::*;

functions! {
    /// The cosine of the angle between two vectors.
    fn vector_cosine_similarity(left: Column, right: Column);
    /// The inner product of two vectors.
    fn vector_inner_product(left: Column, right: Column);
    /// The distance of two vectors.
    fn vector_l2_distance(left: Column, right: Column);
    /// The length of a vector.
    fn vector_norm(vector: Column);
    /// The norm of a vector, of a degree.
    fn vector_norm_with(vector: Column, degree: Column) = "vector_norm";
    /// A vector of the same direction and length 1.
    fn vector_normalize(vector: Column);
    /// A vector of the same direction, whose norm of a degree is 1.
    fn vector_normalize_with(vector: Column, degree: Column) = "vector_normalize";
}
