//! How many digits a decimal result has.
//!
//! The rules of Spark's `DecimalPrecision`, which come from Hive and SQL Server. A type is a pair of
//! precision and scale here; arithmetic is done in `i32` because intermediate precisions exceed 38.

use flint_sql_spec::{DataType, DecimalValue, Literal};

use super::Rules;

/// Digits in all, and after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// In all.
    pub precision: i32,
    /// After the point.
    pub scale: i32,
}

const MAX: i32 = DataType::MAX_PRECISION as i32;
/// Digits after the point that a result keeps when it must lose some.
const MIN_ADJUSTED_SCALE: i32 = 6;

impl Digits {
    /// The pair.
    pub fn new(precision: i32, scale: i32) -> Digits {
        Digits { precision, scale }
    }

    /// The digits of a decimal type, or those that every value of an integral type has room in.
    pub fn of(data_type: &DataType) -> Option<Digits> {
        Some(match data_type {
            DataType::Decimal { precision, scale } => {
                Digits::new(i32::from(*precision), i32::from(*scale))
            }
            DataType::Byte => Digits::new(3, 0),
            DataType::Short => Digits::new(5, 0),
            DataType::Integer => Digits::new(10, 0),
            DataType::Long => Digits::new(20, 0),
            _ => return None,
        })
    }

    /// The decimal type that a number of any numeric type is cast to.
    pub fn for_type(data_type: &DataType) -> Option<Digits> {
        match data_type {
            DataType::Float => Some(Digits::new(14, 7)),
            DataType::Double => Some(Digits::new(30, 15)),
            other => Digits::of(other),
        }
    }

    /// The digits that a constant whole number needs.
    pub fn of_literal(literal: &Literal) -> Option<Digits> {
        let value = match literal {
            Literal::Byte(value) => i128::from(*value),
            Literal::Short(value) => i128::from(*value),
            Literal::Integer(value) => i128::from(*value),
            Literal::Long(value) => i128::from(*value),
            _ => return None,
        };
        let narrow = DecimalValue::narrowest(value, 0)?;
        Some(Digits::new(i32::from(narrow.precision), 0))
    }

    /// Digits before the point.
    pub fn whole(self) -> i32 {
        self.precision - self.scale
    }

    /// The type, both numbers cut at 38.
    pub fn bounded(self) -> DataType {
        decimal(self.precision.min(MAX), self.scale.min(MAX))
    }

    /// The type, digits after the point cut first.
    pub fn prefer_integral(self) -> DataType {
        if self.precision <= MAX {
            return decimal(self.precision, self.scale);
        }
        decimal(MAX, (self.scale - (self.precision - MAX)).max(0))
    }

    /// The type of a result: digits after the point are cut, but down to six only.
    pub fn adjusted(self) -> DataType {
        if self.precision <= MAX {
            return decimal(self.precision, self.scale);
        }
        if self.scale < 0 {
            return decimal(MAX, self.scale);
        }
        let least = self.scale.min(MIN_ADJUSTED_SCALE);
        decimal(MAX, (MAX - self.whole()).max(least))
    }

    fn result(self, rules: &Rules) -> DataType {
        if rules.allow_precision_loss {
            self.adjusted()
        } else {
            self.bounded()
        }
    }

    /// Whether every value with digits `other` has room here.
    pub fn is_wider_than(self, other: Digits) -> bool {
        self.whole() >= other.whole() && self.scale >= other.scale
    }
}

fn decimal(precision: i32, scale: i32) -> DataType {
    let (precision, scale) = (precision.clamp(0, MAX) as u8, scale.clamp(-MAX, MAX) as i8);
    DataType::Decimal { precision, scale }
}

/// The type of `a + b` and `a - b`.
pub fn sum(a: Digits, b: Digits, rules: &Rules) -> DataType {
    let scale = a.scale.max(b.scale);
    Digits::new(a.whole().max(b.whole()) + scale + 1, scale).result(rules)
}

/// The type of `a * b`.
pub fn product(a: Digits, b: Digits, rules: &Rules) -> DataType {
    Digits::new(a.precision + b.precision + 1, a.scale + b.scale).result(rules)
}

/// The type of `a / b`.
pub fn quotient(a: Digits, b: Digits, rules: &Rules) -> DataType {
    let whole = a.whole() + b.scale;
    let scale = MIN_ADJUSTED_SCALE.max(a.scale + b.precision + 1);
    if rules.allow_precision_loss {
        return Digits::new(whole + scale, scale).adjusted();
    }
    let (mut whole, mut scale) = (whole.min(MAX), scale.min(MAX));
    let excess = whole + scale - MAX;
    if excess > 0 {
        scale -= excess / 2 + 1;
        whole = MAX - scale;
    }
    Digits::new(whole + scale, scale).bounded()
}

/// The type of `a % b`.
pub fn remainder(a: Digits, b: Digits, rules: &Rules) -> DataType {
    let scale = a.scale.max(b.scale);
    Digits::new(a.whole().min(b.whole()) + scale, scale).result(rules)
}

/// The type that has room for both, as far as 38 digits go.
pub fn wider(a: Digits, b: Digits, rules: &Rules) -> DataType {
    let scale = a.scale.max(b.scale);
    let both = Digits::new(a.whole().max(b.whole()) + scale, scale);
    if rules.retain_fraction_digits {
        both.bounded()
    } else {
        both.prefer_integral()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(data_type: DataType) -> String {
        data_type.simple_string()
    }

    #[test]
    fn results_have_sparks_digits() {
        let (dc, dw) = (Digits::new(10, 2), Digits::new(38, 18));
        let rules = Rules::default();
        assert_eq!(name(sum(dc, dw, &rules)), "decimal(38,17)");
        assert_eq!(name(product(dw, dw, &rules)), "decimal(38,6)");
        assert_eq!(name(quotient(dc, dc, &rules)), "decimal(23,13)");
        assert_eq!(name(quotient(dw, dw, &rules)), "decimal(38,6)");
        assert_eq!(name(remainder(dc, dw, &rules)), "decimal(26,18)");
        assert_eq!(name(wider(dw, Digits::new(38, 0), &rules)), "decimal(38,0)");
    }

    #[test]
    fn without_precision_loss_results_keep_their_scale() {
        let dw = Digits::new(38, 18);
        let rules = Rules {
            allow_precision_loss: false,
            ..Rules::default()
        };
        assert_eq!(name(sum(dw, dw, &rules)), "decimal(38,18)");
        assert_eq!(name(product(dw, dw, &rules)), "decimal(38,36)");
        assert_eq!(name(quotient(dw, dw, &rules)), "decimal(38,18)");
    }
}
