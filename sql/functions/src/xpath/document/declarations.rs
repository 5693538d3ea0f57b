//! The declarations of elements and attributes in a document type (XML 1.0, sections 3.2 and 3.3).

use super::cursor::Cursor;
use super::doctype::Doctype;
use super::entities::Budget;
use super::tag::{attribute_value, tokens};
use crate::xpath::error::XmlError;

/// The type of an attribute, as far as it has a meaning without validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttributeKind {
    Text,
    Identifier,
    Tokens,
}

impl AttributeKind {
    pub(super) fn is_tokens(self) -> bool {
        self != Self::Text
    }

    pub(super) fn is_identifier(self) -> bool {
        self == Self::Identifier
    }
}

/// A declared attribute.
#[derive(Clone, Debug)]
pub(super) struct DeclaredAttribute {
    pub(super) name: String,
    pub(super) kind: AttributeKind,
    /// Its value where the element is written without it.
    pub(super) default: Option<String>,
    /// Whether that value identifies the element.
    pub(super) default_identifies: bool,
}

/// Reads the declaration of an element, behind `<!ELEMENT`. It has no meaning without validation,
/// but must be right.
pub(super) fn element(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    cursor.expect_space()?;
    cursor.name()?;
    cursor.expect_space()?;
    if !cursor.take("EMPTY") && !cursor.take("ANY") {
        cursor.expect("(", "A model of content is expected here.")?;
        cursor.skip_space();
        if cursor.take("#PCDATA") {
            mixed(cursor)?
        } else {
            children(cursor)?
        }
    }
    end(cursor)
}

fn mixed(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    let mut has_names = false;
    loop {
        cursor.skip_space();
        if cursor.take(")") {
            break;
        }
        cursor.expect("|", "Mixed content is a choice of names.")?;
        cursor.skip_space();
        cursor.name()?;
        has_names = true;
    }
    if !cursor.take("*") && has_names {
        return Err(cursor.error("Mixed content with names needs a \"*\" behind its \")\"."));
    }
    Ok(())
}

/// Reads a group behind its `(`. Groups within groups are kept on a stack: the separator of each.
fn children(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    let mut groups: Vec<Option<char>> = vec![None];
    let mut wants_item = true;
    while let Some(separator) = groups.last_mut() {
        cursor.skip_space();
        if wants_item {
            if cursor.take("(") {
                groups.push(None);
            } else {
                cursor.name()?;
                cursor.take_occurrence();
                wants_item = false;
            }
            continue;
        }
        match cursor.next() {
            Some(c @ (',' | '|')) if separator.is_none_or(|separator| separator == c) => {
                *separator = Some(c);
                wants_item = true;
            }
            Some(')') => {
                groups.pop();
                cursor.take_occurrence();
            }
            _ => return Err(cursor.error("A model of content is wrong here.")),
        }
    }
    Ok(())
}

impl Cursor<'_> {
    fn take_occurrence(&mut self) {
        let _ = self.take("?") || self.take("*") || self.take("+");
    }
}

/// Reads the declaration of attributes, behind `<!ATTLIST`: the name of the element, and its
/// attributes.
pub(super) fn attributes<'a>(
    cursor: &mut Cursor<'a>,
    doctype: &Doctype,
    budget: &mut Budget,
) -> Result<(&'a str, Vec<DeclaredAttribute>), XmlError> {
    cursor.expect_space()?;
    let element = cursor.name()?;
    let mut declared = Vec::new();
    loop {
        let spaced = cursor.skip_space();
        if cursor.take(">") {
            return Ok((element, declared));
        }
        // Java wants no space between one attribute and the next one.
        if !spaced && declared.is_empty() {
            return Err(cursor.error("White space is missing before the name of an attribute."));
        }
        let name = cursor.name()?.to_owned();
        cursor.expect_space()?;
        let kind = kind(cursor)?;
        cursor.expect_space()?;
        let default = default(cursor, kind, doctype, budget)?;
        let default_identifies = kind.is_identifier();
        declared.push(DeclaredAttribute {
            name,
            kind,
            default,
            default_identifies,
        });
    }
}

fn kind(cursor: &mut Cursor<'_>) -> Result<AttributeKind, XmlError> {
    if cursor.take("CDATA") {
        return Ok(AttributeKind::Text);
    }
    for word in [
        "IDREFS", "IDREF", "ENTITY", "ENTITIES", "NMTOKENS", "NMTOKEN",
    ] {
        if cursor.take(word) {
            return Ok(AttributeKind::Tokens);
        }
    }
    if cursor.take("ID") {
        return Ok(AttributeKind::Identifier);
    }
    let notation = cursor.take("NOTATION");
    if notation {
        cursor.expect_space()?;
    }
    cursor.expect("(", "A type of an attribute is expected here.")?;
    loop {
        cursor.skip_space();
        if notation {
            cursor.name()?
        } else {
            cursor.name_token()?
        };
        cursor.skip_space();
        if cursor.take(")") {
            return Ok(AttributeKind::Tokens);
        }
        cursor.expect(
            "|",
            "A \"|\" is expected between the values of an attribute.",
        )?;
    }
}

fn default(
    cursor: &mut Cursor<'_>,
    kind: AttributeKind,
    doctype: &Doctype,
    budget: &mut Budget,
) -> Result<Option<String>, XmlError> {
    if cursor.take("#REQUIRED") || cursor.take("#IMPLIED") {
        return Ok(None);
    }
    if cursor.take("#FIXED") {
        cursor.expect_space()?;
    }
    let value = attribute_value(cursor, doctype, doctype.may_lack_entities(), budget)?;
    Ok(Some(if kind.is_tokens() {
        tokens(&value)
    } else {
        value
    }))
}

/// Reads the end of a declaration.
pub(super) fn end(cursor: &mut Cursor<'_>) -> Result<(), XmlError> {
    cursor.skip_space();
    cursor.expect(">", "A declaration needs a \">\" here.")
}
