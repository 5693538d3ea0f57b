//! Expressions of the golden files, without a parser.

use std::collections::HashMap;

use flint_sql_analyzer::functions::{self, Modifiers};
use flint_sql_analyzer::resolved::{Attribute, ColumnId, Expr};
use flint_sql_analyzer::types::Rules;
use flint_sql_spec::{
    CastMode, DataType, DayTimeField, DayTimeRange, DecimalValue, Literal, Origin, Result,
    YearMonthField, YearMonthRange,
};
use serde_json::Value;

/// The columns of the table `t`.
pub(super) struct Table(HashMap<String, Attribute>);

/// The call with a column in the place of `?`.
pub(super) fn with_column(tree: &Value, column: &str) -> Value {
    match tree {
        Value::String(text) if text == "?" => {
            if column == "NULL" {
                serde_json::json!({"lit": ["null", ""]})
            } else {
                column.into()
            }
        }
        Value::Array(parts) => parts
            .iter()
            .map(|part| with_column(part, column))
            .map(null)
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, part)| (name.clone(), with_column(part, column)))
            .collect(),
        other => other.clone(),
    }
}

fn null(tree: Value) -> Value {
    if tree == "NULL" {
        serde_json::json!({"lit": ["null", ""]})
    } else {
        tree
    }
}

impl Table {
    pub(super) fn read(json: &str) -> Table {
        let schema = DataType::from_json(json).expect("a schema");
        let fields = schema.as_struct().expect("a struct");
        let columns = fields.iter().enumerate().map(|(at, field)| {
            let column = Attribute {
                id: ColumnId(at as u64),
                name: field.name.clone(),
                data_type: field.data_type.clone(),
                nullable: field.nullable,
                metadata: None,
            };
            (field.name.to_string(), column)
        });
        Table(columns.collect())
    }

    pub(super) fn expression(&self, tree: &Value, rules: &Rules) -> Result<Expr> {
        match tree {
            Value::String(name) => Ok(Expr::column(&self.0[name.as_str()])),
            Value::Object(fields) => match fields.iter().next() {
                Some((kind, value)) if kind == "lit" => literal(
                    value[0].as_str().expect("a kind"),
                    value[1].as_str().expect("text"),
                    rules,
                ),
                Some((kind, value)) => {
                    let mode = if kind == "try_cast" {
                        CastMode::Try
                    } else {
                        CastMode::Session
                    };
                    let to = DataType::from_json(&value[2].to_string()).expect("a type");
                    let child = self.expression(&value[0], rules)?;
                    functions::cast(child, &to, mode, rules, &Origin::Unknown)
                }
                None => panic!("an empty object"),
            },
            Value::Array(parts) => self.call(parts, rules),
            other => panic!("no expression: {other}"),
        }
    }

    fn call(&self, parts: &[Value], rules: &Rules) -> Result<Expr> {
        let mut name = parts[0].as_str().expect("a name");
        let mut modifiers = Modifiers::default();
        let mut args = &parts[1..];
        if name == "distinct" {
            modifiers.distinct = true;
            name = args[0].as_str().expect("a name");
            args = &args[1..];
        }
        let args: Result<Vec<Expr>> = args.iter().map(|arg| self.expression(arg, rules)).collect();
        functions::bind(name, args?, modifiers, rules, &Origin::Unknown)
    }
}

fn literal(kind: &str, text: &str, rules: &Rules) -> Result<Expr> {
    const DAY: i64 = 86_400_000_000;
    let days = || {
        let parts: Vec<i64> = text[..10]
            .split('-')
            .map(|part| part.parse().expect("a date"))
            .collect();
        let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
        let months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        assert!(parts[1] <= 2, "dates of the cases are before March");
        (parts[0] - 1970) * 365 + leap_days(parts[0] - 1) - leap_days(1969)
            + months[parts[1] as usize - 1]
            + parts[2]
            - 1
    };
    let micros = || {
        let clock = &text[11..];
        let seconds: f64 = clock[6..].parse().expect("seconds");
        let hours: i64 = clock[..2].parse().expect("hours");
        let minutes: i64 = clock[3..5].parse().expect("minutes");
        days() * DAY + (hours * 3600 + minutes * 60) * 1_000_000 + (seconds * 1e6) as i64
    };
    let day_time = |micros: i64, start, end| Literal::DayTimeInterval {
        micros,
        range: DayTimeRange { start, end },
    };
    let number = || text.parse::<i64>().expect("a number");
    use DayTimeField::{Day, Hour, Second};
    let value = match kind {
        "int" => Literal::Integer(text.parse().expect("an int")),
        "long" => Literal::Long(number()),
        "short" => Literal::Short(text.parse().expect("a short")),
        "byte" => Literal::Byte(text.parse().expect("a byte")),
        "double" => Literal::from(text.parse::<f64>().expect("a double")),
        "float" => Literal::from(text.parse::<f32>().expect("a float")),
        "decimal" => decimal(text),
        "string" => Literal::from(text),
        "boolean" => Literal::Boolean(text == "true"),
        "null" => Literal::NULL,
        "date" => Literal::Date(days() as i32),
        "timestamp" => Literal::Timestamp(micros()),
        "timestamp_ntz" => Literal::TimestampNtz(micros()),
        "binary" => Literal::Binary(
            [u8::from_str_radix(text, 16).expect("a byte")]
                .as_slice()
                .into(),
        ),
        "year" => months(number() as i32 * 12, YearMonthField::Year),
        "month" => months(number() as i32, YearMonthField::Month),
        "day" => day_time(number() * DAY, Day, Day),
        "hour" => day_time(number() * 3_600_000_000, Hour, Hour),
        "second" => day_time(
            (text.parse::<f64>().expect("seconds") * 1e6) as i64,
            Second,
            Second,
        ),
        "day to second" => day_time(DAY + 7_384_500_000, Day, Second),
        "calendar" => {
            let args = text
                .split(", ")
                .map(|part| Expr::literal(part.parse::<i32>().expect("an int").into()))
                .collect();
            let modifiers = Modifiers::default();
            return functions::bind("make_interval", args, modifiers, rules, &Origin::Unknown);
        }
        other => panic!("no literal: {other}"),
    };
    Ok(Expr::literal(value))
}

fn months(months: i32, field: YearMonthField) -> Literal {
    Literal::YearMonthInterval {
        months,
        range: YearMonthRange::only(field),
    }
}

fn decimal(text: &str) -> Literal {
    let scale = text.split_once('.').map_or(0, |(_, after)| after.len());
    let unscaled = text.replace('.', "").parse().expect("digits");
    let value = DecimalValue::narrowest(unscaled, scale as i8).expect("few digits");
    Literal::Decimal(value)
}
