//! Functions, table functions and sources that come with a plan, as code of another language.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DataType, Expr, Ident};

/// Code of another language, opaque here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ForeignFunction {
    /// Who runs it.
    pub kind: ForeignKind,
    /// How rows are handed to it, by the runtime's own numbers; Python's are PySpark's.
    pub eval_type: i32,
    /// The pickled or serialised code; a class's name for [`ForeignKind::JavaUdf`].
    pub payload: Arc<[u8]>,
    /// What it returns; `None` when the code tells when it is analysed.
    pub output_type: Option<DataType>,
    /// Version of the runtime that the payload is for, such as `3.11`; empty when it has none.
    pub runtime_version: Ident,
    /// Files that the code needs beside itself.
    pub includes: Vec<Ident>,
    /// Argument types, where the language has them.
    pub input_types: Vec<DataType>,
    /// Whether results may be null.
    pub nullable: bool,
    /// Whether it aggregates.
    pub aggregate: bool,
}

/// Who runs a foreign function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ForeignKind {
    /// A Python worker.
    PythonUdf,
    /// A Python worker, giving tables.
    PythonUdtf,
    /// A Python worker, reading or writing a source.
    PythonDataSource,
    /// The Scala client's own functions.
    ScalaUdf,
    /// A JVM class by name.
    JavaUdf,
}

/// A call of a function that comes with the plan, or its registration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InlineFunction {
    /// Name for column names and messages, or to register under.
    pub name: Ident,
    /// Whether equal arguments give equal results.
    pub deterministic: bool,
    /// The arguments; none when it is registered.
    pub args: Vec<Expr>,
    /// The code.
    pub function: ForeignFunction,
    /// `DISTINCT`.
    pub distinct: bool,
}

/// A call of a table function that comes with the plan, or its registration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InlineTableFunction {
    /// Name for messages, or to register under.
    pub name: Ident,
    /// Whether equal arguments give equal results.
    pub deterministic: bool,
    /// The arguments; none when it is registered.
    pub args: Vec<Expr>,
    /// The code.
    pub function: ForeignFunction,
}

/// A data source that comes with the plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InlineDataSource {
    /// The format's name.
    pub name: Ident,
    /// The code.
    pub function: ForeignFunction,
}
