//! What only SQL text can say: WITH, LATERAL VIEW, WINDOW, pipes, TRANSFORM.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{GroupKind, Options, Relation};
use crate::{DataType, Expr, Ident, WindowRef};

/// SQL text that is still to be parsed, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SqlQuery {
    /// The text.
    pub text: Arc<str>,
    /// Arguments for `:name`.
    pub named: Vec<(Ident, Expr)>,
    /// Arguments for `?`.
    pub positional: Vec<Expr>,
}

/// WITH and the query under it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct With {
    /// The query that may refer to them.
    pub input: Relation,
    /// The named queries, in order: each sees those before it.
    pub ctes: Vec<Cte>,
    /// Whether they may refer to themselves.
    pub recursive: bool,
}

/// One named query of WITH.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cte {
    /// Its name.
    pub name: Ident,
    /// Names of its columns; its own when empty.
    pub columns: Vec<Ident>,
    /// The query.
    pub query: Relation,
    /// `MAX RECURSION LEVEL`.
    pub max_recursion: Option<i32>,
}

/// LATERAL VIEW of a generator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LateralView {
    /// Where rows come from.
    pub input: Relation,
    /// The generator: a call.
    pub generator: Expr,
    /// Whether rows for which it gives nothing stay, with nulls.
    pub outer: bool,
    /// Qualifier of its columns.
    pub table_alias: Ident,
    /// Names of its columns; its own when empty.
    pub columns: Vec<Ident>,
}

/// A window of the WINDOW clause.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NamedWindow {
    /// Its name.
    pub name: Ident,
    /// The window, or the name of another.
    pub window: WindowRef,
}

/// A step after `|>` that has no form in a plain query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PipeOp {
    /// `SELECT`: columns without aggregates.
    Select(Vec<Expr>),
    /// `EXTEND`: more columns.
    Extend(Vec<Expr>),
    /// `SET`: columns replaced, one after the other.
    Set(Vec<(Ident, Expr)>),
    /// `DROP`: columns left out, which must exist.
    Drop(Vec<Ident>),
    /// `AGGREGATE`: grouping columns in front of the aggregates.
    Aggregate {
        /// How groups are made.
        group: GroupKind,
        /// By what, with or without names.
        grouping: Vec<Expr>,
        /// What is computed, with or without names.
        aggregates: Vec<Expr>,
    },
}

/// Rows sent through a program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScriptTransform {
    /// Where rows come from.
    pub input: Relation,
    /// What is sent.
    pub exprs: Vec<Expr>,
    /// The command line.
    pub script: Ident,
    /// What comes back; `None` is two string columns, `key` and `value`.
    pub output: Option<Vec<(Ident, Option<DataType>)>>,
    /// How rows are written to the program.
    pub input_format: ScriptFormat,
    /// How rows are read back.
    pub output_format: ScriptFormat,
}

/// How rows travel to and from a program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScriptFormat {
    /// A SerDe's class, with its properties.
    pub serde: Option<(Ident, Options)>,
    /// `ROW FORMAT DELIMITED`: clauses by name (`fields`, `escaped`, `collection items`,
    /// `map keys`, `lines`, `null`).
    pub delimited: Option<Options>,
    /// `RECORDREADER` or `RECORDWRITER`.
    pub record_class: Option<Ident>,
}

impl ScriptFormat {
    /// What is used when nothing is written: tab-separated text.
    pub const DEFAULT: ScriptFormat = ScriptFormat {
        serde: None,
        delimited: None,
        record_class: None,
    };
}

/// Rows from JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JsonTable {
    /// The JSON.
    pub json: Expr,
    /// The path to the rows.
    pub path: Ident,
    /// The columns.
    pub columns: Vec<JsonColumn>,
}

/// A column of a JSON table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JsonColumn {
    /// `name FOR ORDINALITY`: the row's number.
    Ordinality(Ident),
    /// `name type PATH path`.
    Value {
        /// Its name.
        name: Ident,
        /// Its type.
        data_type: DataType,
        /// Where it is in the row; under its own name without it.
        path: Option<Ident>,
    },
}

/// Rows divided over bins of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BinBy {
    /// Where rows come from.
    pub input: Relation,
    /// Clauses as written, by name.
    pub clauses: Vec<(Ident, Vec<Expr>)>,
}
