//! Tables and sources.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::{Expr, Ident, ObjectName};

/// A table or view by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NamedTable {
    /// Its name.
    pub name: ObjectName,
    /// Read options.
    pub options: Options,
    /// Whether it is read as a stream.
    pub is_streaming: bool,
    /// The state of the table that is asked for.
    pub time_travel: Option<TimeTravel>,
}

/// A past state of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeTravel {
    /// `VERSION AS OF`: a version's number or name.
    Version(Ident),
    /// `TIMESTAMP AS OF`: a constant expression.
    Timestamp(Expr),
}

/// Files or another source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DataSourceRead {
    /// The format; the session's default without it.
    pub format: Option<Ident>,
    /// The schema as DDL text or JSON; inferred without it.
    pub schema: Option<Ident>,
    /// Options.
    pub options: Options,
    /// Files and folders.
    pub paths: Vec<Ident>,
    /// One partition per condition, for JDBC.
    pub predicates: Vec<Ident>,
    /// A streaming source's name, stable over restarts.
    pub source_name: Option<Ident>,
    /// Whether it is read as a stream.
    pub is_streaming: bool,
}

/// What changed in a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RelationChanges {
    /// The table.
    pub name: ObjectName,
    /// From where to where, and other options.
    pub options: Options,
    /// Whether it is read as a stream.
    pub is_streaming: bool,
    /// First version or timestamp, from SQL text.
    pub from: Option<ChangesBound>,
    /// Last version or timestamp, from SQL text.
    pub to: Option<ChangesBound>,
}

/// An end of a range of changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChangesBound {
    /// Which state.
    pub at: TimeTravel,
    /// Whether its own changes count.
    pub inclusive: bool,
}
