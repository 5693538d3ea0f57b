//! Reads a whole document: what is around the outermost element, and its content.
//!
//! The texts of entities that are being read are on a stack, as are the elements without an end: the
//! depth of a document costs no depth of calls.

use super::Document;
use super::builder::Builder;
use super::cursor::Cursor;
use super::doctype::{Doctype, doctype};
use super::entities::{Budget, Entity, Reference, reference};
use super::prolog::{Prepared, prepare};
use super::tag::start_tag;
use crate::xpath::error::XmlError;

/// Parses a document.
pub(super) fn read(text: &str) -> Result<Document, XmlError> {
    let Prepared {
        version,
        is_standalone,
        text,
    } = prepare(text)?;
    let mut cursor = Cursor::new(&text, version);
    let mut valid = cursor.clone();
    valid.take_while(|c| version.has_literally(c));
    if let Some(c) = valid.peek() {
        return Err(valid.error(format!("XML has no place for the character {c:?}.")));
    }
    let mut builder = Builder::new();
    let mut budget = Budget::default();
    let mut declared = None;
    while misc(&mut cursor, &mut builder)? {
        if cursor.take("<!DOCTYPE") && declared.is_none() {
            declared = Some(doctype(&mut cursor, is_standalone, &mut budget)?);
        } else {
            return Err(cursor.error("This may not stand before the root element."));
        }
    }
    cursor.expect("<", "The document has no root element here.")?;
    let declared = declared.unwrap_or_default();
    start_tag(&mut cursor, &declared, &mut budget, &mut builder)?;
    let mut content = Content {
        doctype: &declared,
        budget,
        builder,
        inside: Vec::new(),
    };
    let mut cursor = content.read(cursor)?;
    let mut builder = content.builder;
    if misc(&mut cursor, &mut builder)? || !cursor.at_end() {
        return Err(cursor.error("This may not stand behind the root element."));
    }
    Ok(builder.finish())
}

/// Reads comments, processing instructions and white space around the root element. Tells whether a
/// declaration comes next.
fn misc(cursor: &mut Cursor<'_>, builder: &mut Builder) -> Result<bool, XmlError> {
    loop {
        cursor.skip_space();
        if cursor.take("<!--") {
            builder.comment(cursor.comment()?);
        } else if cursor.take("<?") {
            let (target, data) = cursor.instruction()?;
            builder.instruction(target, data);
        } else {
            return Ok(cursor.rest().starts_with("<!"));
        }
    }
}

/// A text that is being read: the document first, then entities within each other.
#[derive(Debug)]
struct Inside<'a> {
    name: &'a str,
    cursor: Cursor<'a>,
    /// The depth at its reference. What it opens it must close.
    depth: usize,
}

/// The content of the root element.
#[derive(Debug)]
struct Content<'a> {
    doctype: &'a Doctype,
    budget: Budget,
    builder: Builder,
    inside: Vec<Inside<'a>>,
}

impl<'a> Content<'a> {
    /// Reads until the root element is closed, and gives the place behind it.
    fn read(&mut self, cursor: Cursor<'a>) -> Result<Cursor<'a>, XmlError> {
        let mut last = cursor.clone();
        self.inside.push(Inside {
            name: "",
            cursor,
            depth: 0,
        });
        while let Some(Inside {
            cursor,
            depth: floor,
            ..
        }) = self.inside.last()
        {
            let (mut place, floor, depth) = (cursor.clone(), *floor, self.builder.depth());
            if depth == 0 {
                return Ok(place);
            }
            if !place.at_end() {
                let index = self.inside.len() - 1;
                let entered = self.piece(&mut place, floor)?;
                if let Some(inside) = self.inside.get_mut(index) {
                    inside.cursor = place;
                }
                self.inside.extend(entered);
            } else if floor > 0 && floor == depth {
                self.inside.pop();
            } else {
                last = place;
                break;
            }
        }
        let name = self.builder.open_name();
        Err(last.error(format!(
            "The element {name:?} is still open where the text ends."
        )))
    }

    fn piece(
        &mut self,
        place: &mut Cursor<'a>,
        floor: usize,
    ) -> Result<Option<Inside<'a>>, XmlError> {
        if place.take("</") {
            self.end_tag(place, floor)?;
        } else if place.take("<!--") {
            self.builder.comment(place.comment()?);
        } else if place.take("<![CDATA[") {
            let Some(data) = place.take_before("]]>") else {
                return Err(place.error("A section of character data has no end."));
            };
            self.builder.character_data(data);
        } else if place.take("<?") {
            let (target, data) = place.instruction()?;
            self.builder.instruction(target, data);
        } else if place.take("<") {
            start_tag(place, self.doctype, &mut self.budget, &mut self.builder)?;
        } else if place.take("&") {
            return match reference(place)? {
                Reference::Character(c) => {
                    self.builder.text(c.encode_utf8(&mut [0; 4]));
                    Ok(None)
                }
                Reference::Entity(name) => self.enter(name, place),
            };
        } else {
            let text = place.take_while(|c| !matches!(c, '<' | '&'));
            if text.contains("]]>") {
                return Err(place.error("Text has a \"]]>\" in it."));
            }
            self.builder.text(text);
        }
        Ok(None)
    }

    fn end_tag(&mut self, place: &mut Cursor<'a>, floor: usize) -> Result<(), XmlError> {
        let name = place.name()?;
        if name != self.builder.open_name() || self.builder.depth() <= floor {
            let open = self.builder.open_name();
            return Err(place.error(format!(
                "The end tag of {name:?} does not fit the open element {open:?}."
            )));
        }
        place.skip_space();
        place.expect(">", "An end tag needs a \">\" here.")?;
        self.builder.close();
        Ok(())
    }

    /// Enters the text of an entity. An external one is skipped.
    fn enter(&mut self, name: &'a str, place: &Cursor<'a>) -> Result<Option<Inside<'a>>, XmlError> {
        let text = match self.doctype.entities.get(name, place)? {
            Entity::Internal(text) => text,
            Entity::External => return Ok(None),
            Entity::Unparsed => {
                return Err(place.error(format!("The entity {name:?} is data, not text.")));
            }
        };
        self.budget.spend(text, place)?;
        if self.inside.iter().any(|inside| inside.name == name) {
            return Err(place.error(format!("The entity {name:?} contains itself.")));
        }
        let cursor = Cursor::new(text, place.version());
        Ok(Some(Inside {
            name,
            cursor,
            depth: self.builder.depth(),
        }))
    }
}
