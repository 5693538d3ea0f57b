//! Strings and binaries.
//!
//! ```
//! use flint_sql::functions::{concat_ws, lpad, substring, trim, upper};
//! let columns = [
//!     upper("name"),
//!     trim("name"),
//!     concat_ws(", ", ("town", "street")),
//!     lpad("id", 8, "0"),
//!     substring("name", 1, 3),
//! ];
//! # let _ = columns;
//! ```

use super::*;

functions! {
    /// The code point of the first character.
    fn ascii(col: Column);
    /// Binary as base 64 text.
    fn base64(col: Column);
    /// Base 64 text as binary.
    fn unbase64(col: Column);
    /// Binary as base 32 text.
    fn to_base32(col: Column);
    /// Base 32 text as binary.
    fn from_base32(col: Column);
    /// How many bits a string or binary takes.
    fn bit_length(col: Column);
    /// How many bytes a string or binary takes.
    fn octet_length(col: Column);
    /// How many characters a string has, or bytes a binary.
    fn length(col: Column);
    /// The same as [`length`].
    fn char_length(col: Column);
    /// The same as [`length`].
    fn character_length(col: Column);
    /// The character of a code modulo 256.
    fn char(col: Column);
    /// The same as [`char()`].
    fn chr(col: Column);
    /// Without spaces at both ends.
    fn btrim(col: Column);
    /// Without some characters at both ends.
    fn btrim_with(col: Column, trim: Column) = "btrim";
    /// Without spaces at both ends.
    fn trim(col: Column);
    /// Without spaces at the beginning.
    fn ltrim(col: Column);
    /// Without spaces at the end.
    fn rtrim(col: Column);
    /// A string with a collation.
    fn collate(col: Column, collation: ColumnOrLiteral);
    /// The name of a string's collation.
    fn collation(col: Column);
    /// Strings with a separator between them; nulls are skipped.
    fn concat_ws(separator: ColumnOrLiteral, ..columns);
    /// Binary as text of a charset.
    fn decode(col: Column, charset: ColumnOrLiteral);
    /// Text as binary of a charset.
    fn encode(col: Column, charset: ColumnOrLiteral);
    /// The value with a number: the first argument says which of the others.
    fn elt(..index_and_values);
    /// A number with commas and a number of digits after the point.
    fn format_number(col: Column, digits: ColumnOrLiteral);
    /// Values in a format as C's printf has.
    fn format_string(format: ColumnOrLiteral, ..columns);
    /// The same as [`format_string`], whose format may be a column.
    fn printf(format: Column, ..columns);
    /// The first letter of each word in upper case, the others in lower case.
    fn initcap(col: Column);
    /// Whether a string is valid UTF-8.
    fn is_valid_utf8(col: Column);
    /// A string with what is no valid UTF-8 replaced.
    fn make_valid_utf8(col: Column);
    /// A string that is valid UTF-8, else an error.
    fn validate_utf8(col: Column);
    /// A string that is valid UTF-8, else null.
    fn try_validate_utf8(col: Column);
    /// How alike two strings are by Jaro and Winkler, 0 to 1.
    fn jaro_winkler_similarity(left: Column, right: Column);
    /// In lower case.
    fn lower(col: Column);
    /// The same as [`lower`].
    fn lcase(col: Column);
    /// In upper case.
    fn upper(col: Column);
    /// The same as [`upper`].
    fn ucase(col: Column);
    /// So many characters from the beginning.
    fn left(col: Column, len: Column);
    /// So many characters from the end.
    fn right(col: Column, len: Column);
    /// How many characters must change to make one string of another.
    fn levenshtein(left: Column, right: Column);
    /// The same, or -1 when there are more than a threshold.
    fn levenshtein_with(left: Column, right: Column, threshold: ColumnOrLiteral) = "levenshtein";
    /// Filled up on the left, or cut, to a length.
    fn lpad(col: Column, len: ColumnOrLiteral, pad: ColumnOrLiteral);
    /// Filled up on the right, or cut, to a length.
    fn rpad(col: Column, len: ColumnOrLiteral, pad: ColumnOrLiteral);
    /// Letters and digits replaced by `X`, `x` and `n`.
    fn mask(col: Column);
    /// Upper and lower letters, digits and others replaced; null keeps a kind as it is.
    fn mask_with(col: Column, upper: ColumnOrLiteral, lower: ColumnOrLiteral, digit: ColumnOrLiteral, other: ColumnOrLiteral) = "mask";
    /// A part replaced, from a position on, as long as what replaces it.
    fn overlay(col: Column, replace: Column, pos: Column);
    /// A part of a length replaced, from a position on.
    fn overlay_with(col: Column, replace: Column, pos: Column, len: Column) = "overlay";
    /// In single quotes, as SQL writes it.
    fn quote(col: Column);
    /// Repeated so many times.
    fn repeat(col: Column, n: Column);
    /// Text replaced wherever it occurs.
    fn replace(col: Column, search: Column, replace: Column);
    /// Text as an array of sentences, each an array of words.
    fn sentences(col: Column);
    /// The same, by the rules of a language and a country.
    fn sentences_with(col: Column, language: Column, country: Column) = "sentences";
    /// How a word sounds, as a letter and three digits.
    fn soundex(col: Column);
    /// From a position on, which is 1 at the first, to the end.
    fn substr(col: Column, pos: Column);
    /// From a position on, so many characters.
    fn substr_with(col: Column, pos: Column, len: Column) = "substr";
    /// From a position on, which is 1 at the first, so many characters or bytes.
    fn substring(col: Column, pos: Column, len: Column);
    /// What is before so many delimiters, or behind them when the number is negative.
    fn substring_index(col: Column, delimiter: ColumnOrLiteral, count: ColumnOrLiteral);
    /// A number, a date or binary as text of a format.
    fn to_char(col: Column, format: Column);
    /// The same as [`to_char`].
    fn to_varchar(col: Column, format: Column);
    /// Hexadecimal text as binary.
    fn to_binary(col: Column);
    /// Text of a format as binary.
    fn to_binary_with(col: Column, format: Column) = "to_binary";
    /// Hexadecimal text as binary, or null when it is none.
    fn try_to_binary(col: Column);
    /// Text of a format as binary, or null when it is not.
    fn try_to_binary_with(col: Column, format: Column) = "try_to_binary";
    /// Text of a format as a number.
    fn to_number(col: Column, format: Column);
    /// Text of a format as a number, or null when it is not.
    fn try_to_number(col: Column, format: Column);
    /// Characters replaced one by one.
    fn translate(col: Column, matching: ColumnOrLiteral, replace: ColumnOrLiteral);
}

/// Writes functions whose characters to trim stand in front of the string in SQL.
macro_rules! trims {
    ($($(#[$doc:meta])* $name:ident = $spark:literal;)+) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(col: impl Into<Column>, trim: impl Into<Column>) -> Column {
                let mut call = ApiCall::of(stringify!($name));
                let args = [call.expr(trim), call.expr(col)];
                call.function($spark, args)
            }
        )+
    };
}

trims! {
    /// Without some characters at both ends.
    trim_with = "trim";
    /// Without some characters at the beginning.
    ltrim_with = "ltrim";
    /// Without some characters at the end.
    rtrim_with = "rtrim";
}
