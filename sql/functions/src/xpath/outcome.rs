//! Numbers of XPath as the integers and floats of SQL.
//!
//! Java's narrowing is kept: NaN becomes 0, and a number beyond the range of `int` or `long` becomes
//! the end of the range. A `short` is cut out of the `int`.

/// Gives what `xpath_short` makes of a number: the lower 16 bits of [`to_int`].
pub fn to_short(number: f64) -> i16 {
    to_int(number) as i16
}

/// Gives what `xpath_int` makes of a number: it is cut towards zero, and bounded.
pub fn to_int(number: f64) -> i32 {
    number as i32
}

/// Gives what `xpath_long` makes of a number: it is cut towards zero, and bounded.
pub fn to_long(number: f64) -> i64 {
    number as i64
}

/// Gives what `xpath_float` makes of a number: the nearest float. NaN stays NaN.
pub fn to_float(number: f64) -> f32 {
    number as f32
}
