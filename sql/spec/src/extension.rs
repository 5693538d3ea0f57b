//! Relations, expressions and commands that plug-ins understand.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A message for the handler that is registered for its type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extension {
    /// The type's URL, such as `type.googleapis.com/delta.connect.DeltaRelation`.
    pub type_url: Arc<str>,
    /// The encoded message.
    pub value: Arc<[u8]>,
}
