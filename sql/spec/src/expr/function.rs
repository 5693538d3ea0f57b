//! Calls of functions by name.

use serde::{Deserialize, Serialize};

use super::{Expr, SortOrder};
use crate::{Ident, ObjectName};

/// A call of a function or operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunctionCall {
    /// The function's name.
    pub name: ObjectName,
    /// Arguments, in order; named ones are `ExprKind::NamedArgument`.
    pub args: Vec<Expr>,
    /// `DISTINCT` before the arguments.
    pub distinct: bool,
    /// Whether a client says that the function is the user's.
    pub user_defined: bool,
    /// Whether the name is of the engine's own functions, hidden from users. `None`: not told.
    pub internal: Option<bool>,
    /// `FILTER (WHERE ..)`.
    pub filter: Option<Expr>,
    /// `IGNORE NULLS` or `RESPECT NULLS`.
    pub nulls: Option<NullTreatment>,
    /// `WITHIN GROUP (ORDER BY ..)`; empty when not written.
    pub within_group: Vec<SortOrder>,
}

/// What a function does with nulls among its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NullTreatment {
    /// Skips them.
    Ignore,
    /// Takes them as values.
    Respect,
}

/// A call by a name in text form, to be parsed and found as SQL would.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallFunction {
    /// The name as SQL text, such as `db.f`.
    pub name: Ident,
    /// The arguments.
    pub args: Vec<Expr>,
}

impl FunctionCall {
    /// A call without any of the clauses.
    pub fn new(name: ObjectName, args: impl IntoIterator<Item = Expr>) -> FunctionCall {
        FunctionCall {
            name,
            args: args.into_iter().collect(),
            distinct: false,
            user_defined: false,
            internal: None,
            filter: None,
            nulls: None,
            within_group: Vec::new(),
        }
    }

    /// Whether this calls `name`, in any case and unqualified, without any of the clauses.
    pub fn is(&self, name: &str) -> bool {
        let plain = !self.distinct
            && self.filter.is_none()
            && self.nulls.is_none()
            && self.within_group.is_empty();
        plain && matches!(self.name.parts(), Some([only]) if only.eq_ignore_ascii_case(name))
    }
}
