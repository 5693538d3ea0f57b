//! Numbers and bits.
//!
//! ```
//! use flint_sql::functions::{hypot, pmod, round_with, shiftleft};
//! let columns = [round_with("price", 2), hypot("x", "y"), pmod("n", 7), shiftleft("n", 3)];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// The absolute value.
    fn abs(col: Column);
    /// The arc cosine.
    fn acos(col: Column);
    /// The inverse hyperbolic cosine.
    fn acosh(col: Column);
    /// The arc sine.
    fn asin(col: Column);
    /// The inverse hyperbolic sine.
    fn asinh(col: Column);
    /// The arc tangent.
    fn atan(col: Column);
    /// The angle of the point (x, y).
    fn atan2(y: Column, x: Column);
    /// The inverse hyperbolic tangent.
    fn atanh(col: Column);
    /// A whole number as binary digits.
    fn bin(col: Column);
    /// Rounded to a whole number, halves to the even one.
    fn bround(col: Column);
    /// Rounded to a number of digits, halves to the even one.
    fn bround_with(col: Column, scale: ColumnOrLiteral) = "bround";
    /// The cube root.
    fn cbrt(col: Column);
    /// The smallest whole number that is not less.
    fn ceil(col: Column);
    /// Rounded up to a number of digits.
    fn ceil_with(col: Column, scale: ColumnOrLiteral) = "ceil";
    /// The same as [`ceil`].
    fn ceiling(col: Column);
    /// The same as [`ceil_with`].
    fn ceiling_with(col: Column, scale: ColumnOrLiteral) = "ceiling";
    /// Digits of one base as digits of another.
    fn conv(col: Column, from_base: ColumnOrLiteral, to_base: ColumnOrLiteral);
    /// The cosine.
    fn cos(col: Column);
    /// The hyperbolic cosine.
    fn cosh(col: Column);
    /// The cotangent.
    fn cot(col: Column);
    /// The cosecant.
    fn csc(col: Column);
    /// Radians as degrees.
    fn degrees(col: Column);
    /// Euler's number.
    fn e();
    /// e to the power of the value.
    fn exp(col: Column);
    /// e to the power of the value, minus 1, exact near 0.
    fn expm1(col: Column);
    /// The factorial of 0 to 20; else null.
    fn factorial(col: Column);
    /// The largest whole number that is not greater.
    fn floor(col: Column);
    /// Rounded down to a number of digits.
    fn floor_with(col: Column, scale: ColumnOrLiteral) = "floor";
    /// A number, string or binary as hexadecimal digits.
    fn hex(col: Column);
    /// The length of the hypotenuse.
    fn hypot(col1: Column, col2: Column);
    /// The natural logarithm; null for 0 and less.
    fn ln(col: Column);
    /// The natural logarithm; null for 0 and less.
    fn log(col: Column) = "ln";
    /// The logarithm to a base.
    fn log_with(base: ColumnOrLiteral, col: Column) = "log";
    /// The logarithm to base 10.
    fn log10(col: Column);
    /// The natural logarithm of 1 plus the value, exact near 0.
    fn log1p(col: Column);
    /// The logarithm to base 2.
    fn log2(col: Column);
    /// The value with the other sign.
    fn negative(col: Column);
    /// The same as [`negative`].
    fn negate(col: Column) = "negative";
    /// The number pi.
    fn pi();
    /// The remainder with the divisor's sign.
    fn pmod(dividend: Column, divisor: Column);
    /// The value as it is.
    fn positive(col: Column);
    /// The first to the power of the second, as a double.
    fn pow(col1: Column, col2: Column) = "power";
    /// The same as [`pow`].
    fn power(col1: Column, col2: Column);
    /// Degrees as radians.
    fn radians(col: Column);
    /// The nearest whole number as a double, halves to the even one.
    fn rint(col: Column);
    /// Rounded to a whole number, halves away from 0.
    fn round(col: Column);
    /// Rounded to a number of digits, halves away from 0.
    fn round_with(col: Column, scale: ColumnOrLiteral) = "round";
    /// The secant.
    fn sec(col: Column);
    /// -1, 0 or 1 as a double, by the sign.
    fn sign(col: Column);
    /// The same as [`sign`].
    fn signum(col: Column);
    /// The sine.
    fn sin(col: Column);
    /// The hyperbolic sine.
    fn sinh(col: Column);
    /// The square root; NaN for negative values.
    fn sqrt(col: Column);
    /// The tangent.
    fn tan(col: Column);
    /// The hyperbolic tangent.
    fn tanh(col: Column);
    /// The sum, or null when it overflows.
    fn try_add(left: Column, right: Column);
    /// The quotient, or null when the divisor is 0.
    fn try_divide(left: Column, right: Column);
    /// The remainder, or null when the divisor is 0.
    fn try_mod(left: Column, right: Column);
    /// The product, or null when it overflows.
    fn try_multiply(left: Column, right: Column);
    /// The difference, or null when it overflows.
    fn try_subtract(left: Column, right: Column);
    /// Hexadecimal digits as binary; null when they are none.
    fn unhex(col: Column);
    /// Which of equal parts of a range the value is in: 0 and `buckets + 1` are outside.
    fn width_bucket(value: Column, min: Column, max: Column, buckets: Column);
    /// All bits turned around.
    fn bitwise_not(col: Column) = "~";
    /// How many bits are 1.
    fn bit_count(col: Column);
    /// The bit at a position, counted from the lowest, which is 0.
    fn bit_get(col: Column, pos: Column);
    /// The same as [`bit_get`].
    fn getbit(col: Column, pos: Column);
    /// Bits moved to the left.
    fn shiftleft(col: Column, bits: ColumnOrLiteral);
    /// Bits moved to the right, keeping the sign.
    fn shiftright(col: Column, bits: ColumnOrLiteral);
    /// Bits moved to the right, filled with 0.
    fn shiftrightunsigned(col: Column, bits: ColumnOrLiteral);
    /// The position of a number's bit in its bitmap.
    fn bitmap_bit_position(col: Column);
    /// Which bitmap a number is in.
    fn bitmap_bucket_number(col: Column);
    /// How many bits of a bitmap are 1.
    fn bitmap_count(col: Column);
}
