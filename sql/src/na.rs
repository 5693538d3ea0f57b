//! [`DataFrameNaFunctions`]: nulls and values left out or replaced.

use flint_sql_spec::{
    DropNa, FillNa, Ident, Literal, RelationKind, ReplaceNa, SqlError, condition,
};

use crate::column::ApiCall;
use crate::dataframe::{DataFrame, IntoNames};

/// Methods for nulls, of [`DataFrame::na`].
///
/// ```
/// # fn example(df: flint_sql::DataFrame) {
/// let clean = df.na().drop("any", ["name"]).na().fill(0, "age");
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DataFrameNaFunctions<'a> {
    frame: &'a DataFrame,
}

impl<'a> DataFrameNaFunctions<'a> {
    pub(crate) fn new(frame: &'a DataFrame) -> Self {
        DataFrameNaFunctions { frame }
    }

    /// The rows that have no null (`"any"`), or not only nulls (`"all"`), in the named columns; in
    /// all columns for `()`. NaN counts as null.
    #[track_caller]
    pub fn drop(&self, how: &str, columns: impl IntoNames) -> DataFrame {
        let mut call = ApiCall::of("drop");
        let min_non_nulls = match how {
            "any" => None,
            "all" => Some(1),
            _ => {
                call.refuse(
                    SqlError::new(condition::VALUE_NOT_ANY_OR_ALL)
                        .with("arg_name", "how")
                        .with("arg_value", how),
                );
                None
            }
        };
        self.dropped(call, min_non_nulls, columns)
    }

    /// The rows with at least so many values that are neither null nor NaN in the named columns.
    #[track_caller]
    pub fn drop_with(&self, min_non_nulls: i32, columns: impl IntoNames) -> DataFrame {
        self.dropped(ApiCall::of("drop"), Some(min_non_nulls), columns)
    }

    fn dropped(
        &self,
        call: ApiCall,
        min_non_nulls: Option<i32>,
        columns: impl IntoNames,
    ) -> DataFrame {
        let kind = RelationKind::DropNa(DropNa {
            input: self.frame.relation().clone(),
            columns: columns.into_names(),
            min_non_nulls,
        });
        self.frame.derive(call, kind)
    }

    /// A value in place of nulls in the named columns that have its type; in all such for `()`. A
    /// number stands in place of NaN too.
    #[track_caller]
    pub fn fill(&self, value: impl Into<Literal>, columns: impl IntoNames) -> DataFrame {
        let call = ApiCall::of("fill");
        self.filled(call, columns.into_names(), vec![value.into()])
    }

    /// A value of its own in place of nulls in each of the named columns.
    #[track_caller]
    pub fn fill_with<N: AsRef<str>, V: Into<Literal>>(
        &self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> DataFrame {
        let mut call = ApiCall::of("fill");
        let (mut columns, mut constants) = (Vec::new(), Vec::new());
        for (name, value) in values {
            columns.push(Ident::from(name.as_ref()));
            constants.push(value.into());
        }
        if columns.is_empty() {
            call.refuse(SqlError::new(condition::CANNOT_BE_EMPTY).with("item", "value"));
        }
        self.filled(call, columns, constants)
    }

    fn filled(&self, call: ApiCall, columns: Vec<Ident>, values: Vec<Literal>) -> DataFrame {
        let kind = RelationKind::FillNa(FillNa {
            input: self.frame.relation().clone(),
            columns,
            values,
        });
        self.frame.derive(call, kind)
    }

    /// Values replaced by others in the named columns that have their type; in all such for `()`.
    /// Numbers are compared as doubles.
    #[track_caller]
    pub fn replace<A: Into<Literal>, B: Into<Literal>>(
        &self,
        replacements: impl IntoIterator<Item = (A, B)>,
        columns: impl IntoNames,
    ) -> DataFrame {
        let replacements = replacements.into_iter();
        let kind = RelationKind::ReplaceNa(ReplaceNa {
            input: self.frame.relation().clone(),
            columns: columns.into_names(),
            replacements: replacements
                .map(|(old, new)| (as_double(old.into()), as_double(new.into())))
                .collect(),
        });
        self.frame.derive(ApiCall::of("replace"), kind)
    }
}

/// Numbers as doubles, as PySpark sends them.
fn as_double(value: Literal) -> Literal {
    match value {
        Literal::Byte(n) => f64::from(n).into(),
        Literal::Short(n) => f64::from(n).into(),
        Literal::Integer(n) => f64::from(n).into(),
        Literal::Long(n) => (n as f64).into(),
        other => other,
    }
}
