//! Values where columns are expected.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use flint_sql_spec::{DecimalValue, Expr, Literal};

use super::{CaseWhen, Column};

/// A column, or a value that becomes a constant: what operators and [`lit`](crate::functions::lit)
/// take.
///
/// Text is a string here, never a name. `None` is NULL. Arrays and vectors become arrays. Types are
/// those of Rust: `1` is an `int`, `1i64` a `bigint`, `1.0` a `double`.
///
/// ```
/// use flint_sql::functions::{col, lit};
/// let named = col("name").eq("a");        // compares with the string
/// let same = col("name").eq(col("a"));    // compares with the column
/// let none = lit(None::<i32>);
/// # let _ = (named, same, none);
/// ```
#[derive(Debug, Clone)]
pub struct ColumnOrLiteral(pub(crate) Column);

impl ColumnOrLiteral {
    fn of(literal: Literal) -> ColumnOrLiteral {
        ColumnOrLiteral(Column::of(Expr::literal(literal)))
    }
}

impl From<ColumnOrLiteral> for Column {
    fn from(value: ColumnOrLiteral) -> Column {
        value.0
    }
}

impl From<Column> for ColumnOrLiteral {
    fn from(column: Column) -> ColumnOrLiteral {
        ColumnOrLiteral(column)
    }
}

impl From<&Column> for ColumnOrLiteral {
    fn from(column: &Column) -> ColumnOrLiteral {
        ColumnOrLiteral(column.clone())
    }
}

impl From<CaseWhen> for ColumnOrLiteral {
    fn from(case: CaseWhen) -> ColumnOrLiteral {
        ColumnOrLiteral(case.into())
    }
}

macro_rules! literals {
    ($($value:ty),+) => {
        $(impl From<$value> for ColumnOrLiteral {
            fn from(value: $value) -> ColumnOrLiteral {
                ColumnOrLiteral::of(value.into())
            }
        })+
    };
}

literals!(
    bool,
    i8,
    i16,
    i32,
    i64,
    f32,
    f64,
    &str,
    String,
    DecimalValue,
    Literal
);

/// Numbers where a name is expected too are constants, as in PySpark.
macro_rules! numbers {
    ($($value:ty),+) => {
        $(impl From<$value> for Column {
            fn from(value: $value) -> Column {
                ColumnOrLiteral::from(value).0
            }
        })+
    };
}

numbers!(i32, i64, f64);

impl From<&String> for ColumnOrLiteral {
    fn from(text: &String) -> ColumnOrLiteral {
        text.as_str().into()
    }
}

impl From<&[u8]> for ColumnOrLiteral {
    fn from(bytes: &[u8]) -> ColumnOrLiteral {
        ColumnOrLiteral::of(Literal::Binary(Arc::from(bytes)))
    }
}

impl From<NaiveDate> for ColumnOrLiteral {
    fn from(date: NaiveDate) -> ColumnOrLiteral {
        ColumnOrLiteral::of(Literal::Date(date.to_epoch_days()))
    }
}

impl From<NaiveTime> for ColumnOrLiteral {
    /// A `time(6)`; what is below a microsecond is cut off.
    fn from(time: NaiveTime) -> ColumnOrLiteral {
        let since_midnight = time - NaiveTime::MIN;
        let micros = since_midnight.num_microseconds().unwrap_or_default();
        ColumnOrLiteral::of(Literal::Time {
            nanos: micros * 1000,
            precision: 6,
        })
    }
}

impl From<NaiveDateTime> for ColumnOrLiteral {
    /// A `timestamp_ntz`.
    fn from(time: NaiveDateTime) -> ColumnOrLiteral {
        ColumnOrLiteral::of(Literal::TimestampNtz(time.and_utc().timestamp_micros()))
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for ColumnOrLiteral {
    /// A `timestamp`: the instant.
    fn from(time: DateTime<Z>) -> ColumnOrLiteral {
        ColumnOrLiteral::of(Literal::Timestamp(time.timestamp_micros()))
    }
}

impl<T: Into<ColumnOrLiteral>> From<Option<T>> for ColumnOrLiteral {
    fn from(value: Option<T>) -> ColumnOrLiteral {
        value.map_or_else(|| ColumnOrLiteral::of(Literal::NULL), Into::into)
    }
}

impl<T: Into<ColumnOrLiteral>, const N: usize> From<[T; N]> for ColumnOrLiteral {
    fn from(values: [T; N]) -> ColumnOrLiteral {
        array(values.into_iter().map(Into::into))
    }
}

impl<T: Into<ColumnOrLiteral>> From<Vec<T>> for ColumnOrLiteral {
    fn from(values: Vec<T>) -> ColumnOrLiteral {
        array(values.into_iter().map(Into::into))
    }
}

fn array(values: impl Iterator<Item = ColumnOrLiteral>) -> ColumnOrLiteral {
    let mut fault = None;
    let exprs: Vec<Expr> = values
        .map(|value| {
            fault = fault.take().or(value.0.fault);
            value.0.expr
        })
        .collect();
    let expr = Expr::call("array", exprs);
    ColumnOrLiteral(Column { expr, fault })
}
