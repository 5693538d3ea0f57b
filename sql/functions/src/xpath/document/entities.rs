//! The entities that a document type declares, and the references to them.

use std::collections::HashMap;

use super::cursor::Cursor;
use crate::xpath::error::XmlError;

/// The most references to entities in one document.
const MOST_EXPANSIONS: usize = 64_000;

/// The most characters that entities are replaced with in one document.
const MOST_TEXT: usize = 50_000_000;

/// What a name of an entity stands for (XML 1.0, section 4.2).
#[derive(Clone, Debug)]
pub(super) enum Entity {
    /// A text of the document itself.
    Internal(String),
    /// A text elsewhere, which is not read.
    External,
    /// Data that is no XML.
    Unparsed,
}

/// The general entities of a document.
#[derive(Debug, Default)]
pub(super) struct Entities {
    by_name: HashMap<String, Entity>,
}

impl Entities {
    /// Declares an entity. The first declaration counts.
    pub(super) fn declare(&mut self, name: &str, entity: Entity) {
        self.by_name.entry(name.to_owned()).or_insert(entity);
    }

    /// Tells whether an entity is declared.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Gives an entity that is declared.
    pub(super) fn get(&self, name: &str, at: &Cursor<'_>) -> Result<&Entity, XmlError> {
        self.by_name
            .get(name)
            .ok_or_else(|| at.error(format!("The entity {name:?} has no declaration.")))
    }
}

/// What entities may still cost.
#[derive(Debug)]
pub(super) struct Budget {
    expansions: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            expansions: MOST_EXPANSIONS,
            text: MOST_TEXT,
        }
    }
}

impl Budget {
    /// Counts the replacement of an entity by a text.
    pub(super) fn spend(&mut self, text: &str, at: &Cursor<'_>) -> Result<(), XmlError> {
        match (
            self.expansions.checked_sub(1),
            self.text.checked_sub(text.len()),
        ) {
            (Some(expansions), Some(text)) => {
                *self = Self { expansions, text };
                Ok(())
            }
            _ => Err(at.error("Entities are referenced too often, or stand for too much text.")),
        }
    }
}

/// A reference in content or in the value of an attribute.
#[derive(Debug)]
pub(super) enum Reference<'a> {
    Character(char),
    Entity(&'a str),
}

/// Reads a reference (XML 1.0, section 4.1), behind its `&`. The five entities of section 4.6 are
/// characters.
pub(super) fn reference<'a>(cursor: &mut Cursor<'a>) -> Result<Reference<'a>, XmlError> {
    if cursor.take("#") {
        return character_reference(cursor).map(Reference::Character);
    }
    let name = cursor.name()?;
    cursor.expect(";", "A reference needs a \";\" at its end.")?;
    Ok(match name {
        "lt" => Reference::Character('<'),
        "gt" => Reference::Character('>'),
        "amp" => Reference::Character('&'),
        "apos" => Reference::Character('\''),
        "quot" => Reference::Character('"'),
        _ => Reference::Entity(name),
    })
}

/// Reads a reference to a character, behind its `&#`.
pub(super) fn character_reference(cursor: &mut Cursor<'_>) -> Result<char, XmlError> {
    let radix = if cursor.take("x") { 16 } else { 10 };
    let digits = cursor.take_while(|c| c.is_digit(radix));
    if digits.is_empty() {
        return Err(cursor.error("Digits are expected in a reference to a character."));
    }
    cursor.expect(";", "A reference needs a \";\" at its end.")?;
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|&c| cursor.version().has(c))
        .ok_or_else(|| {
            cursor.error(format!(
                "The number {digits} stands for no character of XML."
            ))
        })
}
