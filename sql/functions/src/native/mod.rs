//! Functions of the program: closures of Rust over columns, and over the rows of groups.
//!
//! A native function comes with the plan ([`NativeFunction`]); its code is a [`NativeKernel`] or a
//! [`NativeAggregate`]. Code of users may panic: [`guarded`] is the boundary where a panic becomes
//! Spark's `FAILED_EXECUTE_UDF` of that query, with the function's name and types.

mod aggregate;
mod scalar;

pub use aggregate::{NativeAggregate, NativeState, native_aggregate};
pub use scalar::{NativeKernel, native_scalar};

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use flint_sql_spec::{DataType, Ident, NativeFunction, Result, SqlError, condition};

/// What messages say about code of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Its name.
    pub name: Ident,
    /// Types that it takes.
    pub signature: String,
    /// Type that it gives.
    pub result: String,
}

impl Called {
    /// A function as messages say it; `arguments` are the types of a call.
    pub fn of(function: &NativeFunction, arguments: &[DataType]) -> Called {
        let inputs = function.inputs.as_deref().unwrap_or(arguments);
        Called {
            name: function.name.clone(),
            signature: types(inputs),
            result: function.output.simple_string(),
        }
    }

    /// The error that the code failed.
    pub fn failed(&self, reason: &str) -> SqlError {
        SqlError::new(condition::FAILED_EXECUTE_UDF)
            .with("functionName", format!("`{}`", self.name))
            .with("signature", self.signature.clone())
            .with("result", self.result.clone())
            .with("reason", reason)
    }
}

fn types(all: &[DataType]) -> String {
    let names: Vec<String> = all.iter().map(DataType::simple_string).collect();
    names.join(", ")
}

/// Runs code of users: a panic becomes the query's error. What the code leaves half done is dropped
/// with the query.
///
/// # Errors
/// What the code fails with, `FAILED_EXECUTE_UDF` for a panic.
pub fn guarded<T>(called: &Called, code: impl FnOnce() -> Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(outcome) => outcome,
        Err(panic) => Err(called.failed(&message(&*panic))),
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    match panic.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "a panic without a message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_errors_with_their_message() {
        let called = Called {
            name: "f".into(),
            signature: "int".into(),
            result: "int".into(),
        };
        assert_eq!(guarded(&called, || Ok(1)), Ok(1));
        let error = guarded::<()>(&called, || panic!("no {}", "luck")).expect_err("it panics");
        assert_eq!(error.condition().name, "FAILED_EXECUTE_UDF");
        assert_eq!(error.parameter("reason"), Some("no luck"));
    }
}
