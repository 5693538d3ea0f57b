//! Numbers and typed literals.

use flint_sql_spec::{DataType, DecimalValue, Expr, ExprKind, Literal, Result, condition};

use crate::cursor::Parser;
use crate::datetime;
use crate::lexer::TokenKind;

/// The types that may stand before a string.
const TYPED: [&str; 7] = [
    "DATE",
    "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ",
    "TIMESTAMP",
    "INTERVAL",
    "X",
    "TIME",
];

impl Parser {
    pub(crate) fn at_number(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Integer | TokenKind::Decimal | TokenKind::Exponent | TokenKind::Suffixed
        )
    }

    /// A number without a sign.
    pub(crate) fn number(&mut self) -> Result<Expr> {
        let start = self.start();
        self.signed_number(start, "")
    }

    /// A number after its minus sign, which began at `start`.
    pub(crate) fn negative_number(&mut self, start: usize) -> Result<Expr> {
        self.signed_number(start, "-")
    }

    fn signed_number(&mut self, start: usize, sign: &str) -> Result<Expr> {
        let token = self.bump();
        let text = format!("{sign}{}", self.text_of(token));
        let literal = match token.kind {
            TokenKind::Integer => self.integer_literal(start, &text)?,
            TokenKind::Decimal => self.decimal(start, &text)?,
            TokenKind::Exponent => self.double(start, &text)?,
            _ => self.suffixed(start, &text)?,
        };
        Ok(self.expr_from(start, ExprKind::Literal(literal)))
    }

    fn integer_literal(&self, start: usize, text: &str) -> Result<Literal> {
        if let Ok(int) = text.parse::<i32>() {
            return Ok(Literal::Integer(int));
        }
        match text.parse::<i64>() {
            Ok(long) => Ok(Literal::Long(long)),
            Err(_) => self.decimal(start, text),
        }
    }

    fn suffixed(&self, start: usize, text: &str) -> Result<Literal> {
        let digits = |length: usize| &text[..text.len() - length];
        let upper = text.to_ascii_uppercase();
        match upper.as_bytes() {
            [.., b'B', b'D'] => self.decimal(start, digits(2)),
            [.., b'D'] => self.double(start, digits(1)),
            [.., b'F'] => self.float(start, digits(1)),
            [.., b'L'] => self
                .ranged(start, digits(1), "bigint", i64::MIN, i64::MAX)
                .map(Literal::Long),
            [.., b'S'] => self
                .ranged(start, digits(1), "smallint", i16::MIN, i16::MAX)
                .map(Literal::Short),
            _ => self
                .ranged(start, digits(1), "tinyint", i8::MIN, i8::MAX)
                .map(Literal::Byte),
        }
    }

    fn ranged<N: std::str::FromStr + ToString>(
        &self,
        start: usize,
        text: &str,
        type_name: &str,
        least: N,
        most: N,
    ) -> Result<N> {
        text.parse().map_err(|_| {
            self.error_from(start, condition::INVALID_NUMERIC_LITERAL_RANGE)
                .with("rawStrippedQualifier", text)
                .with("typeName", type_name)
                .with("minValue", least.to_string())
                .with("maxValue", most.to_string())
        })
    }

    fn double(&self, start: usize, text: &str) -> Result<Literal> {
        match text.parse::<f64>() {
            Ok(double) if double.is_finite() => Ok(Literal::from(double)),
            _ => self
                .ranged(start, "?", "double", f64::MIN, f64::MAX)
                .map(Literal::from),
        }
    }

    fn float(&self, start: usize, text: &str) -> Result<Literal> {
        match text.parse::<f32>() {
            Ok(float) if float.is_finite() => Ok(Literal::from(float)),
            _ => self
                .ranged(start, "?", "float", f32::MIN, f32::MAX)
                .map(Literal::from),
        }
    }

    fn decimal(&self, start: usize, text: &str) -> Result<Literal> {
        decimal_value(text).map(Literal::Decimal).map_err(|digits| {
            self.error_from(start, condition::DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION)
                .with("precision", digits.to_string())
                .with("maxPrecision", DataType::MAX_PRECISION.to_string())
        })
    }

    /// A type's name and a string: `DATE '2020-01-01'`.
    pub(crate) fn typed_literal(&mut self) -> Result<Expr> {
        let start = self.start();
        let type_token = self.bump();
        let type_name = self.text_of(type_token).to_ascii_uppercase();
        // A unit after the string makes it an interval of one value.
        if type_name == "INTERVAL" && self.unit_follows_string() {
            return self.interval_after_word(start);
        }
        let text = self.string()?;
        let kind = match type_name.as_str() {
            "DATE" => date_literal(&text),
            "TIMESTAMP" | "TIMESTAMP_LTZ" => timestamp_literal(&text, DataType::Timestamp),
            "TIMESTAMP_NTZ" => timestamp_literal(&text, DataType::TimestampNtz),
            "TIME" => datetime::time_of_day(&text).map(|nanos| {
                ExprKind::Literal(Literal::Time {
                    nanos,
                    precision: 6,
                })
            }),
            "X" => hex(&text).map(|bytes| ExprKind::Literal(Literal::Binary(bytes.into()))),
            "INTERVAL" => return self.interval_text(start, &text),
            _ => {
                let supported: Vec<_> = TYPED.iter().map(|name| format!("\"{name}\"")).collect();
                return Err(self
                    .error_from(start, condition::UNSUPPORTED_TYPED_LITERAL)
                    .with("unsupportedType", format!("\"{type_name}\""))
                    .with("supportedTypes", supported.join(", ")));
            }
        };
        kind.map(|kind| self.expr_from(start, kind))
            .ok_or_else(|| self.bad_typed_literal(start, &type_name, &text))
    }

    pub(crate) fn bad_typed_literal(
        &self,
        start: usize,
        type_name: &str,
        text: &str,
    ) -> flint_sql_spec::SqlError {
        self.error_from(start, condition::INVALID_TYPED_LITERAL)
            .with("valueType", format!("\"{type_name}\""))
            .with("value", format!("'{text}'"))
    }
}

/// The decimal that `text` writes, or how many digits it would take.
fn decimal_value(text: &str) -> std::result::Result<DecimalValue, i64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| i64::MAX)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let negative = whole.starts_with('-');
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = digits.trim_start_matches('0');
    let mut scale = fraction.len() as i64 - exponent;
    let zeros = if digits.is_empty() {
        0
    } else {
        (-scale).max(0)
    };
    scale = scale.max(0);
    let length = (digits.len() as i64 + zeros).max(scale);
    if length > i64::from(DataType::MAX_PRECISION) {
        return Err(length);
    }
    let padded = format!("{digits}{}", "0".repeat(zeros as usize));
    let unscaled: i128 = if padded.is_empty() {
        0
    } else {
        padded.parse().map_err(|_| length)?
    };
    let unscaled = if negative { -unscaled } else { unscaled };
    DecimalValue::narrowest(unscaled, scale as i8).ok_or(length)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let even = if text.len() % 2 == 1 {
        format!("0{text}")
    } else {
        text.to_owned()
    };
    if !even.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..even.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&even[at..at + 2], 16).ok())
        .collect()
}

fn date_literal(text: &str) -> Option<ExprKind> {
    if datetime::is_relative(text) {
        return Some(ExprKind::TypedLiteral {
            data_type: DataType::Date,
            text: text.into(),
        });
    }
    datetime::date(text).map(|days| ExprKind::Literal(Literal::Date(days)))
}

fn timestamp_literal(text: &str, data_type: DataType) -> Option<ExprKind> {
    let relative = datetime::is_relative(text);
    let parsed = datetime::timestamp(text);
    if data_type == DataType::TimestampNtz && !relative {
        return parsed?
            .zoneless()
            .map(|micros| ExprKind::Literal(Literal::TimestampNtz(micros)));
    }
    (relative || parsed.is_some()).then(|| ExprKind::TypedLiteral {
        data_type,
        text: text.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_what_is_written() {
        for (text, unscaled, precision, scale) in [
            ("1.0", 10, 2, 1),
            (".5", 5, 1, 1),
            ("1.", 1, 1, 0),
            ("0.00", 0, 2, 2),
            ("-1.50", -150, 3, 2),
            ("1e2", 100, 3, 0),
            ("15e-1", 15, 2, 1),
            ("007", 7, 1, 0),
        ] {
            let value = DecimalValue {
                unscaled,
                precision,
                scale,
            };
            assert_eq!(decimal_value(text), Ok(value), "{text}");
        }
        assert_eq!(decimal_value(&"9".repeat(39)), Err(39));
    }

    #[test]
    fn hex_digits_pair_from_the_right() {
        assert_eq!(hex("1FF"), Some(vec![1, 0xff]));
        assert_eq!(hex("1G"), None);
        assert_eq!(hex("é"), None);
    }
}
