//! Named, ordered fields: struct types and schemas.

use serde::{Deserialize, Serialize};

use super::DataType;
use crate::{Ident, Node};

/// One field of a struct, or one column of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StructField {
    /// Name, in the case it was given.
    pub name: Ident,
    /// Type of the values.
    pub data_type: DataType,
    /// Whether values may be null.
    pub nullable: bool,
    /// A JSON object, as text; `None` is the empty one. Key `comment` holds a column's comment,
    /// `CURRENT_DEFAULT` and `EXISTS_DEFAULT` its default.
    pub metadata: Option<Ident>,
}

/// The fields of a struct type or a schema, cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StructType(Node<Vec<StructField>>);

impl StructField {
    /// A field without metadata.
    pub fn new(name: &str, data_type: DataType, nullable: bool) -> StructField {
        StructField {
            name: name.into(),
            data_type,
            nullable,
            metadata: None,
        }
    }

    /// The same with a JSON object as metadata.
    pub fn with_metadata(self, json: &str) -> StructField {
        StructField {
            metadata: Some(json.into()),
            ..self
        }
    }

    /// The comment in the metadata.
    pub fn comment(&self) -> Option<String> {
        self.metadata_text("comment")
    }

    /// A string that the metadata holds under `key`.
    pub fn metadata_text(&self, key: &str) -> Option<String> {
        let value: serde_json::Value = serde_json::from_str(self.metadata.as_deref()?).ok()?;
        value.get(key)?.as_str().map(str::to_owned)
    }
}

impl StructType {
    /// Fields in order. Names may repeat: a schema of a join has duplicates.
    pub fn new(fields: impl IntoIterator<Item = StructField>) -> StructType {
        StructType(Node::new(fields.into_iter().collect()))
    }

    /// The fields in order.
    pub fn fields(&self) -> &[StructField] {
        &self.0
    }
}

impl std::ops::Deref for StructType {
    type Target = [StructField];

    fn deref(&self) -> &[StructField] {
        &self.0
    }
}
