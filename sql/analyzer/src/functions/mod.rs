//! Spark's built-in functions and operators: what they take, what they give, how they are called.
//!
//! [`bind`] makes a typed call of a name and arguments. Most functions are rows of tables
//! (`signature`); those whose types hang on more than the class of each argument have code. There is
//! a file for each family, and `registry` puts them together by name.
//!
//! Calls come out as an engine can take them: every argument is there (defaults are filled in) and of
//! the type that the function takes. Functions that others are made of are replaced: `between` by `and`,
//! `nvl` by `coalesce`, `nullif` by `if`, `decode` by `when`, `date_part` by the field's function.
//! `lag`, `lead` and `nth_value` have one more argument, `true`, when nulls are ignored. Dates and
//! intervals are added by functions of their own (`datetime_arithmetic`).

mod aggregate;
mod array;
mod binding;
mod cast;
mod conditional;
mod datetime;
mod datetime_arithmetic;
mod decimal_literal;
mod facts;
mod generator;
mod higher_order;
mod json;
mod limits;
mod map;
mod math;
mod misc;
mod named;
mod native;
mod operator;
mod random;
mod registry;
mod signature;
mod sketch;
mod string;
mod structure;
mod time_window;
mod told;
mod unloaded;
mod variant;
mod vector;
mod window;
mod xpath;

pub use cast::{cast, implicit};
pub(crate) use facts::constant_string;
pub use facts::{
    constant, is_deterministic, is_window, offset_frame, unresolved_routine, window_frame,
};
pub use higher_order::lambda_parameters;
pub(crate) use higher_order::takes_lambdas;
pub(crate) use named::by_position;
pub(crate) use native::{bind_native, same as same_type};
pub(crate) use operator::same_structure;
pub use structure::field;
pub(crate) use structure::field_at;

use flint_sql_spec::{DataType, Origin, Result, SqlError, condition};

use crate::naming;
use crate::resolved::{Expr, SortKey};
use crate::types::Rules;
use binding::Binding;
pub(crate) use binding::{is_constant, ordinal};
pub(crate) use json::constant_argument;
pub(crate) use registry::{Definition, definition};
pub(crate) use signature::Shown;
pub(crate) use string::not_null_array;
pub(crate) use window::sketch as window_sketch;

/// What a function does with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A value for each row.
    Scalar,
    /// A value for each group.
    Aggregate,
    /// A value for each row by the rows of a window; aggregates can be that too.
    Window,
    /// Rows for each row.
    Generator,
}

/// What stands around the arguments of a call.
#[derive(Debug, Clone, Default)]
pub struct Modifiers {
    /// `DISTINCT`.
    pub distinct: bool,
    /// `FILTER (WHERE ..)`.
    pub filter: Option<Expr>,
    /// `WITHIN GROUP (ORDER BY ..)`.
    pub order: Vec<SortKey>,
    /// `IGNORE NULLS` or `RESPECT NULLS`.
    pub ignore_nulls: Option<bool>,
}

/// What a built-in function of that name does with rows; case does not matter.
pub fn class_of(name: &str) -> Option<Class> {
    definition(name).map(|found| found.class())
}

/// The names of all built-in functions and operators, sorted.
pub fn names() -> Vec<&'static str> {
    registry::names()
}

/// Makes a call of a built-in function: arguments are counted, cast to what the function takes, and
/// checked; the call has the type and nullability that Spark gives it.
///
/// `count(*)` comes as `count` of the literal 1.
///
/// # Errors
/// `UNRESOLVED_ROUTINE` for an unknown name, `WRONG_NUM_ARGS`, `DATATYPE_MISMATCH.*`, and those of
/// single functions.
pub fn bind(
    name: &str,
    args: Vec<Expr>,
    modifiers: Modifiers,
    rules: &Rules,
    origin: &Origin,
) -> Result<Expr> {
    let Some(found) = definition(name) else {
        return Err(unresolved_routine(&[name.into()]).at(origin));
    };
    check_modifiers(&found, &modifiers).map_err(|error| error.or_at(origin))?;
    let lower = name.to_lowercase();
    let pair = matches!(lower.as_str(), "nvl" | "ifnull");
    if !found.arity().takes(args.len()) || (pair && args.len() != 2) {
        return Err(wrong_count(name, &found, args.len()).at(origin));
    }
    let binding = Binding {
        name: found.name(),
        alias: found.alias(origin),
        class: found.class(),
        args,
        shown: None,
        modifiers,
        rules,
        origin,
    };
    found
        .bind(binding)
        .map_err(|error| told::as_told(error, found.name(), &lower).or_at(origin))
}

/// A call without arguments and modifiers, of a function that is known to be there.
fn call_in(name: &str, rules: &Rules) -> Expr {
    bind(
        name,
        Vec::new(),
        Modifiers::default(),
        rules,
        &Origin::Unknown,
    )
    .expect("a function of ours without arguments")
}

fn wrong_count(name: &str, found: &Definition, actual: usize) -> SqlError {
    SqlError::new(condition::WRONG_NUM_ARGS_WITHOUT_SUGGESTION)
        .with(
            "functionName",
            flint_sql_spec::quote_part(&name.to_lowercase()),
        )
        .with(
            "expectedNum",
            told::count(&name.to_lowercase()).map_or_else(|| found.arity().text(), str::to_owned),
        )
        .with("actualNum", actual.to_string())
        .with("docroot", "https://spark.apache.org/docs/latest")
}

/// Only aggregates are distinct or filtered, and only some functions can leave nulls out.
fn check_modifiers(found: &Definition, modifiers: &Modifiers) -> Result<()> {
    let refuse = |syntax: &str| {
        Err(
            SqlError::new(condition::INVALID_SQL_SYNTAX_FUNCTION_WITH_UNSUPPORTED_SYNTAX)
                .with("prettyName", format!("`{}`", found.name()))
                .with("syntax", syntax),
        )
    };
    if found.class() != Class::Aggregate {
        if modifiers.distinct {
            return refuse("DISTINCT");
        }
        if modifiers.filter.is_some() {
            return refuse("FILTER CLAUSE");
        }
    }
    let orders = matches!(
        found.name(),
        "listagg" | "percentile_cont" | "percentile_disc" | "mode"
    );
    if !modifiers.order.is_empty() && !orders {
        return refuse("WITHIN GROUP (ORDER BY ...)");
    }
    if let Some(filter) = &modifiers.filter
        && *filter.data_type() != DataType::Boolean
    {
        return Err(
            SqlError::new(condition::INVALID_AGGREGATE_FILTER_NOT_BOOLEAN)
                .with("filterExpr", naming::quoted(filter)),
        );
    }
    let knows_nulls = matches!(
        found.name(),
        "first"
            | "last"
            | "any_value"
            | "first_value"
            | "last_value"
            | "nth_value"
            | "lag"
            | "lead"
            | "collect_list"
            | "collect_set"
    );
    if modifiers.ignore_nulls == Some(true) && !knows_nulls {
        return refuse("IGNORE NULLS");
    }
    Ok(())
}
