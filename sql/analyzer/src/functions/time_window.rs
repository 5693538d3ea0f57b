//! `window`, `session_window` and `window_time`: windows of time that rows are in.
//!
//! A call of `session_window` is a time and the gap behind it, before rows are merged.
//! A call of `window` is the first window of a time, with its lengths as microseconds; `relation` makes
//! rows of the others. As in Spark's `TimeWindow`, lengths are written out as numbers or texts.

use flint_sql_spec::{CastMode, DataType, Literal, Result, SqlError, StructField, condition};

use super::binding::Binding;
use super::signature::{Arity, Family, Special};
use crate::resolved::{Cast, Expr, ExprKind};
use crate::types::implicit_cast;

pub(super) const FAMILY: Family = Family {
    table: &[],
    special: &[
        Special::new("window", Arity::Between(2, 4), window),
        Special::new("session_window", Arity::Between(2, 2), session_window),
        Special::new("window_time", Arity::Between(1, 1), window_time),
    ],
    aliases: &[],
};

/// The type of times in a window's struct, if the type is one's.
fn time_of_window(data_type: &DataType) -> Option<&DataType> {
    match data_type.as_struct()?.fields() {
        [start, end] if &*start.name == "start" && &*end.name == "end" => {
            let times = is_time(&start.data_type) && start.data_type == end.data_type;
            times.then_some(&end.data_type)
        }
        _ => None,
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp | DataType::TimestampNtz)
}

const WINDOWS: &str = "\"STRUCT<start: TIMESTAMP, end: TIMESTAMP>\" or \"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\"";

fn window(mut binding: Binding<'_>) -> Result<Expr> {
    let lengths: Result<Vec<i64>> = binding.args[1..].iter().map(micros).collect();
    let mut lengths = lengths.map_err(|error| error.or_at(binding.origin))?;
    if lengths.len() == 1 {
        lengths.push(lengths[0]);
    }
    lengths.resize(3, 0);
    binding.args.truncate(1);
    let literals = lengths
        .iter()
        .map(|micros| Expr::literal(Literal::Long(*micros)));
    binding.args.extend(literals);
    need_time(&mut binding)?;
    check(&binding, lengths[0], lengths[1], lengths[2])?;
    let nullable = binding.args[0].nullable();
    let row = row_of(binding.type_of(0));
    Ok(binding.finish(row, nullable))
}

/// What a window is: from a time on, up to another one.
fn row_of(time: DataType) -> DataType {
    let field = |name| StructField::new(name, time.clone(), true);
    DataType::structure([field("start"), field("end")])
}

/// `session_window(time, gap)`: the gap is an interval, or a text of one, which may differ from row to
/// row.
fn session_window(mut binding: Binding<'_>) -> Result<Expr> {
    need_time(&mut binding)?;
    match binding.type_of(1) {
        DataType::CalendarInterval => {}
        text if text.is_string() => {
            let cast = Cast {
                expr: binding.args[1].clone(),
                mode: CastMode::Try,
                implicit: true,
                literal: false,
            };
            let kind = ExprKind::Cast(cast);
            binding.args[1] = Expr::new(kind, DataType::CalendarInterval, true);
        }
        other => {
            return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1040)
                .with("dt", other.simple_string())
                .at(binding.origin));
        }
    }
    let row = row_of(binding.type_of(0));
    Ok(binding.finish(row, false))
}

/// The first argument is a time, or a window, whose last moment counts.
fn need_time(binding: &mut Binding<'_>) -> Result<()> {
    let given = binding.type_of(0);
    if let Some(time) = time_of_window(&given) {
        let nullable = binding.args[0].nullable();
        let end = binding.other("window_time", vec![binding.args[0].clone()]);
        binding.args[0] = end.finish(time.clone(), nullable);
    } else if !is_time(&given) {
        match implicit_cast(&given, &crate::types::Accept::AnyTimestamp, binding.rules) {
            Some(to) => binding.cast(0, &to),
            None => {
                let times = "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)";
                return Err(binding.unexpected(0, &format!("(\"{times}\" or {WINDOWS})")));
            }
        }
    }
    Ok(())
}

/// A length in microseconds.
fn micros(arg: &Expr) -> Result<i64> {
    match arg.as_literal() {
        Some(Literal::Integer(micros)) => Ok((*micros).into()),
        Some(Literal::Long(micros)) => Ok(*micros),
        Some(Literal::String(text)) => {
            let (months, micros) = flint_sql_parser::parse_interval(text)?;
            if months != 0 {
                return Err(SqlError::new(condition::LEGACY_ERROR_TEMP_3231)
                    .with("interval", text.to_string()));
            }
            i64::try_from(micros).map_err(|_| {
                SqlError::new(condition::CANNOT_PARSE_INTERVAL)
                    .with("intervalString", format!("'{text}'"))
            })
        }
        _ => Err(SqlError::new(condition::LEGACY_ERROR_TEMP_1207)),
    }
}

fn check(binding: &Binding<'_>, duration: i64, slide: i64, start: i64) -> Result<()> {
    for (name, micros) in [("window_duration", duration), ("slide_duration", slide)] {
        if micros <= 0 {
            return Err(binding
                .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
                .with("exprName", format!("`{name}`"))
                .with("valueRange", format!("(0, {}]", i64::MAX))
                .with("currentValue", format!("{micros}L")));
        }
    }
    let violated = |left: (&str, i64), constraint: &str, right: (&str, i64)| {
        binding
            .mismatch(condition::DATATYPE_MISMATCH_PARAMETER_CONSTRAINT_VIOLATION)
            .with("leftExprName", format!("`{}`", left.0))
            .with("leftExprValue", format!("{}L", left.1))
            .with("constraint", constraint)
            .with("rightExprName", format!("`{}`", right.0))
            .with("rightExprValue", format!("{}L", right.1))
    };
    if slide > duration {
        let (left, right) = (("slide_duration", slide), ("window_duration", duration));
        return Err(violated(left, "<=", right));
    }
    let offset = start.saturating_abs();
    if offset >= slide {
        let (left, right) = (("abs(start_time)", offset), ("slide_duration", slide));
        return Err(violated(left, "<", right));
    }
    Ok(())
}

/// The last microsecond of a window.
fn window_time(binding: Binding<'_>) -> Result<Expr> {
    let given = binding.type_of(0);
    match time_of_window(&given) {
        Some(time) => {
            let nullable = binding.args[0].nullable();
            Ok(binding.finish(time.clone(), nullable))
        }
        None => Err(binding.unexpected(0, "\"STRUCT\"")),
    }
}
