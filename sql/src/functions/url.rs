//! Addresses of the web.

use super::*;

functions! {
    /// A part of a URL, such as `HOST`.
    fn parse_url(url: Column, part: Column);
    /// The value of a key in the query of a URL.
    fn parse_url_with(url: Column, part: Column, key: Column) = "parse_url";
    /// A part of a URL, or null when it is none.
    fn try_parse_url(url: Column, part: Column);
    /// The value of a key in the query of a URL, or null when it is none.
    fn try_parse_url_with(url: Column, part: Column, key: Column) = "try_parse_url";
    /// Text with `%` codes and `+` read back.
    fn url_decode(col: Column);
    /// Text with `%` codes and `+` read back, or null when they are wrong.
    fn try_url_decode(col: Column);
    /// Text with what is not allowed in a URL as `%` codes.
    fn url_encode(col: Column);
}
