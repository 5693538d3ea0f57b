//! The hook for types that users define over Spark's own.

use serde::{Deserialize, Serialize};

use super::DataType;
use crate::Ident;

/// A user-defined type: names that tell a client how to build its objects, over a type that says
/// how values are stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserDefinedType {
    /// Class of JVM clients.
    pub jvm_class: Option<Ident>,
    /// Class of Python clients, as `module.Class`.
    pub python_class: Option<Ident>,
    /// The pickled Python class, when the client ships it.
    pub serialized_python_class: Option<Ident>,
    /// How values are stored.
    pub sql_type: DataType,
}

impl UserDefinedType {
    /// The name that simple strings show: the class without its path and the suffix `UDT`.
    pub fn short_name(&self) -> String {
        let class = self.jvm_class.as_deref().or(self.python_class.as_deref());
        let class = class.unwrap_or("udt");
        let last = class
            .rsplit(['.', '$'])
            .find(|part| !part.is_empty())
            .unwrap_or(class);
        let short = last
            .strip_suffix("UDT")
            .filter(|rest| !rest.is_empty())
            .unwrap_or(last);
        short.to_ascii_lowercase()
    }
}
