//! The XML declaration (XML 1.0, section 2.8), and the ends of lines (section 2.11).

use std::borrow::Cow;

use super::characters::{Version, is_space};
use super::cursor::Cursor;
use crate::xpath::error::XmlError;

/// A text that is ready to be read.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) version: Version,
    /// Whether it declares that it depends on nothing outside.
    pub(super) is_standalone: bool,
    /// The text with its ends of lines made one, and spaces for the declaration.
    pub(super) text: Cow<'a, str>,
}

/// Reads the XML declaration.
pub(super) fn prepare(text: &str) -> Result<Prepared<'_>, XmlError> {
    let mut cursor = Cursor::new(text, Version::V10);
    let declared = text
        .strip_prefix("<?xml")
        .is_some_and(|rest| rest.starts_with(is_space));
    let (version, is_standalone) = if declared {
        declaration(&mut cursor)?
    } else {
        (Version::V10, false)
    };
    // The declaration becomes spaces, so that places in the text stay right.
    let rest = cursor.rest();
    let read = text.strip_suffix(rest).unwrap_or_default();
    let mut whole = Cow::Borrowed(text);
    if !read.is_empty() {
        let blank = read.chars().map(|c| if is_space(c) { c } else { ' ' });
        whole = Cow::Owned(blank.chain(rest.chars()).collect());
    }
    Ok(Prepared {
        version,
        is_standalone,
        text: one_line_end(whole, version),
    })
}

/// Reads `<?xml version="1.0" encoding=".." standalone=".."?>`. The encoding has no meaning: the text
/// is read already.
fn declaration(cursor: &mut Cursor<'_>) -> Result<(Version, bool), XmlError> {
    cursor.take("<?xml");
    let mut version = None;
    let mut is_standalone = false;
    let mut seen = "";
    loop {
        let spaced = cursor.skip_space();
        if cursor.take("?>") {
            break;
        }
        if !spaced {
            return Err(cursor.error("White space is missing in the XML declaration."));
        }
        let name = cursor.take_while(|c| c.is_ascii_alphabetic());
        cursor.skip_space();
        cursor.expect("=", "An \"=\" is expected in the XML declaration.")?;
        cursor.skip_space();
        let value = cursor.quoted()?;
        match (seen, name) {
            ("", "version") => version = Some(number(cursor, value)?),
            ("version", "encoding") => {}
            ("version" | "encoding", "standalone") if matches!(value, "yes" | "no") => {
                is_standalone = value == "yes";
            }
            _ => return Err(cursor.error(format!("The XML declaration may not have {name:?}."))),
        }
        seen = name;
    }
    match version {
        Some(version) => Ok((version, is_standalone)),
        None => Err(cursor.error("The XML declaration names no version.")),
    }
}

fn number(cursor: &Cursor<'_>, value: &str) -> Result<Version, XmlError> {
    match value {
        "1.0" => Ok(Version::V10),
        "1.1" => Ok(Version::V11),
        _ => Err(cursor.error(format!(
            "The version of XML is {value:?}, but only 1.0 and 1.1 can be read."
        ))),
    }
}

fn one_line_end(text: Cow<'_, str>, version: Version) -> Cow<'_, str> {
    let is_end = |c| match version {
        Version::V10 => c == '\r',
        Version::V11 => matches!(c, '\r' | '\u{85}' | '\u{2028}'),
    };
    if !text.contains(is_end) {
        return text;
    }
    let mut lines = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        let second = after_return && (c == '\n' || version == Version::V11 && c == '\u{85}');
        after_return = c == '\r';
        if !second {
            lines.push(if is_end(c) { '\n' } else { c });
        }
    }
    Cow::Owned(lines)
}
