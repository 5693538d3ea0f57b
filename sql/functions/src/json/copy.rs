//! [`copy`]: a token and its parts as JSON without blanks, as Jackson writes anew what it reads.

use std::fmt::Write as _;

use super::scan::{Kind, Tokens};
use crate::display::write_double;

/// Appends a value.
pub(super) fn copy(text: &str, tokens: &Tokens, at: usize, out: &mut String) {
    // Ends of the objects and arrays that are open, and whether they are objects.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let end = tokens.get(at).next;
    let mut next = at;
    let mut first = true;
    while next < end || !open.is_empty() {
        if let Some((_, is_object)) = open.pop_if(|(end, _)| *end == next) {
            out.push(if is_object { '}' } else { ']' });
            first = false;
            continue;
        }
        let token = tokens.get(next);
        let behind_name = next > at && tokens.get(next - 1).kind == Kind::Name;
        if !first && !behind_name {
            out.push(',');
        }
        first = false;
        match token.kind {
            Kind::Object | Kind::Array => {
                let is_object = token.kind == Kind::Object;
                out.push(if is_object { '{' } else { '[' });
                open.push((token.next, is_object));
                first = true;
            }
            Kind::Name => {
                quote(&token.text(text), out);
                out.push(':');
            }
            Kind::Text => quote(&token.text(text), out),
            Kind::Float => float(token.raw(text), out),
            _ => out.push_str(token.raw(text)),
        }
        next += 1;
    }
}

/// A number with a point or an exponent, as Java prints it.
fn float(raw: &str, out: &mut String) {
    match raw.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            write_double(value, out).expect("a String takes any text");
        }
        _ => out.push_str(raw),
    }
}

/// A string in quotes, with what JSON escapes.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        escape(c, out);
    }
    out.push('"');
}

/// A character of a string.
pub(super) fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        c if u32::from(c) < 0x20 => {
            write!(out, "\\u{:04X}", u32::from(c)).expect("a String takes any text");
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::options::Rules;
    use crate::json::scan::scan;

    #[test]
    fn values_are_written_without_blanks() {
        for (text, copied) in [
            (
                r#" { "a" : [ 1 , 2.50, 1e3 ] , "b": {} , "c":[[],[{}]] } "#,
                r#"{"a":[1,2.5,1000.0],"b":{},"c":[[],[{}]]}"#,
            ),
            (r#""x\u0001\/é""#, r#""x\u0001/é""#),
            ("[true,null,{\"a\":\"b\"}]", "[true,null,{\"a\":\"b\"}]"),
        ] {
            let mut tokens = Tokens::default();
            scan(text, &Rules::default(), &mut tokens).expect("JSON");
            let mut out = String::new();
            copy(text, &tokens, 0, &mut out);
            assert_eq!(out, copied);
        }
    }
}
