//! [`TagWriter`]: tags and text, with the line breaks and the escapes of Spark's writer.

use flint_sql_spec::{Result, SqlError, condition};

use super::events::{is_char, is_name};
use crate::csv::invalid_option;

/// What the last part of an element was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Element,
    Text,
}

/// Writes elements one behind the other.
#[derive(Debug)]
pub(super) struct TagWriter<'o> {
    out: &'o mut String,
    /// What a level is moved in by; without it all is in one line.
    indent: &'o str,
    validates: bool,
    open: Vec<String>,
    /// Whether the last start tag can still have attributes.
    in_tag: bool,
    last: Last,
}

impl<'o> TagWriter<'o> {
    pub(super) fn new(out: &'o mut String, indent: &'o str, validates: bool) -> TagWriter<'o> {
        TagWriter {
            out,
            indent,
            validates,
            open: Vec::new(),
            in_tag: false,
            last: Last::Nothing,
        }
    }

    /// Begins an element.
    ///
    /// # Errors
    /// For what is no name of an element.
    pub(super) fn start(&mut self, name: &str) -> Result<()> {
        self.check(name)?;
        self.end_tag();
        if !self.open.is_empty() {
            self.new_line(self.open.len());
        }
        self.out.extend(["<", name]);
        self.open.push(name.to_owned());
        self.in_tag = true;
        self.last = Last::Nothing;
        Ok(())
    }

    /// Adds an attribute to the element that has just begun.
    ///
    /// # Errors
    /// For what is no name, and for characters that XML does not have.
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        self.check(name)?;
        check_chars(value)?;
        self.out.extend([" ", name, "=\""]);
        for c in value.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '&' => self.out.push_str("&amp;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#x9;"),
                '\n' => self.out.push_str("&#xa;"),
                '\r' => self.out.push_str("&#xd;"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
        Ok(())
    }

    /// Adds text.
    ///
    /// # Errors
    /// For characters that XML does not have.
    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        check_chars(text)?;
        self.end_tag();
        self.last = Last::Text;
        let mut brackets = 0;
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '&' => self.out.push_str("&amp;"),
                '>' if brackets >= 2 => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#xd;"),
                c => self.out.push(c),
            }
            brackets = if c == ']' { brackets + 1 } else { 0 };
        }
        Ok(())
    }

    /// Ends the element that began last.
    pub(super) fn end(&mut self) {
        let Some(name) = self.open.pop() else {
            return;
        };
        if std::mem::take(&mut self.in_tag) {
            self.out.push_str("/>");
        } else {
            if self.last == Last::Element {
                self.new_line(self.open.len());
            }
            self.out.extend(["</", &name, ">"]);
        }
        self.last = Last::Element;
    }

    fn end_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.out.push('>');
        }
    }

    fn new_line(&mut self, depth: usize) {
        if !self.indent.is_empty() {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(self.indent, depth));
        }
    }

    fn check(&self, name: &str) -> Result<()> {
        if !self.validates || is_name(name) && !name.contains(':') {
            return Ok(());
        }
        Err(invalid_option("validateName", name))
    }
}

fn check_chars(text: &str) -> Result<()> {
    match text.chars().all(is_char) {
        true => Ok(()),
        false => Err(SqlError::new(condition::MALFORMED_CHARACTER_CODING)
            .with("function", "`to_xml`")
            .with("charset", "XML 1.0")),
    }
}
