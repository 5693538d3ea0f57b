//! Vectors: arrays of FLOAT. A null element makes the whole NULL; sums are of doubles, cut to a float
//! at the end.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array, Float32Builder, ListBuilder};
use arrow::datatypes::{DataType as ArrowType, Field, Float32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::display::write_float;
use crate::each::{kernel, numbers};
use crate::nested::spans;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// The family of vectors.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("vector_inner_product", |_| {
        pairs("vector_inner_product", |a, b| Some(products(a, b) as f32))
    }),
    Scalar::new("vector_cosine_similarity", |_| {
        pairs("vector_cosine_similarity", cosine)
    }),
    Scalar::new("vector_l2_distance", |_| {
        pairs("vector_l2_distance", |a, b| Some(distance(a, b)))
    }),
    Scalar::new("vector_norm", norm),
    Scalar::new("vector_normalize", normalize),
];

/// An argument that is a vector, by row.
pub(crate) struct Vectors {
    values: Float32Array,
    spans: Vec<Option<std::ops::Range<usize>>>,
}

impl Vectors {
    /// The vectors of a column.
    pub(crate) fn new(column: &ArrayRef) -> Vectors {
        let values = column
            .as_list_opt::<i32>()
            .and_then(|list| list.values().as_primitive_opt::<Float32Type>().cloned());
        Vectors {
            values: values.unwrap_or_else(|| Float32Array::from(Vec::<f32>::new())),
            spans: spans(column),
        }
    }

    fn of(args: &Arguments, i: usize) -> Result<Vectors, Raised> {
        Ok(Vectors::new(&args.array(i)?))
    }

    /// The vector of a row, if it is not null.
    pub(crate) fn get(&self, row: usize) -> Option<&[f32]> {
        let range = self.spans[row].clone()?;
        let whole = range.clone().all(|at| self.values.is_valid(at));
        whole.then(|| &self.values.values()[range])
    }
}

/// The error when vectors are of different lengths.
pub(crate) fn same_length(function: &str, left: usize, right: usize) -> Result<(), Raised> {
    if left == right {
        return Ok(());
    }
    Err(SqlError::new(condition::VECTOR_DIMENSION_MISMATCH)
        .with("functionName", format!("`{function}`"))
        .with("leftDim", left.to_string())
        .with("rightDim", right.to_string())
        .into())
}

fn pairs(function: &'static str, of: fn(&[f32], &[f32]) -> Option<f32>) -> Result<Kernel> {
    kernel(move |args| {
        let (left, right) = (Vectors::of(args, 0)?, Vectors::of(args, 1)?);
        numbers::<Float32Type>(args.rows(), |row| {
            let Some((left, right)) = left.get(row).zip(right.get(row)) else {
                return Ok(None);
            };
            same_length(function, left.len(), right.len())?;
            Ok(of(left, right))
        })
    })
}

fn products(left: &[f32], right: &[f32]) -> f64 {
    let pairs = left.iter().zip(right);
    pairs.fold(0.0, |sum, (a, b)| sum + f64::from(*a) * f64::from(*b))
}

fn distance(left: &[f32], right: &[f32]) -> f32 {
    let squares = left.iter().zip(right).map(|(a, b)| {
        let apart = f64::from(*a) - f64::from(*b);
        apart * apart
    });
    squares.fold(0.0, |sum, square| sum + square).sqrt() as f32
}

/// None, if one of them has no direction.
fn cosine(left: &[f32], right: &[f32]) -> Option<f32> {
    let lengths = (products(left, left) * products(right, right)).sqrt();
    (lengths != 0.0).then(|| (products(left, right) / lengths) as f32)
}

/// The length of a vector by a degree: 1, 2 or infinity.
fn length(vector: &[f32], degree: f32, function: &str) -> Result<f64, Raised> {
    let sizes = vector.iter().map(|value| f64::from(value.abs()));
    Ok(if degree == 1.0 {
        sizes.fold(0.0, |sum, size| sum + size)
    } else if degree == 2.0 {
        products(vector, vector).sqrt()
    } else if degree == f32::INFINITY {
        sizes.fold(0.0, f64::max)
    } else {
        let mut shown = String::new();
        write_float(degree, &mut shown).expect("text grows");
        return Err(SqlError::new(condition::INVALID_VECTOR_NORM_DEGREE)
            .with("functionName", format!("`{function}`"))
            .with("degree", shown)
            .into());
    })
}

fn norm(_: &Site) -> Result<Kernel> {
    kernel(|args| {
        let (vectors, degrees) = (Vectors::of(args, 0)?, args.numbers::<Float32Type>(1)?);
        numbers::<Float32Type>(args.rows(), |row| {
            let Some((vector, degree)) = vectors.get(row).zip(degrees.get(row)) else {
                return Ok(None);
            };
            Ok(Some(length(vector, degree, "vector_norm")? as f32))
        })
    })
}

/// The vector divided by its length; NULL if that is zero.
fn normalize(_: &Site) -> Result<Kernel> {
    kernel(|args| {
        let (vectors, degrees) = (Vectors::of(args, 0)?, args.numbers::<Float32Type>(1)?);
        let item = Field::new_list_field(ArrowType::Float32, true);
        let mut column = ListBuilder::new(Float32Builder::new()).with_field(item);
        for row in 0..args.rows() {
            let Some((vector, degree)) = vectors.get(row).zip(degrees.get(row)) else {
                column.append(false);
                continue;
            };
            let length = length(vector, degree, "vector_normalize")?;
            let is_some = length != 0.0 || vector.is_empty();
            if is_some {
                let scaled = |value: &f32| Some((f64::from(*value) / length) as f32);
                let scaled = vector.iter().map(scaled);
                column.values().extend(scaled);
            }
            column.append(is_some);
        }
        Ok(Arc::new(column.finish()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spark 4.3's answers for vectors of chance.
    #[test]
    fn sums_are_of_doubles() {
        let a = [-7.9560194, 0.1338432, -8.325078, -1.1943777, -7.7426023];
        let b = [-7.3671656, -1.3586546, 5.8833385, -6.7715645, -4.9816985];
        assert_eq!(products(&a, &b) as f32, 56.11133);
        assert_eq!(cosine(&a, &b), Some(0.31709722));
        assert_eq!(distance(&a, &b), 15.594262);
        assert_eq!(length(&a, 2.0, "vector_norm").unwrap() as f32, 13.928299);
        assert_eq!(length(&a, 1.0, "vector_norm").unwrap() as f32, 25.351921);
        assert_eq!(cosine(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), Some(0.97463185));
        assert_eq!(cosine(&[0.0], &[1.0]), None);
    }
}
