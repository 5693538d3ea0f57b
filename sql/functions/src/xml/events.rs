//! [`events`]: the parts of a well-formed text, in its order.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event as Part};
use quick_xml::reader::Reader;

/// A part of a text. Comments and instructions are none, but text does not go on behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'t> {
    Start(Start<'t>),
    /// Text with its entities replaced; it is never empty.
    Text(Cow<'t, str>),
    End,
}

/// A start tag. An element without a body ends right behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Start<'t> {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, Cow<'t, str>)>,
}

/// The text is not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl From<quick_xml::Error> for Malformed {
    fn from(_: quick_xml::Error) -> Malformed {
        Malformed
    }
}

/// The parts of the first element of a text; what stands behind it is not looked at. Entities that
/// only a document type would declare are unknown.
///
/// # Errors
/// For a text that has no such element.
pub(super) fn events(text: &str) -> Result<Vec<Event<'_>>, Malformed> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_comments = true;
    let mut found = Found::default();
    loop {
        match reader.read_event()? {
            Part::Start(tag) => {
                found.start(&tag)?;
                found.depth += 1;
            }
            Part::Empty(tag) => {
                found.start(&tag)?;
                found.parts.push(Event::End);
            }
            Part::End(_) => {
                found.end_text();
                found.depth = found.depth.checked_sub(1).ok_or(Malformed)?;
                found.parts.push(Event::End);
            }
            Part::Text(raw) => {
                if raw.contains("]]>") {
                    return Err(Malformed);
                }
                found.text(raw.xml10_content())?;
                continue;
            }
            Part::CData(raw) => {
                found.text(raw.xml10_content())?;
                continue;
            }
            Part::GeneralRef(entity) => {
                let text = match entity.resolve_char_ref()? {
                    Some(c) => c.to_string(),
                    None => resolve_predefined_entity(&entity)
                        .ok_or(Malformed)?
                        .to_owned(),
                };
                found.text(Cow::Owned(text))?;
                continue;
            }
            Part::Eof => return Err(Malformed),
            Part::Comment(_) | Part::PI(_) | Part::Decl(_) | Part::DocType(_) => found.end_text(),
        }
        if found.depth == 0 && !found.parts.is_empty() {
            return Ok(found.parts);
        }
    }
}

#[derive(Default)]
struct Found<'t> {
    parts: Vec<Event<'t>>,
    /// Text that may go on.
    open: Option<Cow<'t, str>>,
    depth: usize,
}

impl<'t> Found<'t> {
    fn start(&mut self, tag: &BytesStart<'t>) -> Result<(), Malformed> {
        self.end_text();
        let start = Start {
            name: name(tag.name().as_ref())?,
            attributes: attributes(tag)?,
        };
        self.parts.push(Event::Start(start));
        Ok(())
    }

    /// Text before the first element can only be blank.
    fn text(&mut self, text: Cow<'t, str>) -> Result<(), Malformed> {
        if !text.chars().all(is_char) || self.depth == 0 && !is_blank(&text) {
            return Err(Malformed);
        }
        if self.depth == 0 || text.is_empty() {
            return Ok(());
        }
        match &mut self.open {
            Some(open) => open.to_mut().push_str(&text),
            none => *none = Some(text),
        }
        Ok(())
    }

    fn end_text(&mut self) {
        let text = self.open.take();
        self.parts.extend(text.map(Event::Text));
    }
}

fn attributes<'t>(tag: &BytesStart<'t>) -> Result<Vec<(String, Cow<'t, str>)>, Malformed> {
    let read = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        if attribute.value.contains('<') {
            return Err(Malformed);
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        if !value.chars().all(is_char) {
            return Err(Malformed);
        }
        Ok((
            name(attribute.key.as_ref())?,
            Cow::Owned(value.into_owned()),
        ))
    };
    let found = tag.attributes().map(|attribute| match attribute {
        Ok(attribute) => read(attribute),
        Err(_) => Err(Malformed),
    });
    found.collect()
}

fn name(text: &str) -> Result<String, Malformed> {
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err(Malformed),
    }
}

/// Whether text is nothing but XML's white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
}

/// `Char` of XML 1.0, section 2.2.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// `Name` of XML 1.0, section 2.3.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

fn starts_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}'
            | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> Option<Vec<String>> {
        let parts = events(xml).ok()?;
        let text = |part| match part {
            Event::Text(text) => Some(text.into_owned()),
            _ => None,
        };
        Some(parts.into_iter().filter_map(text).collect())
    }

    #[test]
    fn text_goes_on_behind_entities_and_not_behind_comments() {
        let found = texts("<p>a&lt;<![CDATA[<b>]]>&#65;<!-- c -->d\r\ne</p>").expect("well-formed");
        assert_eq!(found, ["a<<b>A", "d\ne"]);
    }

    #[test]
    fn what_is_behind_the_first_element_is_not_looked_at() {
        assert_eq!(texts("<?x y?> <p/>&"), Some(vec![]));
        assert_eq!(texts("<p>x</p><q"), Some(vec!["x".to_owned()]));
    }

    #[test]
    fn malformed_texts_are_told_apart() {
        for text in [
            "",
            " ",
            "x",
            "x<p/>",
            "<p>",
            "<p></q>",
            "<1/>",
            "<p a=1/>",
            "<p a='1' a='2'/>",
            "<p a='<'/>",
            "<p>&e;</p>",
            "<p>&</p>",
            "<p>&#0;</p>",
            "<p>]]></p>",
            "<p>\u{1}</p>",
            "</p>",
            "<p",
            "<p>&#xD800;</p>",
        ] {
            assert_eq!(events(text), Err(Malformed), "{text}");
        }
    }
}
