//! `assert_true` and `raise_error`: errors that a query asks for.

use arrow::array::{Array, AsArray, new_null_array};
use arrow::datatypes::DataType as ArrowType;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use crate::display::sql_value;
use crate::each::kernel;
use crate::nested::spans;
use crate::scalar::{Kernel, Scalar};

/// The family of errors. They are for rows that are there, so that nothing is computed before.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("assert_true", |_| assert_true()).volatile(),
    Scalar::new("raise_error", |_| raise_error()).volatile(),
];

/// `assert_true(condition, message)`: NULL, or an error where the condition is not true.
fn assert_true() -> Result<Kernel> {
    kernel(|args| {
        let (condition, message) = (args.booleans(0)?, args.strings(1)?);
        for row in 0..args.rows() {
            if condition.get(row) != Some(true) {
                let message = message.get(row).unwrap_or("null");
                return Err(SqlError::new(condition::USER_RAISED_EXCEPTION)
                    .with("errorMessage", message)
                    .into());
            }
        }
        Ok(new_null_array(&ArrowType::Null, args.rows()))
    })
}

/// `raise_error(condition, parameters)`.
fn raise_error() -> Result<Kernel> {
    kernel(|args| {
        if args.rows() == 0 {
            return Ok(new_null_array(&ArrowType::Null, 0));
        }
        let name = args.strings(0)?;
        let maps = args.array(1)?;
        let mut parameters = Vec::new();
        if let (Some(Some(range)), Some(map)) = (spans(&maps).first(), maps.as_map_opt()) {
            let keys = map.keys().as_string::<i32>();
            let values = map.values().as_string_opt::<i32>();
            for at in range.clone() {
                let value = values.filter(|values| values.is_valid(at));
                let value = value.map_or("null", |values| values.value(at));
                parameters.push((keys.value(at).to_owned(), value.to_owned()));
            }
        }
        Err(raised(name.get(0), parameters))
    })
}

/// The error of a condition by its name, if its message takes just these parameters.
fn raised(name: Option<&str>, given: Vec<(String, String)>) -> Raised {
    let shown = name.map_or("null".to_owned(), sql_value);
    let wanted = name.map(str::to_uppercase);
    let known = condition::ALL
        .iter()
        .find(|known| Some(&*known.name) == wanted.as_deref());
    let Some(known) = known else {
        return SqlError::new(condition::USER_RAISED_EXCEPTION_UNKNOWN_ERROR_CLASS)
            .with("errorClass", shown)
            .into();
    };
    let expected = parameters_of(&known.template);
    let mut names: Vec<&str> = given.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    if names != expected {
        let list = |names: &[&str]| names.iter().map(|name| sql_value(name)).collect::<Vec<_>>();
        return SqlError::new(condition::USER_RAISED_EXCEPTION_PARAMETER_MISMATCH)
            .with("errorClass", shown)
            .with("expectedParms", list(&expected).join(","))
            .with("providedParms", list(&names).join(","))
            .into();
    }
    let error = SqlError::new(known.clone());
    let add = |error: SqlError, (name, value)| error.with(name, value);
    given.into_iter().fold::<SqlError, _>(error, add).into()
}

/// The parameters of a message, sorted.
fn parameters_of(template: &str) -> Vec<&str> {
    let parts = template.split('<').skip(1);
    let mut names: Vec<&str> = parts
        .filter_map(|part| Some(part.split_once('>')?.0))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
