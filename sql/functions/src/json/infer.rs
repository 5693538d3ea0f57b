//! [`JsonSchemaInference`]: the schema of texts, as Spark's `JsonInferSchema` finds it.
//!
//! Each text has a type; types are merged by the narrowest type that holds both, or STRING. Fields are
//! ordered by name. What was always null is STRING in the end, or left out.

use std::cell::Cell;

use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType, condition, with_stack};

use super::options::{JsonOptions, ParseMode};
use super::scan::{Kind, Tokens, decoded, scan};
use crate::pattern::Pattern;

/// Digits of the widest decimal.
const MAX_DIGITS: i64 = 38;

/// Finds the schema of texts, one after the other.
///
/// ```
/// use flint_sql_functions::json::{JsonOptions, JsonSchemaInference, JsonSession};
/// use flint_sql_spec::DataType;
///
/// let options = JsonOptions::read(|_| None, &JsonSession::default())?;
/// let mut inference = JsonSchemaInference::new(&options)?;
/// inference.add(br#"{"b": 1.5, "a": 1}"#)?;
/// inference.add(br#"{"b": 2}"#)?;
/// let schema = DataType::Struct(inference.schema()?);
/// assert_eq!(schema.sql(), "STRUCT<a: BIGINT, b: DOUBLE>");
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
#[derive(Debug)]
pub struct JsonSchemaInference {
    options: JsonOptions,
    /// What strings are tried as.
    timestamps: Vec<(Pattern, DataType)>,
    tokens: Tokens,
    /// A scale below zero, which no decimal of Spark has.
    negative_scale: Cell<Option<i64>>,
    found: DataType,
}

impl JsonSchemaInference {
    /// # Errors
    /// For forms of timestamps that are wrong, if they are to be inferred.
    pub fn new(options: &JsonOptions) -> Result<JsonSchemaInference> {
        let mut timestamps = Vec::new();
        if options.infer_timestamp {
            if options.session.timestamps_without_zone {
                timestamps.push((options.ntz_form()?, DataType::TimestampNtz));
            }
            timestamps.push((options.timestamp_form()?, DataType::Timestamp));
        }
        Ok(JsonSchemaInference {
            options: options.clone(),
            timestamps,
            tokens: Tokens::default(),
            negative_scale: Cell::new(None),
            found: DataType::Struct(StructType::new([])),
        })
    }

    /// Looks at a text of UTF-8.
    ///
    /// # Errors
    /// In the mode `FAILFAST`, `MALFORMED_RECORD_IN_PARSING` and `INVALID_JSON_RECORD_TYPE`.
    pub fn add(&mut self, record: &[u8]) -> Result<()> {
        match decoded(record, &self.options.rules, &mut self.tokens) {
            Ok(text) => self.add_text(text),
            Err(text) => self.reject(&text),
        }
    }

    /// As [`Self::add`], for a text that is decoded.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_text(&mut self, text: &str) -> Result<()> {
        match self.type_of(text) {
            Some(found) => self.merge(found),
            None => self.reject(text),
        }
    }

    /// The type of one text, `None` if it is no JSON. Blanks are of type VOID.
    pub(super) fn type_of(&mut self, text: &str) -> Option<DataType> {
        let mut tokens = std::mem::take(&mut self.tokens);
        let found = match scan(text, &self.options.rules, &mut tokens) {
            Ok(true) => Some(self.infer(text, &tokens, 0)),
            Ok(false) => Some(DataType::Null),
            Err(_) => None,
        };
        self.tokens = tokens;
        found
    }

    fn reject(&mut self, text: &str) -> Result<()> {
        match self.options.mode {
            ParseMode::DropMalformed => Ok(()),
            ParseMode::Permissive => {
                let corrupt =
                    StructField::new(&self.options.corrupt_column, DataType::STRING, true);
                self.merge(DataType::Struct(StructType::new([corrupt])))
            }
            ParseMode::FailFast => Err(SqlError::new(
                condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION,
            )
            .with("badRecord", text)
            .with("failFastMode", "FAILFAST")),
        }
    }

    fn merge(&mut self, found: DataType) -> Result<()> {
        let before = std::mem::replace(&mut self.found, DataType::Null);
        self.found = self.root(before, found)?;
        Ok(())
    }

    /// The type of both roots. Arrays at the root are many records.
    fn root(&self, a: DataType, b: DataType) -> Result<DataType> {
        match (a, b) {
            (DataType::Array { element, .. }, other) | (other, DataType::Array { element, .. }) => {
                with_stack(|| self.root(other, DataType::clone(&element)))
            }
            (known @ DataType::Struct(_), DataType::Null)
            | (DataType::Null, known @ DataType::Struct(_)) => Ok(known),
            (DataType::Struct(a), DataType::Struct(b)) => {
                Ok(compatible(&DataType::Struct(a), &DataType::Struct(b)))
            }
            (DataType::Struct(known), other) | (other, DataType::Struct(known)) => {
                self.with_corrupt(known, &other)
            }
            (a, b) => Ok(compatible(&a, &b)),
        }
    }

    fn with_corrupt(&self, known: StructType, other: &DataType) -> Result<DataType> {
        let name = &self.options.corrupt_column;
        match self.options.mode {
            ParseMode::DropMalformed => Ok(DataType::Struct(known)),
            ParseMode::FailFast => Err(SqlError::new(condition::INVALID_JSON_RECORD_TYPE)
                .with("failFastMode", "FAILFAST")
                .with("invalidType", format!("\"{}\"", other.sql()))),
            ParseMode::Permissive if known.iter().any(|f| *f.name == **name) => {
                Ok(DataType::Struct(known))
            }
            ParseMode::Permissive => {
                let corrupt = StructField::new(name, DataType::STRING, true);
                Ok(sorted(known.iter().cloned().chain([corrupt]).collect()))
            }
        }
    }

    fn infer(&self, text: &str, tokens: &Tokens, at: usize) -> DataType {
        let token = tokens.get(at);
        let primitives_as_string = self.options.primitives_as_string;
        match token.kind {
            Kind::Object => {
                let mut fields = Vec::new();
                let mut name_at = at + 1;
                while name_at < token.next {
                    let name = tokens.get(name_at).text(text);
                    let kind = with_stack(|| self.infer(text, tokens, name_at + 1));
                    fields.push(StructField::new(&name, kind, true));
                    name_at = tokens.get(name_at + 1).next;
                }
                sorted(fields)
            }
            Kind::Array => {
                let mut element = DataType::Null;
                let mut element_at = at + 1;
                while element_at < token.next {
                    let kind = with_stack(|| self.infer(text, tokens, element_at));
                    element = compatible(&element, &kind);
                    element_at = tokens.get(element_at).next;
                }
                DataType::array(element)
            }
            Kind::Null | Kind::Name => DataType::Null,
            Kind::True | Kind::False if primitives_as_string => DataType::STRING,
            Kind::True | Kind::False => DataType::Boolean,
            Kind::Integer | Kind::Float if primitives_as_string => DataType::STRING,
            Kind::Integer => {
                let raw = token.raw(text);
                match raw.parse::<i64>() {
                    Ok(_) => DataType::Long,
                    Err(_) => decimal(raw).unwrap_or(DataType::Double),
                }
            }
            Kind::Float => match self.options.prefers_decimal {
                true => self.exact(token.raw(text)),
                false => DataType::Double,
            },
            Kind::Text => self.of_text(&token.text(text)),
        }
    }

    /// A number as a decimal, unless it is too long.
    fn exact(&self, raw: &str) -> DataType {
        match digits(raw) {
            Some((precision, scale)) if scale < 0 && precision <= MAX_DIGITS => {
                self.negative_scale.set(Some(scale));
                DataType::Double
            }
            _ => decimal(raw).unwrap_or(DataType::Double),
        }
    }

    fn of_text(&self, text: &str) -> DataType {
        if text.is_empty() {
            return DataType::Null;
        }
        if self.options.prefers_decimal {
            let plain = text.replace(',', "");
            if let Some((precision, scale)) = digits(&plain) {
                // A decimal that is too wide is none; others stand as they are.
                if let Some(found) = bounded(precision, scale) {
                    return found;
                }
            }
        }
        let fits = |(form, kind): &&(Pattern, DataType)| match kind {
            DataType::TimestampNtz => form.read_timestamp_ntz(text, false).is_some(),
            _ => form.read_timestamp(text, &self.options.zone).is_some(),
        };
        let found = self.timestamps.iter().find(fits);
        found.map_or(DataType::STRING, |(_, kind)| kind.clone())
    }

    /// The schema of all texts.
    ///
    /// # Errors
    /// `NEGATIVE_SCALE_DISALLOWED` if a number like `1e2` was to be a decimal.
    pub fn schema(&self) -> Result<StructType> {
        if let Some(scale) = self.negative_scale.get() {
            return Err(SqlError::new(condition::NEGATIVE_SCALE_DISALLOWED)
                .with("scale", format!("'{scale}'"))
                .with(
                    "sqlConf",
                    "\"spark.sql.legacy.allowNegativeScaleOfDecimal\"",
                ));
        }
        match self.canonical(&self.found) {
            Some(DataType::Struct(fields)) => Ok(fields),
            _ => Ok(StructType::new([])),
        }
    }

    /// A type without empty structs, and without VOID.
    pub(super) fn canonical(&self, found: &DataType) -> Option<DataType> {
        match found {
            DataType::Array { element, .. } => {
                with_stack(|| self.canonical(element)).map(DataType::array)
            }
            DataType::Struct(fields) => {
                let kept = fields.iter().filter(|field| !field.name.is_empty());
                let kept = kept.filter_map(|field| {
                    let kind = with_stack(|| self.canonical(&field.data_type))?;
                    Some(StructField::new(&field.name, kind, true))
                });
                let kept: Vec<StructField> = kept.collect();
                (!kept.is_empty()).then(|| DataType::Struct(StructType::new(kept)))
            }
            DataType::Null => (!self.options.drop_field_if_all_null).then_some(DataType::STRING),
            other => Some(other.clone()),
        }
    }
}

/// Fields by name, as Java compares text.
fn sorted(mut fields: Vec<StructField>) -> DataType {
    fields.sort_by(|a, b| a.name.encode_utf16().cmp(b.name.encode_utf16()));
    DataType::Struct(StructType::new(fields))
}

/// Digits and scale of a number as Java's `BigDecimal` reads it.
fn digits(raw: &str) -> Option<(i64, i64)> {
    let unsigned = raw.strip_prefix(['-', '+']).unwrap_or(raw);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = whole
        .bytes()
        .chain(fraction.bytes())
        .all(|b| b.is_ascii_digit());
    if !all_digits || whole.len() + fraction.len() == 0 {
        return None;
    }
    let significant = whole.trim_start_matches('0').len();
    let precision = match significant {
        0 => fraction.trim_start_matches('0').len(),
        _ => significant + fraction.len(),
    };
    let scale = fraction.len() as i64 - i64::from(exponent);
    Some((precision.max(1) as i64, scale))
}

fn decimal(raw: &str) -> Option<DataType> {
    let (precision, scale) = digits(raw)?;
    bounded(precision.max(scale), scale)
}

fn bounded(precision: i64, scale: i64) -> Option<DataType> {
    let fits = precision.max(scale) <= MAX_DIGITS && scale >= 0;
    fits.then(|| DataType::Decimal {
        precision: precision.max(scale) as u8,
        scale: scale as i8,
    })
}

/// The narrowest type that holds both, or STRING.
pub(super) fn compatible(a: &DataType, b: &DataType) -> DataType {
    use DataType::{Decimal, Double, Long, Null, Timestamp, TimestampNtz};
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (Long, Double) | (Double, Long) => Double,
        (Decimal { .. }, Double) | (Double, Decimal { .. }) => Double,
        (Long, Decimal { precision, scale }) | (Decimal { precision, scale }, Long) => {
            wider((20, 0), (i64::from(*precision), i64::from(*scale)))
        }
        (
            Decimal { precision, scale },
            Decimal {
                precision: other_precision,
                scale: other_scale,
            },
        ) => wider(
            (i64::from(*precision), i64::from(*scale)),
            (i64::from(*other_precision), i64::from(*other_scale)),
        ),
        (TimestampNtz, Timestamp) | (Timestamp, TimestampNtz) => Timestamp,
        (DataType::Struct(a), DataType::Struct(b)) => merged(a, b),
        (DataType::Array { element: a, .. }, DataType::Array { element: b, .. }) => {
            DataType::array(with_stack(|| compatible(a, b)))
        }
        _ => DataType::STRING,
    }
}

fn wider((p, s): (i64, i64), (q, t): (i64, i64)) -> DataType {
    let scale = s.max(t);
    let whole = (p - s).max(q - t);
    bounded(whole + scale, scale).unwrap_or(DataType::Double)
}

/// Fields of both, by name; a name that is in one of them twice stays so.
fn merged(a: &StructType, b: &StructType) -> DataType {
    let order = |a: &StructField, b: &StructField| a.name.encode_utf16().cmp(b.name.encode_utf16());
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    let mut fields = Vec::new();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match order(a, b) {
            std::cmp::Ordering::Less => fields.extend(left.next().cloned()),
            std::cmp::Ordering::Greater => fields.extend(right.next().cloned()),
            std::cmp::Ordering::Equal => {
                let kind = with_stack(|| compatible(&a.data_type, &b.data_type));
                fields.push(StructField::new(&a.name, kind, true));
                left.next();
                right.next();
            }
        }
    }
    fields.extend(left.cloned());
    fields.extend(right.cloned());
    DataType::Struct(StructType::new(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonSession;

    fn inferred(texts: &[&str], option: Option<&'static str>) -> String {
        let given = |name: &str| option.filter(|known| *known == name).map(|_| "true");
        let options = JsonOptions::read(given, &JsonSession::default()).expect("fine");
        let mut inference = JsonSchemaInference::new(&options).expect("fine");
        for text in texts {
            inference.add_text(text).expect("permissive");
        }
        DataType::Struct(inference.schema().expect("a schema")).sql()
    }

    #[test]
    fn types_are_merged() {
        assert_eq!(
            inferred(&[r#"{"a":1,"b":[1,"x"]}"#, r#"{"a":1.5,"c":null}"#], None),
            "STRUCT<a: DOUBLE, b: ARRAY<STRING>, c: STRING>"
        );
        assert_eq!(
            inferred(&[r#"[{"a":true}]"#, "{", "3"], None),
            "STRUCT<_corrupt_record: STRING, a: BOOLEAN>"
        );
        assert_eq!(
            inferred(
                &[r#"{"a":12345678901234567890,"b":1.25}"#],
                Some("prefersDecimal")
            ),
            "STRUCT<a: DECIMAL(20,0), b: DECIMAL(3,2)>"
        );
        assert_eq!(
            inferred(&[r#"{"a":null,"b":{}}"#], Some("dropFieldIfAllNull")),
            "STRUCT<>"
        );
        assert_eq!(
            inferred(&[r#"{"a":"2024-01-01T00:00:00"}"#], Some("inferTimestamp")),
            "STRUCT<a: TIMESTAMP>"
        );
    }
}
