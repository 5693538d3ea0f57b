//! Errors as text, laid out as Spark does.

use std::fmt::Write;

use super::{ContextKind, ErrorData, QueryContext};

/// The message with its parameters put in.
pub(crate) fn message(error: &ErrorData) -> String {
    let mut rest: &str = &error.condition.template;
    let mut out = String::with_capacity(rest.len() + 32);
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((name, tail)) if is_name(name) => {
                let value = error.parameters.iter().find(|(known, _)| known == name);
                match value {
                    Some((_, value)) => out.push_str(value),
                    None => drop(write!(out, "<{name}>")),
                }
                rest = tail;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The whole text: condition, message, SQLSTATE and where it is.
pub(crate) fn render(error: &ErrorData) -> String {
    let condition = &error.condition;
    let (name, state) = (&condition.name, &condition.sql_state);
    let mut out = format!("[{name}] {} SQLSTATE: {state}", message(error));
    match error.contexts.first() {
        Some(context) if error.is_parse_error && context.kind == ContextKind::Sql => {
            write_parsed(context, &mut out);
        }
        _ => error
            .contexts
            .iter()
            .for_each(|context| write_context(context, &mut out)),
    }
    out
}

/// The place of a syntax error: line and position, then the text with a mark under the line.
fn write_parsed(context: &QueryContext, out: &mut String) {
    let (line, position) = (context.line, context.position);
    let _ = write!(out, " (line {line}, pos {position})\n\n== SQL ==\n");
    for (at, text) in context.sql_text.split('\n').enumerate() {
        let _ = writeln!(out, "{text}");
        if at + 1 == line as usize {
            let _ = writeln!(out, "{}^^^", "-".repeat(position as usize));
        }
    }
}

/// The place alone, as it stands below a message.
pub(crate) fn summary(context: &QueryContext) -> String {
    let mut out = String::new();
    write_context(context, &mut out);
    out.split_off(1)
}

/// The place of an error found later, on a new line: the lines that the piece is of, marked below.
fn write_context(context: &QueryContext, out: &mut String) {
    match context.kind {
        ContextKind::Sql => {
            let (line, position) = (context.line, context.position + 1);
            let _ = write!(out, "\n== SQL");
            if !context.object_type.is_empty() {
                let _ = write!(out, " of {} {}", context.object_type, context.object_name);
            }
            let _ = writeln!(out, " (line {line}, position {position}) ==");
            write_marked(context, out);
        }
        ContextKind::DataFrame => {
            let _ = write!(
                out,
                "\n== DataFrame ==\n\"{}\" was called from\n{}",
                context.fragment, context.call_site
            );
        }
    }
}

/// Characters of a line that are shown before and after a piece.
const AROUND: usize = 32;

/// The lines of a piece of text, each with marks under what is of the piece. Long lines are cut.
fn write_marked(context: &QueryContext, out: &mut String) {
    let text: Vec<char> = context.sql_text.chars().collect();
    let at = |index: i32| usize::try_from(index).unwrap_or(0);
    let start = at(context.start_index).min(text.len());
    let end = (at(context.stop_index) + 1).clamp(start, text.len());
    let before = text[..start]
        .iter()
        .rev()
        .take_while(|c| **c != '\n')
        .count();
    let after = text[end..].iter().take_while(|c| **c != '\n').count();
    let (from, to) = (start - before.min(AROUND), end + after.min(AROUND));
    let mut place = from;
    for (number, line) in text[from..to].split(|c| *c == '\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let cut = if number == 0 && before > AROUND {
            "..."
        } else {
            ""
        };
        let shown: String = line.iter().collect();
        let mark = |place| {
            if (start..end).contains(&place) {
                '^'
            } else {
                ' '
            }
        };
        let marks: String = (place..place + line.len()).map(mark).collect();
        let is_last = place + line.len() == to;
        let rest = if is_last && after > AROUND { "..." } else { "" };
        let indent = " ".repeat(cut.len());
        let _ = write!(out, "{cut}{shown}{rest}\n{indent}{}", marks.trim_end());
        place += line.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use crate::{Origin, SqlError, SqlText, condition};

    #[test]
    fn a_syntax_error_shows_the_line() {
        let text = SqlText::new("select 1\nfrm t");
        let error = SqlError::new(condition::PARSE_SYNTAX_ERROR)
            .with("error", "'t'")
            .with("hint", "")
            .at(&Origin::sql(&text, 13..14))
            .while_parsing();
        let shown = error.to_string();
        assert!(shown.contains("SQLSTATE: 42601 (line 2, pos 4)"), "{shown}");
        assert!(shown.contains("select 1\nfrm t\n----^^^\n"), "{shown}");
        assert_eq!(error.contexts()[0].start_index, 13);
        assert_eq!(error.contexts()[0].stop_index, 13);
    }

    /// The lines below the place of an error at some bytes of a text.
    fn marked(text: &str, piece: &str) -> String {
        let at = text.find(piece).expect("it is there");
        let origin = Origin::sql(&SqlText::new(text), at..at + piece.len());
        let error = SqlError::new(condition::DIVIDE_BY_ZERO).at(&origin);
        let shown = error.to_string();
        let (_, below) = shown.split_once(" ==\n").expect("a place");
        below.to_owned()
    }

    #[test]
    fn an_error_found_later_shows_its_lines() {
        let shown = marked("SELECT 1 / (id - id) FROM range(3)", "1 / (id - id)");
        assert_eq!(
            shown,
            "SELECT 1 / (id - id) FROM range(3)\n       ^^^^^^^^^^^^^"
        );
        let shown = marked(
            "SELECT id,\n  1 /\n (id - id), 2\nFROM t",
            "1 /\n (id - id)",
        );
        assert_eq!(shown, "  1 /\n  ^^^\n (id - id), 2\n^^^^^^^^^^");
        let (long, letters) = ("a".repeat(60), "a".repeat(28));
        let shown = marked(&format!("SELECT '{long}', ä/0, '{long}'"), "ä/0");
        let line = format!("...{letters}a', ä/0, '{letters}a...");
        assert_eq!(shown, format!("{line}\n{}^^^", " ".repeat(35)));
    }

    #[test]
    fn a_missing_parameter_stays_visible() {
        let error = SqlError::new(condition::PARSE_SYNTAX_ERROR).with("hint", "");
        assert!(error.message().contains("<error>"));
    }

    #[test]
    fn a_call_site_is_shown() {
        let shown = SqlError::new(condition::DIVIDE_BY_ZERO)
            .at(&Origin::call("div"))
            .to_string();
        assert!(shown.contains("\"div\" was called from"), "{shown}");
    }
}
