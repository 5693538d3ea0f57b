//! Loops: a conversion of one value over a column.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray, PrimitiveBuilder,
    StringArray,
};
use arrow::datatypes::{
    ArrowNativeTypeOp, DataType as ArrowType, Decimal128Type, Int8Type, Int16Type, Int32Type,
    Int64Type,
};
use arrow::error::ArrowError;
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError};

use super::{Conversion, Convert, Mode};
use crate::display::{write_double, write_float, write_plain_decimal};

/// A column as numbers of one type.
pub(super) fn numbers<T: ArrowPrimitiveType>(
    column: &ArrayRef,
) -> Result<&PrimitiveArray<T>, Raised> {
    column
        .as_primitive_opt::<T>()
        .ok_or_else(|| unexpected(column.data_type()).into())
}

/// A column as text.
pub(super) fn strings(column: &ArrayRef) -> Result<&StringArray, Raised> {
    column
        .as_string_opt::<i32>()
        .ok_or_else(|| unexpected(column.data_type()).into())
}

/// A column as truth values.
pub(super) fn booleans(column: &ArrayRef) -> Result<&BooleanArray, Raised> {
    column
        .as_boolean_opt()
        .ok_or_else(|| unexpected(column.data_type()).into())
}

fn unexpected(found: &ArrowType) -> SqlError {
    SqlError::internal(format!(
        "a cast met a column of the unexpected type {found}"
    ))
}

/// Converts numbers that all fit.
pub(super) fn all<I, O>(
    conversion: &Conversion,
    convert: impl Fn(I::Native) -> O::Native + Send + Sync + 'static,
) -> Result<Convert>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let layout = arrow_type(&conversion.to)?;
    Ok(Box::new(move |column| {
        let found: PrimitiveArray<O> = numbers::<I>(column)?.unary(&convert);
        Ok(Arc::new(found.with_data_type(layout.clone())))
    }))
}

/// Converts numbers that may not fit; the mode says what then. `error` is made of the number.
pub(super) fn some<I, O>(
    conversion: &Conversion,
    convert: impl Fn(I::Native) -> Option<O::Native> + Send + Sync + 'static,
    error: impl Fn(I::Native) -> SqlError + Send + Sync + 'static,
) -> Result<Convert>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let fails = conversion.is_ansi();
    fallible::<I, O>(conversion, fails, convert, error)
}

/// As [`some`], but with an error in the legacy mode too.
pub(super) fn strict<I, O>(
    conversion: &Conversion,
    convert: impl Fn(I::Native) -> Option<O::Native> + Send + Sync + 'static,
    error: impl Fn(I::Native) -> SqlError + Send + Sync + 'static,
) -> Result<Convert>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let fails = conversion.mode != Mode::Try;
    fallible::<I, O>(conversion, fails, convert, error)
}

fn fallible<I, O>(
    conversion: &Conversion,
    fails: bool,
    convert: impl Fn(I::Native) -> Option<O::Native> + Send + Sync + 'static,
    error: impl Fn(I::Native) -> SqlError + Send + Sync + 'static,
) -> Result<Convert>
where
    I: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let layout = arrow_type(&conversion.to)?;
    Ok(Box::new(move |column| {
        let column = numbers::<I>(column)?;
        let found: PrimitiveArray<O> = if fails {
            let or_fail = |value| convert(value).ok_or_else(|| raise(error(value)));
            column.try_unary(or_fail)?
        } else {
            column.unary_opt(&convert)
        };
        Ok(Arc::new(found.with_data_type(layout.clone())))
    }))
}

fn raise(error: SqlError) -> ArrowError {
    ArrowError::from(Raised(error))
}

/// Converts truth values that all fit.
pub(super) fn truth<O: ArrowPrimitiveType>(
    conversion: &Conversion,
    convert: impl Fn(bool) -> O::Native + Send + Sync + 'static,
) -> Result<Convert> {
    let layout = arrow_type(&conversion.to)?;
    Ok(Box::new(move |column| {
        let column = booleans(column)?;
        let values = column.values().iter().map(&convert);
        let found = PrimitiveArray::<O>::from_iter_values(values);
        let (_, values, _) = found.into_parts();
        let found = PrimitiveArray::<O>::new(values, column.nulls().cloned());
        Ok(Arc::new(found.with_data_type(layout.clone())))
    }))
}

/// Reads text; the mode says what becomes of text that is none. `error` is made of the text.
pub(super) fn read<O: ArrowPrimitiveType>(
    conversion: &Conversion,
    parse: impl Fn(&str) -> Option<O::Native> + Send + Sync + 'static,
    error: impl Fn(&str) -> SqlError + Send + Sync + 'static,
) -> Result<Convert> {
    let (layout, fails) = (arrow_type(&conversion.to)?, conversion.is_ansi());
    Ok(Box::new(move |column| {
        let column = strings(column)?;
        let mut found = PrimitiveBuilder::<O>::with_capacity(column.len());
        for text in column {
            let value = text.and_then(&parse);
            match text {
                Some(text) if value.is_none() && fails => return Err(error(text).into()),
                _ => found.append_option(value),
            }
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}

/// Numbers that have a literal in SQL, which messages quote.
pub(super) trait Quote: ArrowPrimitiveType {
    /// The number as a literal; `scale` is that of a decimal.
    fn quote(value: Self::Native, scale: i8) -> String;
}

macro_rules! quote_integers {
    ($($type:ty => $suffix:literal),+) => {
        $(impl Quote for $type {
            fn quote(value: Self::Native, _: i8) -> String {
                format!(concat!("{}", $suffix), value)
            }
        })+
    };
}

quote_integers!(Int8Type => "Y", Int16Type => "S", Int32Type => "", Int64Type => "L");

impl Quote for Decimal128Type {
    fn quote(value: i128, scale: i8) -> String {
        let mut out = String::new();
        write_plain_decimal(value, scale, &mut out).expect("a String takes any text");
        out + "BD"
    }
}

impl Quote for arrow::datatypes::Float64Type {
    fn quote(value: f64, _: i8) -> String {
        let mut out = String::new();
        write_double(value, &mut out).expect("a String takes any text");
        out + if value.is_finite() { "D" } else { "" }
    }
}

impl Quote for arrow::datatypes::Float32Type {
    fn quote(value: f32, _: i8) -> String {
        let mut out = String::new();
        write_float(value, &mut out).expect("a String takes any text");
        out
    }
}

/// The scale of a decimal type, 0 of others.
pub(super) fn scale_of(data_type: &DataType) -> i8 {
    match data_type {
        DataType::Decimal { scale, .. } => *scale,
        _ => 0,
    }
}

/// Whether a number is zero; NaN is not.
pub(super) fn is_zero<N: ArrowNativeTypeOp + PartialEq>(value: N) -> bool {
    value == N::ZERO
}
