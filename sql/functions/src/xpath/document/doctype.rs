//! The document type and its internal subset (XML 1.0, section 2.8).
//!
//! Java's reader does not validate, but takes entities, types and defaults of attributes from the
//! declarations, and wants all of them well-formed. Parameter entities may stand between
//! declarations.

use std::collections::HashMap;

use super::characters::{Version, is_public_id};
use super::cursor::Cursor;
use super::declarations::{DeclaredAttribute, attributes, element, end};
use super::entities::{Budget, Entities, Entity, character_reference};
use crate::xpath::error::XmlError;

/// The longest text of a parameter entity.
const LONGEST_PARAMETER: usize = 1_000_000;

/// What a document type declares.
#[derive(Debug, Default)]
pub(super) struct Doctype {
    pub(super) entities: Entities,
    parameters: HashMap<String, Entity>,
    attributes: HashMap<String, Vec<DeclaredAttribute>>,
    is_standalone: bool,
    /// Whether there is an external parameter entity.
    has_external_parameter: bool,
}

impl Doctype {
    /// Tells whether entities might be declared outside, so that defaults of attributes may refer to
    /// ones that are not declared.
    pub(super) fn may_lack_entities(&self) -> bool {
        self.has_external_parameter && !self.is_standalone
    }

    /// The attributes that are declared for an element.
    pub(super) fn attributes(&self, element: &str) -> &[DeclaredAttribute] {
        self.attributes.get(element).map_or(&[], Vec::as_slice)
    }

    /// An attribute that is declared for an element.
    pub(super) fn attribute(&self, element: &str, name: &str) -> Option<&DeclaredAttribute> {
        self.attributes(element)
            .iter()
            .find(|declared| declared.name == name)
    }
}

/// Reads a document type, behind `<!DOCTYPE`.
pub(super) fn doctype(
    cursor: &mut Cursor<'_>,
    is_standalone: bool,
    budget: &mut Budget,
) -> Result<Doctype, XmlError> {
    let mut doctype = Doctype {
        is_standalone,
        ..Doctype::default()
    };
    cursor.expect_space()?;
    cursor.name()?;
    let spaced = cursor.skip_space();
    if spaced && external_id(cursor)? {
        return Err(cursor.error("An external subset of a document type is not read."));
    }
    cursor.skip_space();
    if cursor.take("[") {
        subset(cursor, &mut doctype, budget)?;
        cursor.skip_space();
    }
    cursor.expect(">", "A document type needs a \">\" here.")?;
    Ok(doctype)
}

/// Reads `SYSTEM ".."` or `PUBLIC ".." ".."`, if it comes next.
fn external_id(cursor: &mut Cursor<'_>) -> Result<bool, XmlError> {
    if cursor.take("PUBLIC") {
        cursor.expect_space()?;
        public_id(cursor)?;
    } else if !cursor.take("SYSTEM") {
        return Ok(false);
    }
    cursor.expect_space()?;
    cursor.quoted()?;
    Ok(true)
}

fn public_id(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    if cursor.quoted()?.chars().all(is_public_id) {
        return Ok(());
    }
    Err(cursor.error("A public identifier has a character that it may not have."))
}

/// Reads the internal subset, behind its `[`. The texts of parameter entities that are being read
/// are on a stack.
fn subset(
    cursor: &mut Cursor<'_>,
    doctype: &mut Doctype,
    budget: &mut Budget,
) -> Result<(), XmlError> {
    let mut inside: Vec<(String, String, usize)> = Vec::new();
    loop {
        let Some((_, text, at)) = inside.last_mut() else {
            match between(cursor, doctype, budget)? {
                Next::Close => return Ok(()),
                Next::End => {
                    return Err(cursor.error("An internal subset needs a \"]\" at its end."));
                }
                Next::Parameter(name) => inside.extend(enter(name, doctype, budget, cursor)?),
            }
            continue;
        };
        let mut entity = Cursor::new(text.get(*at..).unwrap_or_default(), cursor.version());
        let next = between(&mut entity, doctype, budget)?;
        *at = text.len() - entity.rest().len();
        match next {
            Next::Close => {
                return Err(cursor.error("A parameter entity has a \"]\" in it."));
            }
            Next::End => {
                inside.pop();
            }
            Next::Parameter(name) => {
                if inside.iter().any(|(open, ..)| *open == name) {
                    return Err(
                        cursor.error(format!("The parameter entity {name:?} contains itself."))
                    );
                }
                inside.extend(enter(name, doctype, budget, cursor)?);
            }
        }
    }
}

/// What ends a run of declarations.
enum Next {
    Close,
    End,
    Parameter(String),
}

/// The text of a parameter entity. One without a declaration, and an external one, have none.
fn enter(
    name: String,
    doctype: &Doctype,
    budget: &mut Budget,
    at: &Cursor<'_>,
) -> Result<Option<(String, String, usize)>, XmlError> {
    match doctype.parameters.get(&name) {
        Some(Entity::Internal(text)) => {
            budget.spend(text, at)?;
            Ok(Some((name, text.clone(), 0)))
        }
        _ => Ok(None),
    }
}

fn between(
    cursor: &mut Cursor<'_>,
    doctype: &mut Doctype,
    budget: &mut Budget,
) -> Result<Next, XmlError> {
    loop {
        cursor.skip_space();
        if cursor.at_end() {
            return Ok(Next::End);
        } else if cursor.take("]") {
            return Ok(Next::Close);
        } else if cursor.take("%") {
            let name = cursor.name()?.to_owned();
            cursor.expect(";", "A reference needs a \";\" at its end.")?;
            return Ok(Next::Parameter(name));
        } else if cursor.take("<!--") {
            cursor.comment()?;
        } else if cursor.take("<?") {
            cursor.instruction()?;
        } else if cursor.take("<!ELEMENT") {
            element(cursor)?;
        } else if cursor.take("<!ATTLIST") {
            let (element, declared) = attributes(cursor, doctype, budget)?;
            let known = doctype.attributes.entry(element.to_owned()).or_default();
            declared
                .into_iter()
                .for_each(|attribute| declare(known, attribute));
        } else if cursor.take("<!ENTITY") {
            entity(cursor, doctype)?;
        } else if cursor.take("<!NOTATION") {
            notation(cursor)?;
        } else {
            return Err(cursor.error("A declaration is expected here."));
        }
    }
}

/// Adds a declared attribute to those of its element. The first declaration counts, but the first
/// default does even where that comes later.
fn declare(known: &mut Vec<DeclaredAttribute>, attribute: DeclaredAttribute) {
    match known
        .iter_mut()
        .find(|earlier| earlier.name == attribute.name)
    {
        None => known.push(attribute),
        Some(earlier) if earlier.default.is_none() => {
            earlier.default = attribute.default;
            earlier.default_identifies = false;
        }
        Some(_) => {}
    }
}

/// Reads the declaration of an entity (XML 1.0, section 4.2), behind `<!ENTITY`.
fn entity(cursor: &mut Cursor<'_>, doctype: &mut Doctype) -> Result<(), XmlError> {
    cursor.expect_space()?;
    let is_parameter = cursor.take("%");
    if is_parameter {
        cursor.expect_space()?;
    }
    let name = cursor.name()?;
    cursor.expect_space()?;
    let declared = if external_id(cursor)? {
        doctype.has_external_parameter |= is_parameter;
        let spaced = cursor.skip_space();
        if !is_parameter && spaced && cursor.take("NDATA") {
            cursor.expect_space()?;
            cursor.name()?;
            Entity::Unparsed
        } else {
            Entity::External
        }
    } else {
        let value = entity_value(cursor)?;
        if is_parameter && value.len() > LONGEST_PARAMETER {
            return Err(cursor.error("A parameter entity is too long."));
        }
        Entity::Internal(value)
    };
    end(cursor)?;
    if is_parameter {
        doctype
            .parameters
            .entry(name.to_owned())
            .or_insert(declared);
    } else {
        doctype.entities.declare(name, declared);
    }
    Ok(())
}

/// Reads the text of an entity: references to characters are replaced, those to entities are kept.
fn entity_value(cursor: &mut Cursor<'_>) -> Result<String, XmlError> {
    let version: Version = cursor.version();
    let literal = cursor.quoted()?;
    let mut value = String::with_capacity(literal.len());
    let mut inner = Cursor::new(literal, version);
    loop {
        value.push_str(inner.take_while(|c| !matches!(c, '&' | '%')));
        if inner.take("&#") {
            value.push(character_reference(&mut inner)?);
        } else if inner.take("&") {
            let name = inner.name()?;
            inner.expect(";", "A reference needs a \";\" at its end.")?;
            value.extend(["&", name, ";"]);
        } else if inner.at_end() {
            return Ok(value);
        } else {
            return Err(cursor.error("A parameter entity may not stand within a declaration."));
        }
    }
}

/// Reads the declaration of a notation (XML 1.0, section 4.7), behind `<!NOTATION`.
fn notation(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    cursor.expect_space()?;
    cursor.name()?;
    cursor.expect_space()?;
    if cursor.take("PUBLIC") {
        cursor.expect_space()?;
        public_id(cursor)?;
        if cursor.skip_space() && !cursor.rest().starts_with('>') {
            cursor.quoted()?;
        }
    } else {
        cursor.expect("SYSTEM", "An external identifier is expected here.")?;
        cursor.expect_space()?;
        cursor.quoted()?;
    }
    end(cursor)
}
