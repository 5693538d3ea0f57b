//! Where an error is: a piece of SQL text, or a call in a program.

use serde::{Deserialize, Serialize};

use crate::Origin;

/// A place that an error message can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryContext {
    /// Which kind of place.
    pub kind: ContextKind,
    /// Kind of the catalog object that the text is of, such as `VIEW`; empty for none.
    pub object_type: String,
    /// Name of that object; empty for none.
    pub object_name: String,
    /// First character of the piece, from 0; -1 in programs.
    pub start_index: i32,
    /// Last character of the piece, from 0; -1 in programs.
    pub stop_index: i32,
    /// The piece of SQL text, or the method that was called.
    pub fragment: String,
    /// Line of the first character, from 1; 0 in programs.
    pub line: u32,
    /// Position of the first character in its line, from 0.
    pub position: u32,
    /// The whole SQL text; empty in programs.
    pub sql_text: String,
    /// Where in the program; empty in SQL text.
    pub call_site: String,
}

/// Kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextKind {
    /// A piece of SQL text.
    Sql,
    /// A call of the DataFrame API.
    DataFrame,
}

impl QueryContext {
    /// The place as a few lines of text: what it is, and the piece itself.
    pub fn summary(&self) -> String {
        super::display::summary(self)
    }

    /// The place of an origin, if it is known.
    pub fn of(origin: &Origin) -> Option<QueryContext> {
        match origin {
            Origin::Unknown => None,
            Origin::Sql(span) => {
                let (start_index, stop_index) = span.character_range();
                let (line, position) = span.line_and_position();
                let object = span.text().object.as_ref();
                let part = |of: fn(&(Box<str>, Box<str>)) -> &str| {
                    object.map(of).unwrap_or_default().to_owned()
                };
                Some(QueryContext {
                    kind: ContextKind::Sql,
                    object_type: part(|object| &object.0),
                    object_name: part(|object| &object.1),
                    start_index,
                    stop_index,
                    fragment: span.fragment().to_owned(),
                    line,
                    position,
                    sql_text: span.text().text.to_string(),
                    call_site: String::new(),
                })
            }
            Origin::Call(site) => Some(QueryContext {
                kind: ContextKind::DataFrame,
                object_type: String::new(),
                object_name: String::new(),
                start_index: -1,
                stop_index: -1,
                fragment: site.fragment.to_string(),
                line: 0,
                position: 0,
                sql_text: String::new(),
                call_site: site.location.to_string(),
            }),
        }
    }
}
