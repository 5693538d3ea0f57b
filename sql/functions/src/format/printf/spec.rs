//! [`Spec`]: what stands behind a percent sign, `%[index$][flags][width][.precision]conversion`.

use flint_sql_spec::{Result, SqlError, condition};

use super::{Value, number};

/// A piece of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Spec(Spec),
}

/// Which argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    /// None: `%%` and `%n`.
    None,
    /// The one behind the last that was asked for without a place.
    Next,
    /// The same as before.
    Last,
    /// From 0 on.
    At(usize),
}

/// One conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) index: Index,
    /// Some of `-#+ 0,(`.
    flags: String,
    width: usize,
    pub(super) precision: Option<usize>,
    pub(super) conversion: char,
    /// As it is written.
    text: String,
}

/// Takes a form apart.
///
/// # Errors
/// `INVALID_FORMAT.UNEXPECTED_TOKEN` for what is no conversion.
pub(super) fn pieces(form: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some(at) = rest.find('%') {
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        let (spec, length) = Spec::read(&rest[at..]).ok_or_else(|| unexpected(&rest[at..]))?;
        pieces.push(Piece::Spec(spec));
        rest = &rest[at + length..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

fn unexpected(text: &str) -> SqlError {
    SqlError::new(condition::INVALID_FORMAT_UNEXPECTED_TOKEN)
        .with("token", format!("'{text}'"))
        .with("format", format!("'{text}'"))
}

fn digits(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

impl Spec {
    /// The conversion at the front of a text, and its length.
    fn read(text: &str) -> Option<(Spec, usize)> {
        let mut rest = &text[1..];
        let mut index = Index::Next;
        let place = digits(rest);
        if !place.is_empty() && rest[place.len()..].starts_with('$') {
            index = Index::At(place.parse::<usize>().ok()?.checked_sub(1)?);
            rest = &rest[place.len() + 1..];
        }
        let count = rest
            .bytes()
            .take_while(|byte| b"-#+ 0,(<".contains(byte))
            .count();
        let flags = rest[..count].to_owned();
        rest = &rest[count..];
        if flags.contains('<') {
            index = Index::Last;
        }
        let width = digits(rest);
        rest = &rest[width.len()..];
        let precision = match rest.strip_prefix('.') {
            Some(behind) => {
                let precision = digits(behind);
                rest = &behind[precision.len()..];
                Some(precision.parse().ok()?)
            }
            None => None,
        };
        let conversion = rest.chars().next()?;
        if matches!(conversion, '%' | 'n') {
            index = Index::None;
        }
        let length = text.len() - rest.len() + conversion.len_utf8();
        let spec = Spec {
            index,
            width: if width.is_empty() {
                0
            } else {
                width.parse().ok()?
            },
            flags,
            precision,
            conversion,
            text: text[..length].to_owned(),
        };
        spec.is_valid().then_some((spec, length))
    }

    fn is_valid(&self) -> bool {
        let pads = self.has('-') || self.has('0');
        let twice = self.has('-') && self.has('0') || self.has('+') && self.has(' ');
        let number = matches!(
            self.conversion.to_ascii_lowercase(),
            'd' | 'o' | 'x' | 'c' | '%' | 'n'
        );
        let is_known = "bBsScCdoxXeEfgGaA%n".contains(self.conversion);
        let lacks_width = pads && self.width == 0;
        let cuts_number = number && self.precision.is_some();
        is_known && !lacks_width && !twice && !cuts_number
    }

    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// The error that there is no such conversion or argument.
    pub(super) fn unexpected(&self) -> SqlError {
        unexpected(&self.text)
    }

    /// A text as wide as asked for.
    pub(super) fn padded(&self, text: &str) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        let spaces = " ".repeat(missing);
        if self.has('-') {
            format!("{text}{spaces}")
        } else {
            format!("{spaces}{text}")
        }
    }

    /// A number as wide as asked for: with zeros behind its sign, where they are asked for.
    fn padded_number(&self, negative: bool, size: &str, is_finite: bool) -> String {
        let (before, behind) = match (negative, self.has('('), self.has('+'), self.has(' ')) {
            (true, true, _, _) => ("(", ")"),
            (true, _, _, _) => ("-", ""),
            (_, _, true, _) => ("+", ""),
            (_, _, _, true) => (" ", ""),
            _ => ("", ""),
        };
        let length = before.len() + size.chars().count() + behind.len();
        let zeros = if self.has('0') && is_finite {
            "0".repeat(self.width.saturating_sub(length))
        } else {
            String::new()
        };
        self.padded(&format!("{before}{zeros}{size}{behind}"))
    }

    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        }
    }

    /// Appends an argument.
    ///
    /// # Errors
    /// `INVALID_FORMAT.MISMATCH_INPUT` for an argument of another kind than the conversion is for.
    pub(super) fn write(&self, value: &Value, out: &mut String) -> Result<()> {
        let text = match (self.conversion.to_ascii_lowercase(), value) {
            ('b', Value::Boolean(value)) => self.padded(&self.cut(value.to_string())),
            ('b', value) => self.padded(&self.cut((*value != Value::Null).to_string())),
            ('s', value) => self.padded(&self.cut(value.text())),
            (_, Value::Null) => self.padded(&self.cut("null".to_owned())),
            ('c', Value::Whole(code, bits)) if *bits <= 32 => {
                let found = u32::try_from(*code).ok().and_then(char::from_u32);
                let found = found.ok_or_else(|| self.misfit(value))?;
                self.padded(found.encode_utf8(&mut [0; 4]))
            }
            ('d', Value::Whole(value, _)) => {
                let digits = value.unsigned_abs().to_string();
                let mut size = String::new();
                if self.has(',') {
                    super::super::decimal_form::grouped(&digits, 3, &mut size);
                } else {
                    size = digits;
                }
                self.padded_number(*value < 0, &size, true)
            }
            ('x' | 'o', Value::Whole(value, bits)) => self.bits(*value, *bits),
            ('e' | 'f' | 'g' | 'a', Value::Fraction(value, _)) => {
                let size = number::size(self, value.abs());
                self.padded_number(
                    value.is_sign_negative() && !value.is_nan(),
                    &size,
                    value.is_finite(),
                )
            }
            _ => return Err(self.misfit(value)),
        };
        if self.conversion.is_ascii_uppercase() {
            out.push_str(&text.to_uppercase());
        } else {
            out.push_str(&text);
        }
        Ok(())
    }

    /// Digits of the bits of a number, without a sign.
    fn bits(&self, value: i64, bits: u32) -> String {
        let mask = u64::MAX >> (64 - bits);
        let bits = value as u64 & mask;
        let alternate = self.has('#');
        let (prefix, digits) = match self.conversion {
            'o' => (if alternate { "0" } else { "" }, format!("{bits:o}")),
            _ => (if alternate { "0x" } else { "" }, format!("{bits:x}")),
        };
        let zeros = if self.has('0') {
            let length = prefix.len() + digits.len();
            "0".repeat(self.width.saturating_sub(length))
        } else {
            String::new()
        };
        self.padded(&format!("{prefix}{zeros}{digits}"))
    }

    fn misfit(&self, value: &Value) -> SqlError {
        let kind = match value {
            Value::Null => "VOID",
            Value::Boolean(_) => "BOOLEAN",
            Value::Whole(..) => "BIGINT",
            Value::Fraction(..) => "DOUBLE",
            Value::Text(_) => "STRING",
        };
        SqlError::new(condition::INVALID_FORMAT_MISMATCH_INPUT)
            .with("inputType", format!("\"{kind}\""))
            .with("input", value.text())
            .with("format", format!("'{}'", self.text))
    }
}
