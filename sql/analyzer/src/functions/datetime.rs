//! Dates, timestamps and intervals.

use flint_sql_spec::{CastMode, DataType, DayTimeField, Literal, Result, SqlError, condition};

use super::binding::{Binding, cast_to, constant_text};
use super::signature::{Arity, Family, Fill, Nulls, Output, Signature, Special, alias, hidden};
use crate::naming;
use crate::resolved::{Cast, Expr, ExprKind};
use crate::types::{Accept, Basic};

const DATE: Accept = Accept::Is(Basic::Date);
const TS: Accept = Accept::Is(Basic::Timestamp);
const NTZ: Accept = Accept::Is(Basic::TimestampNtz);
/// Times of day.
const CLOCK: Accept = Accept::Is(Basic::Time);
const I: Accept = Accept::Is(Basic::Integer);
const L: Accept = Accept::Is(Basic::Long);
const S: Accept = Accept::Is(Basic::String);
const SECONDS: Accept = Accept::Is(Basic::Decimal(18, 6));
/// Counts of days.
pub(super) const SMALL: Accept =
    Accept::AnyOf(&[I, Accept::Is(Basic::Short), Accept::Is(Basic::Byte)]);
const PARSED: Accept = Accept::AnyOf(&[S, DATE, TS, NTZ]);
const INT: Output = Output::Is(Basic::Integer);
const LONG: Output = Output::Is(Basic::Long);
const TEXT: Output = Output::Is(Basic::String);
const DAY: Output = Output::Is(Basic::Date);
const TIME: Output = Output::Is(Basic::Timestamp);
const PATTERN: Fill = Fill::Text("yyyy-MM-dd HH:mm:ss");

const fn of_date(name: &'static str) -> Signature {
    Signature::new(name, &[DATE], INT)
}

const fn of_timestamp(name: &'static str) -> Signature {
    Signature::new(name, &[Accept::AnyTimestamp], INT)
}

/// Functions that fail on bad input in ANSI mode, and give NULL otherwise.
const fn fallible(name: &'static str, inputs: &'static [Accept], output: Output) -> Signature {
    Signature::new(name, inputs, output).nulls(Nulls::By(null_in_legacy))
}

/// Text may be no timestamp; a number is one.
fn null_unless_number(binding: &Binding<'_>) -> bool {
    !binding.args[0].data_type().is_numeric() || binding.args[0].nullable()
}

fn null_in_legacy(binding: &Binding<'_>) -> bool {
    !binding.rules.ansi || binding.any_nullable()
}

pub(super) const FAMILY: Family = Family {
    table: &[
        of_date("year"),
        of_date("quarter"),
        of_date("month"),
        of_date("day"),
        of_date("dayofmonth"),
        of_date("dayofweek"),
        of_date("dayofyear"),
        of_date("weekday"),
        of_date("weekofyear"),
        of_date("unix_date").strict(),
        Signature::new("dayname", &[DATE], TEXT),
        Signature::new("monthname", &[DATE], TEXT),
        Signature::new("datediff", &[DATE, DATE], INT),
        Signature::new("add_months", &[DATE, I], DAY),
        Signature::new(
            "months_between",
            &[TS, TS, Accept::Is(Basic::Boolean)],
            Output::Is(Basic::Double),
        )
        .or(&[Fill::Bool(true)]),
        Signature::new("last_day", &[DATE], DAY),
        fallible("next_day", &[DATE, S], DAY).always_null(),
        Signature::new("trunc", &[DATE, S], DAY).always_null(),
        Signature::new("date_trunc", &[S, Accept::AnyTimestamp], Output::Arg(1)).always_null(),
        Signature::new("date_format", &[Accept::AnyOf(&[TS, CLOCK]), S], TEXT),
        Signature::new("date_from_unix_date", &[I], DAY),
        Signature::new("timestamp_seconds", &[Accept::Numeric], TIME).strict(),
        Signature::new("timestamp_millis", &[Accept::Integral], TIME),
        Signature::new("timestamp_micros", &[Accept::Integral], TIME),
        Signature::new("unix_seconds", &[Accept::AnyTimestamp], LONG).strict(),
        Signature::new("unix_millis", &[Accept::AnyTimestamp], LONG).strict(),
        Signature::new("unix_micros", &[Accept::AnyTimestamp], LONG).strict(),
        Signature::new("from_unixtime", &[L, S], TEXT)
            .or(&[PATTERN])
            .always_null(),
        fallible("unix_timestamp", &[PARSED, S], LONG)
            .or(&[Fill::Call("current_timestamp"), PATTERN])
            .strict(),
        fallible("to_unix_timestamp", &[PARSED, S], LONG)
            .or(&[PATTERN])
            .strict(),
        fallible("to_date", &[PARSED, S], DAY)
            .optional(1)
            .always_null(),
        fallible("try_to_date", &[PARSED, S], DAY)
            .optional(1)
            .always_null(),
        fallible(
            "to_timestamp",
            &[Accept::AnyOf(&[S, DATE, TS, NTZ, Accept::Numeric]), S],
            Output::Timestamp,
        )
        .optional(1)
        .nulls(Nulls::By(null_unless_number)),
        fallible(
            "to_timestamp_ltz",
            &[Accept::AnyOf(&[S, DATE, TS, NTZ, Accept::Numeric]), S],
            TIME,
        )
        .optional(1)
        .nulls(Nulls::By(null_unless_number)),
        fallible(
            "to_timestamp_ntz",
            &[PARSED, S],
            Output::Is(Basic::TimestampNtz),
        )
        .optional(1)
        .always_null(),
        fallible(
            "try_to_timestamp",
            &[Accept::AnyOf(&[S, DATE, TS, NTZ, Accept::Numeric]), S],
            Output::Timestamp,
        )
        .optional(1)
        .always_null(),
        fallible("make_date", &[I, I, I], DAY),
        fallible(
            "make_interval",
            &[I, I, I, I, I, I, SECONDS],
            Output::Is(Basic::CalendarInterval),
        )
        .or(&[
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Seconds,
        ]),
        fallible(
            "try_make_interval",
            &[I, I, I, I, I, I, SECONDS],
            Output::Is(Basic::CalendarInterval),
        )
        .or(&[
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Int(0),
            Fill::Seconds,
        ])
        .always_null(),
        Signature::new(
            "make_dt_interval",
            &[I, I, I, SECONDS],
            Output::Is(Basic::DayTimeInterval),
        )
        .or(&[Fill::Int(0), Fill::Int(0), Fill::Int(0), Fill::Seconds]),
        Signature::new(
            "make_ym_interval",
            &[I, I],
            Output::Is(Basic::YearMonthInterval),
        )
        .or(&[Fill::Int(0), Fill::Int(0)]),
        Signature::new("from_utc_timestamp", &[TS, S], TIME),
        Signature::new("to_utc_timestamp", &[TS, S], TIME),
        Signature::new("current_date", &[], DAY),
        Signature::new("current_timestamp", &[], TIME),
        Signature::new("localtimestamp", &[], Output::Is(Basic::TimestampNtz)),
        Signature::new("current_timezone", &[], TEXT),
    ],
    special: &[
        Special::new("date_part", Arity::Between(2, 2), date_part),
        Special::new("extract", Arity::Between(2, 2), date_part),
        Special::new("date_add", Arity::Between(2, 2), add_days),
        Special::new("date_sub", Arity::Between(2, 2), add_days),
        Special::new("hour", Arity::Between(1, 1), of_clock),
        Special::new("minute", Arity::Between(1, 1), of_clock),
        Special::new("second", Arity::Between(1, 1), of_clock),
        Special::new("current_time", Arity::Between(0, 1), current_time),
        Special::new("make_time", Arity::Between(3, 3), of_time),
        Special::new("time_diff", Arity::Between(3, 3), of_time),
        Special::new("time_from_micros", Arity::Between(1, 1), of_time),
        Special::new("time_from_millis", Arity::Between(1, 1), of_time),
        Special::new("time_from_seconds", Arity::Between(1, 1), of_time),
        Special::new("time_to_micros", Arity::Between(1, 1), of_time),
        Special::new("time_to_millis", Arity::Between(1, 1), of_time),
        Special::new("time_to_seconds", Arity::Between(1, 1), of_time),
        Special::new("time_trunc", Arity::Between(2, 2), of_time),
        Special::new("to_time", Arity::Between(1, 2), of_time),
        Special::new("try_to_time", Arity::Between(1, 2), of_time),
        Special::new("make_timestamp", Arity::Of(&[1, 2, 3, 6, 7]), made),
        Special::new("make_timestamp_ltz", Arity::Of(&[2, 3, 6, 7]), made),
        Special::new("make_timestamp_ntz", Arity::Of(&[2, 6]), made),
        Special::new("try_make_timestamp", Arity::Of(&[1, 2, 3, 6, 7]), made),
        Special::new("try_make_timestamp_ltz", Arity::Of(&[2, 3, 6, 7]), made),
        Special::new("try_make_timestamp_ntz", Arity::Of(&[2, 6]), made),
        Special::new("time_bucket", Arity::Between(2, 3), time_bucket),
        Special::new("timestampadd", Arity::Between(3, 3), timestampadd),
        Special::new("timestampdiff", Arity::Between(3, 3), timestampdiff),
        Special::new("convert_timezone", Arity::Between(2, 3), convert_timezone),
    ],
    aliases: &[
        alias("date_diff", "datediff"),
        hidden("dateadd", "date_add"),
        alias("now", "current_timestamp"),
        alias("curdate", "current_date"),
        alias("datepart", "date_part"),
        hidden("timediff", "timestampdiff"),
    ],
};

/// The function that gives a field of a date, timestamp or interval, and its type.
fn field_function(field: &str, source: &DataType) -> Option<(&'static str, DataType)> {
    let seconds = DataType::Decimal {
        precision: 8,
        scale: 6,
    };
    let field = field.to_ascii_uppercase();
    if let DataType::YearMonthInterval(_)
    | DataType::CalendarInterval
    | DataType::DayTimeInterval(_) = source
    {
        return interval_field(&field, source);
    }
    Some(match &*field {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" => ("year", DataType::Integer),
        "YEAROFWEEK" => ("yearofweek", DataType::Integer),
        "QUARTER" | "QTR" => ("quarter", DataType::Integer),
        "MONTH" | "MON" | "MONS" | "MONTHS" => ("month", DataType::Integer),
        "WEEK" | "W" | "WEEKS" => ("weekofyear", DataType::Integer),
        "DAY" | "D" | "DAYS" => ("dayofmonth", DataType::Integer),
        "DAYOFWEEK" | "DOW" => ("dayofweek", DataType::Integer),
        "DAYOFWEEK_ISO" | "DOW_ISO" => ("dayofweek_iso", DataType::Integer),
        "DOY" => ("dayofyear", DataType::Integer),
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" => ("hour", DataType::Integer),
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" => ("minute", DataType::Integer),
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" => ("secondwithfraction", seconds),
        _ => return None,
    })
}

fn interval_field(field: &str, source: &DataType) -> Option<(&'static str, DataType)> {
    let seconds = DataType::Decimal {
        precision: 8,
        scale: 6,
    };
    let months = !matches!(source, DataType::DayTimeInterval(_));
    let times = !matches!(source, DataType::YearMonthInterval(_));
    let has = |wanted: DayTimeField| match source {
        DataType::DayTimeInterval(range) => range.start <= wanted && wanted <= range.end,
        _ => true,
    };
    Some(match field {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" if months => ("interval_year", DataType::Integer),
        "MONTH" | "MON" | "MONS" | "MONTHS" if months => ("interval_month", DataType::Byte),
        "DAY" | "D" | "DAYS" if times && has(DayTimeField::Day) => {
            ("interval_day", DataType::Integer)
        }
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" if times && has(DayTimeField::Hour) => {
            ("interval_hour", DataType::Byte)
        }
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" if times && has(DayTimeField::Minute) => {
            ("interval_minute", DataType::Byte)
        }
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" if times && has(DayTimeField::Second) => {
            ("interval_second", seconds)
        }
        _ => return None,
    })
}

/// `extract(field FROM source)` and its function forms: a call of the field's own function.
fn date_part(binding: Binding<'_>) -> Result<Expr> {
    let name = binding.alias.unwrap_or(binding.name);
    if super::constant(&binding.args[0]).is_some_and(|field| field.is_null()) {
        let null = cast_to(&binding.args[0], &DataType::Double, binding.rules);
        let call = binding.replaced_by("coalesce", vec![null]);
        return Ok(call.finish(DataType::Double, true));
    }
    let field = match constant_text(&binding.args[0]) {
        Some(field) => field.to_owned(),
        None => {
            return Err(SqlError::new(condition::NON_FOLDABLE_ARGUMENT)
                .with("funcName", format!("`{name}`"))
                .with("paramName", "`field`")
                .with("paramType", "\"STRING\"")
                .at(binding.origin));
        }
    };
    let source = binding.args[1].clone();
    let Some((function, data_type)) = field_function(&field, source.data_type()) else {
        return Err(SqlError::new(condition::INVALID_EXTRACT_FIELD)
            .with("field", format!("`{field}`"))
            .with("expr", naming::quoted(&source))
            .at(binding.origin));
    };
    if let DataType::Time(_) = source.data_type() {
        return of_time(binding);
    }
    let mut call = binding.replaced_by(function, vec![source]);
    let accept = match function {
        "hour" | "minute" | "secondwithfraction" => Some(Accept::AnyTimestamp),
        interval if interval.starts_with("interval") => None,
        _ => Some(DATE),
    };
    if let Some(accept) = accept {
        // Errors are about the function of the field.
        let mut plain = binding.other(function, call.args.clone());
        plain.need(0, &accept)?;
        call.args = plain.args;
    }
    let nullable = call.any_nullable();
    Ok(call.finish(data_type, nullable))
}

/// A day some days later or earlier. Only small whole numbers are days.
pub(super) fn add_days(mut binding: Binding<'_>) -> Result<Expr> {
    if let DataType::Time(_) = binding.args[0].data_type() {
        return Err(binding.unexpected(0, &DATE.sql()));
    }
    binding.need(0, &DATE)?;
    let days = binding.args[1].data_type();
    let text_in_ansi = binding.rules.ansi && days.is_string();
    if *days == DataType::Null || text_in_ansi {
        binding.cast(1, &DataType::Integer);
    }
    if !SMALL.accepts(binding.args[1].data_type()) {
        return Err(binding.unexpected(1, &SMALL.sql()));
    }
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Date, nullable))
}

/// `timestampadd(unit, count, time)`; the unit comes as a string.
fn timestampadd(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &S)?;
    binding.need(1, &L)?;
    binding.need(2, &Accept::AnyTimestamp)?;
    let (data_type, nullable) = (binding.type_of(2), binding.any_nullable());
    Ok(binding.finish(data_type, nullable))
}

/// `timestampdiff(unit, from, to)`: whole units between two times.
fn timestampdiff(mut binding: Binding<'_>) -> Result<Expr> {
    binding.need(0, &S)?;
    binding.need(1, &Accept::AnyTimestamp)?;
    binding.need(2, &Accept::AnyTimestamp)?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::Long, nullable))
}

fn convert_timezone(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() == 2 {
        let zone = super::call_in("current_timezone", binding.rules);
        binding.args.insert(0, zone);
    }
    binding.need(0, &S)?;
    binding.need(1, &S)?;
    binding.need(2, &NTZ)?;
    let nullable = binding.any_nullable();
    Ok(binding.finish(DataType::TimestampNtz, nullable))
}

/// Functions of times of day. Spark has them only with a setting that is off, and so not at all for us.
fn of_time(binding: Binding<'_>) -> Result<Expr> {
    Err(SqlError::new(condition::UNSUPPORTED_TIME_TYPE).at(binding.origin))
}

/// A field of a clock.
fn of_clock(binding: Binding<'_>) -> Result<Expr> {
    if let DataType::Time(_) = binding.args[0].data_type() {
        return of_time(binding);
    }
    of_timestamp(binding.name).bind(binding)
}

/// The time of day at which the query began, with so many digits of the second.
fn current_time(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.is_empty() {
        binding.args.push(Expr::literal(6.into()));
    }
    binding.need(0, &I)?;
    binding.need_constant(0, "precision", "\"INT\"")?;
    let digits = super::string::constant_at(&binding, 0)
        .and_then(|digits| u8::try_from(digits).ok())
        .filter(|digits| *digits <= 6);
    match digits {
        Some(digits) => Ok(binding.finish(DataType::Time(digits), false)),
        None => Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "`precision`")
            .with("valueRange", "[0, 6]")
            .with("currentValue", naming::sql(&binding.args[0]))),
    }
}

/// A timestamp of its parts, or of a date and perhaps a time; with or without a zone.
fn made(mut binding: Binding<'_>) -> Result<Expr> {
    if binding.args.len() <= 3 {
        return made_of_date(binding);
    }
    // Names do not show the zone of this one.
    if binding.name == "try_make_timestamp" {
        binding.shown = Some(binding.args.iter().take(6).cloned().collect());
    }
    const PARTS: &[Accept] = &[I, I, I, I, I, Accept::Is(Basic::Decimal(16, 6)), S];
    let (plain, zoned) = (&PARTS[..6], PARTS);
    let inputs = if binding.args.len() == 6 {
        plain
    } else {
        zoned
    };
    let signature = fallible(binding.name, inputs, made_type(binding.name));
    if binding.name.starts_with("try_") {
        signature.always_null().bind(binding)
    } else {
        signature.bind(binding)
    }
}

fn made_type(name: &str) -> Output {
    match name {
        "make_timestamp_ltz" | "try_make_timestamp_ltz" => TIME,
        "make_timestamp_ntz" | "try_make_timestamp_ntz" => Output::Is(Basic::TimestampNtz),
        _ => Output::Timestamp,
    }
}

/// Names of columns show what Spark replaces the functions by.
fn made_of_date(binding: Binding<'_>) -> Result<Expr> {
    const INPUTS: &[Accept] = &[DATE, CLOCK, S];
    let (name, args) = (binding.name, binding.args.clone());
    let inputs = &INPUTS[..args.len()];
    let signature = fallible(name, inputs, made_type(name));
    let call = binding.other(name, args);
    let call = match name {
        "make_timestamp_ltz" | "try_make_timestamp_ltz" => Binding {
            alias: Some("make_timestamp"),
            ..call
        },
        "try_make_timestamp_ntz" => {
            let inner = call.other("make_timestamp_ntz", call.args.clone());
            let shown = inner.finish(DataType::TimestampNtz, true);
            Binding {
                shown: Some(vec![shown]),
                ..call
            }
        }
        _ => call,
    };
    if name.starts_with("try_") {
        signature.always_null().bind(call)
    } else {
        signature.bind(call)
    }
}

/// `time_bucket(width, time[, origin])`: widths are constants above zero, buckets begin with 1970.
fn time_bucket(mut binding: Binding<'_>) -> Result<Expr> {
    const WIDTH: Accept = Accept::AnyOf(&[
        Accept::Is(Basic::DayTimeInterval),
        Accept::Is(Basic::YearMonthInterval),
    ]);
    for at in 1..binding.args.len() {
        if *binding.args[at].data_type() == DataType::Null {
            binding.cast(at, &DataType::Timestamp);
        }
    }
    if binding.args.len() == 2 {
        let origin = match binding.args[1].data_type() {
            DataType::TimestampNtz => Expr::literal(Literal::TimestampNtz(0)),
            _ => start_of_1970(),
        };
        binding.args.push(origin);
    }
    binding.need(0, &WIDTH)?;
    for at in 1..3 {
        if !Accept::AnyTimestamp.accepts(binding.args[at].data_type()) {
            return Err(binding.unexpected(at, &Accept::AnyTimestamp.sql()));
        }
    }
    let width = match binding.args[0].as_literal() {
        Some(Literal::DayTimeInterval { micros, .. }) => *micros,
        Some(Literal::YearMonthInterval { months, .. }) => i64::from(*months),
        _ => 1,
    };
    if width <= 0 {
        return Err(binding
            .mismatch(condition::DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE)
            .with("exprName", "`bucketSize`")
            .with("valueRange", "(0, inf)")
            .with("currentValue", naming::sql(&binding.args[0])));
    }
    let (data_type, nullable) = (binding.type_of(1), binding.any_nullable());
    Ok(binding.finish(data_type, nullable))
}

/// `TIMESTAMP '1970-01-01 00:00:00'` in the session's zone.
fn start_of_1970() -> Expr {
    let cast = Cast {
        expr: Expr::literal(Literal::String("1970-01-01 00:00:00".into())),
        mode: CastMode::Ansi,
        implicit: false,
        literal: true,
    };
    Expr::new(ExprKind::Cast(cast), DataType::Timestamp, false)
}
