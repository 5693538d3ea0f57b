//! Comma-separated values, by RFC 4180 with `\n` at the ends of lines.
//!
//! Values are what `show` prints. A null is nothing, an empty string two quotes, so that both can be
//! told apart. Values with commas, quotes or line ends, and those that begin or end with a blank, stand
//! in quotes; a quote inside is doubled.

use std::io::Write;

use super::Rows;
use super::cells::for_each_row;
use crate::failure::{Failure, Result};
use crate::interrupt::Running;

/// Writes all rows.
pub(super) fn write(
    rows: &Rows<'_>,
    header: bool,
    running: &Running,
    out: &mut dyn Write,
) -> Result<u64> {
    let mut line = String::new();
    if header {
        let names = rows.schema.iter().map(|field| Some(&*field.name));
        record(names, &mut line);
        out.write_all(line.as_bytes()).map_err(Failure::of_output)?;
    }
    for_each_row(rows, running, |cells| {
        line.clear();
        let values = cells
            .iter()
            .map(|cell| (!cell.is_null).then_some(&*cell.text));
        record(values, &mut line);
        out.write_all(line.as_bytes()).map_err(Failure::of_output)
    })
}

fn record<'v>(values: impl Iterator<Item = Option<&'v str>>, line: &mut String) {
    for (at, value) in values.enumerate() {
        if at > 0 {
            line.push(',');
        }
        match value {
            None => {}
            Some(value) if is_bare(value) => line.push_str(value),
            Some(value) => {
                line.push('"');
                line.push_str(&value.replace('"', "\"\""));
                line.push('"');
            }
        }
    }
    line.push('\n');
}

fn is_bare(value: &str) -> bool {
    !value.is_empty()
        && !value.contains([',', '"', '\n', '\r'])
        && !value.starts_with(' ')
        && !value.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::record;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let values = [
            Some("plain"),
            None,
            Some(""),
            Some("a,b"),
            Some("say \"x\""),
            Some("two\nlines"),
            Some(" blank"),
        ];
        let mut line = String::new();
        record(values.into_iter(), &mut line);
        let expected = "plain,,\"\",\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\"\n";
        assert_eq!(line, expected);
    }
}
