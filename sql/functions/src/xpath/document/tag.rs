//! Start tags (XML 1.0, section 3.1) and the values of attributes (section 3.3.3).

use super::builder::{Attribute, Builder};
use super::characters::is_space;
use super::cursor::Cursor;
use super::doctype::Doctype;
use super::entities::{Budget, Entity, Reference, reference};
use crate::xpath::error::XmlError;

/// The most attributes that an element may be written with.
const MOST_ATTRIBUTES: usize = 10_000;

/// Reads a start tag behind its `<`, and opens the element. A tag that ends the element, too, closes
/// it.
pub(super) fn start_tag(
    cursor: &mut Cursor<'_>,
    doctype: &Doctype,
    budget: &mut Budget,
    builder: &mut Builder,
) -> Result<(), XmlError> {
    let name = cursor.name()?;
    let mut attributes = Vec::new();
    let is_empty = loop {
        let spaced = cursor.skip_space();
        if cursor.take(">") {
            break false;
        }
        if cursor.take("/>") {
            break true;
        }
        if !spaced {
            return Err(cursor.error(format!(
                "White space, \">\" or \"/>\" is missing in the start tag of {name:?}."
            )));
        }
        if attributes.len() == MOST_ATTRIBUTES {
            return Err(cursor.error("An element has more than 10000 attributes."));
        }
        attributes.push(attribute(cursor, name, doctype, budget)?);
    };
    complete(&mut attributes, name, doctype);
    attributes.sort_by(|a, b| a.name.encode_utf16().cmp(b.name.encode_utf16()));
    let same = |pair: &&[Attribute]| matches!(pair, [one, other] if one.name == other.name);
    if let Some([twice, ..]) = attributes.windows(2).find(same) {
        let twice = &twice.name;
        return Err(cursor.error(format!(
            "The element {name:?} has two attributes {twice:?}."
        )));
    }
    builder.open(name, attributes);
    if is_empty {
        builder.close();
    }
    Ok(())
}

fn attribute(
    cursor: &mut Cursor<'_>,
    element: &str,
    doctype: &Doctype,
    budget: &mut Budget,
) -> Result<Attribute, XmlError> {
    let name = cursor.name()?;
    cursor.skip_space();
    cursor.expect("=", "A \"=\" is missing behind the name of an attribute.")?;
    cursor.skip_space();
    let mut value = attribute_value(cursor, doctype, false, budget)?;
    let declared = doctype.attribute(element, name);
    if declared.is_some_and(|declared| declared.kind.is_tokens()) {
        value = tokens(&value);
    }
    let identifies = declared.is_some_and(|declared| declared.kind.is_identifier());
    Ok(Attribute {
        name: name.to_owned(),
        value,
        identifies,
    })
}

/// Adds the attributes that the document type gives to the element.
fn complete(attributes: &mut Vec<Attribute>, element: &str, doctype: &Doctype) {
    for declared in doctype.attributes(element) {
        let Some(value) = &declared.default else {
            continue;
        };
        if attributes
            .iter()
            .all(|attribute| attribute.name != declared.name)
        {
            attributes.push(Attribute {
                name: declared.name.clone(),
                value: value.clone(),
                identifies: declared.default_identifies,
            });
        }
    }
}

/// Reads the value of an attribute in its quotes, with entities replaced and white space made
/// spaces. Entities that are not declared may be left out.
pub(super) fn attribute_value(
    cursor: &mut Cursor<'_>,
    doctype: &Doctype,
    may_lack: bool,
    budget: &mut Budget,
) -> Result<String, XmlError> {
    let quote = cursor.quote()?;
    let mut value = String::new();
    // The texts that are being read: the tag first, then entities within each other.
    let mut inside: Vec<(&str, Cursor<'_>)> = vec![("", cursor.clone())];
    while let Some((_, place)) = inside.last_mut() {
        let mark = |c| matches!(c, '<' | '&' | '"' | '\'' | '\t' | '\n' | '\r');
        value.push_str(place.take_while(|c| !mark(c)));
        let mut entered = None;
        match place.next() {
            Some('<') => {
                return Err(place.error("The value of an attribute has a \"<\" in it."));
            }
            Some('&') => match reference(place)? {
                Reference::Character(c) => value.push(c),
                Reference::Entity(name) if may_lack && !doctype.entities.has(name) => {}
                Reference::Entity(name) => {
                    entered = Some((name, replacement(name, place, doctype, budget)?));
                }
            },
            Some(c) if is_space(c) => value.push(' '),
            Some(c) if inside.len() == 1 && quote.starts_with(c) => break,
            Some(c) => value.push(c),
            None if inside.len() == 1 => return Err(cursor.error("A quote is missing.")),
            None => {
                inside.pop();
            }
        }
        if let Some((name, _)) = entered
            && inside.iter().any(|&(open, _)| open == name)
        {
            return Err(cursor.error(format!("The entity {name:?} contains itself.")));
        }
        inside.extend(entered);
    }
    if let Some((_, place)) = inside.first() {
        cursor.go_on_from(place);
    }
    Ok(value)
}

/// The text of an entity, which must be one that an attribute may have.
fn replacement<'a>(
    name: &str,
    place: &Cursor<'_>,
    doctype: &'a Doctype,
    budget: &mut Budget,
) -> Result<Cursor<'a>, XmlError> {
    let Entity::Internal(text) = doctype.entities.get(name, place)? else {
        return Err(place.error(format!(
            "The value of an attribute refers to {name:?}, which is no text of this document."
        )));
    };
    budget.spend(text, place)?;
    Ok(Cursor::new(text, place.version()))
}

/// The value of an attribute that is no mere text: spaces at its ends and doubled ones are dropped.
pub(super) fn tokens(value: &str) -> String {
    let parts: Vec<&str> = value.split(' ').filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
