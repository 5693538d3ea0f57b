//! SHOW and DESCRIBE.

use serde::{Deserialize, Serialize};

use super::PartitionSpec;
use crate::{Ident, ObjectName, Relation};

/// SHOW. Patterns know `*` and `|`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Show {
    /// `SHOW CATALOGS`.
    Catalogs {
        /// Which.
        pattern: Option<Ident>,
    },
    /// `SHOW DATABASES`, `SCHEMAS` or `NAMESPACES`.
    Namespaces {
        /// Inside of which.
        scope: Option<ObjectName>,
        /// Which.
        pattern: Option<Ident>,
    },
    /// `SHOW TABLES`.
    Tables {
        /// Inside of which namespace.
        scope: Option<ObjectName>,
        /// Which.
        pattern: Option<Ident>,
        /// `TABLE EXTENDED`.
        extended: bool,
        /// `PARTITION` of an extended one.
        partition: PartitionSpec,
    },
    /// `SHOW VIEWS`.
    Views {
        /// Inside of which namespace.
        scope: Option<ObjectName>,
        /// Which.
        pattern: Option<Ident>,
    },
    /// `SHOW COLUMNS`.
    Columns {
        /// Of which table.
        table: ObjectName,
        /// Inside of which namespace.
        scope: Option<ObjectName>,
    },
    /// `SHOW PARTITIONS`.
    Partitions {
        /// Of which table.
        table: ObjectName,
        /// Which.
        partition: PartitionSpec,
    },
    /// `SHOW TBLPROPERTIES`.
    Properties {
        /// Of which table.
        table: ObjectName,
        /// Which one.
        key: Option<Ident>,
    },
    /// `SHOW CREATE TABLE`.
    CreateTable {
        /// Of which table.
        table: ObjectName,
        /// `AS SERDE`.
        as_serde: bool,
    },
    /// `SHOW FUNCTIONS`.
    Functions {
        /// `USER`, `SYSTEM` or `ALL`, in upper case.
        scope: Ident,
        /// Inside of which namespace.
        namespace: Option<ObjectName>,
        /// Which: a pattern.
        pattern: Option<Ident>,
    },
    /// `SHOW CURRENT NAMESPACE`.
    CurrentNamespace,
    /// `SHOW COLLATIONS`.
    Collations {
        /// Which.
        pattern: Option<Ident>,
    },
    /// `SHOW PROCEDURES`.
    Procedures {
        /// Inside of which namespace.
        scope: Option<ObjectName>,
    },
}

/// DESCRIBE.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Describe {
    /// A table or view, or a column of one.
    Table {
        /// Which.
        name: ObjectName,
        /// Which partition.
        partition: PartitionSpec,
        /// Which column.
        column: Option<Vec<Ident>>,
        /// `EXTENDED` or `FORMATTED`.
        extended: bool,
        /// `AS JSON`.
        as_json: bool,
    },
    /// A query's columns.
    Query(Relation),
    /// A function.
    Function {
        /// Which.
        name: ObjectName,
        /// `EXTENDED`.
        extended: bool,
    },
    /// A namespace.
    Namespace {
        /// Which.
        name: ObjectName,
        /// `EXTENDED`.
        extended: bool,
    },
    /// A procedure.
    Procedure(ObjectName),
}
