//! Sets, samples, aliases, unpivots and other relations over one or two inputs.

use serde::{Deserialize, Serialize};

use super::{Options, Relation};
use crate::{DataType, Expr, Float, Ident, ObjectName};

/// Rows of two relations, one below the other or compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SetOp {
    /// Left rows.
    pub left: Relation,
    /// Right rows.
    pub right: Relation,
    /// What is done.
    pub kind: SetOpKind,
    /// Whether duplicates count: ALL.
    pub all: bool,
    /// Whether columns are paired by name rather than by position.
    pub by_name: bool,
    /// Whether columns that one side lacks are nulls there.
    pub allow_missing: bool,
}

/// What is done with two sets of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SetOpKind {
    /// Both.
    Union,
    /// Those in both.
    Intersect,
    /// Those only in the left.
    Except,
}

/// Some of the rows, by chance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sample {
    /// Where rows come from.
    pub input: Relation,
    /// Lower end of the kept range of a random number in [0, 1).
    pub lower: Float<f64>,
    /// Upper end.
    pub upper: Float<f64>,
    /// Whether a row may be kept several times.
    pub with_replacement: bool,
    /// The seed; random without it.
    pub seed: Option<i64>,
    /// Whether rows are sorted first, so that splits of one relation do not overlap.
    pub deterministic_order: bool,
}

/// Rows without duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deduplicate {
    /// Where rows come from.
    pub input: Relation,
    /// Columns that are compared.
    pub columns: Vec<Ident>,
    /// Whether all columns are.
    pub all_columns: bool,
    /// Whether a stream forgets them after the watermark.
    pub within_watermark: bool,
}

/// A relation under a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SubqueryAlias {
    /// The relation.
    pub input: Relation,
    /// Its name.
    pub alias: Ident,
    /// Qualifier of the name.
    pub qualifier: Vec<Ident>,
    /// Names of its columns; its own when empty.
    pub columns: Vec<Ident>,
}

/// Advice for the planner.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hint {
    /// The relation.
    pub input: Relation,
    /// The hint's name, in any case.
    pub name: Ident,
    /// Its arguments; relations and columns are attributes.
    pub parameters: Vec<Expr>,
}

/// Columns turned into rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unpivot {
    /// Where rows come from.
    pub input: Relation,
    /// Columns that stay; all others than `values` without it.
    pub ids: Option<Vec<Expr>>,
    /// Columns that become rows; all others than `ids` without it.
    pub values: Option<Vec<UnpivotValue>>,
    /// The column for the names of the old ones.
    pub variable: Ident,
    /// The columns for their values.
    pub value_columns: Vec<Ident>,
    /// Whether rows of nulls stay.
    pub include_nulls: bool,
}

/// One or, with several value columns, a list of columns that become a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnpivotValue {
    /// The columns.
    pub exprs: Vec<Expr>,
    /// What the variable column shows for them.
    pub alias: Option<Ident>,
}

/// Strings read as rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parse {
    /// One column of strings.
    pub input: Relation,
    /// How they are read.
    pub format: ParseFormat,
    /// Columns of the result; inferred without it.
    pub schema: Option<DataType>,
    /// Options of the format.
    pub options: Options,
}

/// How strings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParseFormat {
    /// Comma-separated values.
    Csv,
    /// JSON objects.
    Json,
    /// XML elements.
    Xml,
}

/// A call of a table function by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TableFunction {
    /// The function's name.
    pub name: ObjectName,
    /// Arguments; tables are `SubqueryKind::TableArg`.
    pub args: Vec<Expr>,
    /// `WITH ORDINALITY`: a last column counts the rows.
    pub with_ordinality: bool,
    /// Whether it is read as a stream.
    pub is_streaming: bool,
}
