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

/// The place of an error found later, on a new line: the piece itself.
fn write_context(context: &QueryContext, out: &mut String) {
    match context.kind {
        ContextKind::Sql => {
            let (line, position) = (context.line, context.position + 1);
            let _ = write!(out, "\n== SQL");
            if !context.object_type.is_empty() {
                let _ = write!(out, " of {} {}", context.object_type, context.object_name);
            }
            let _ = writeln!(
                out,
                " (line {line}, position {position}) ==\n{}",
                context.fragment
            );
            let width = context
                .fragment
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .count();
            let _ = write!(out, "{}", "^".repeat(width.max(1)));
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
