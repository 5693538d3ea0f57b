//! What a pattern consists of: [`Item`]s, as Java's `DateTimeFormatter` has them.

use super::names::Style;

/// A value that a moment has, or that a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Era,
    YearOfEra,
    Year,
    Quarter,
    Month,
    DayOfYear,
    DayOfMonth,
    /// Which seven days of the month: `F`.
    DayOfWeekInMonth,
    Weekday,
    JulianDay,
    Half,
    Hour,
    /// 1 to 24.
    ClockHour,
    /// 0 to 11.
    HourOfHalf,
    /// 1 to 12.
    ClockHourOfHalf,
    Minute,
    Second,
    Nano,
    Offset,
}

/// How many fields there are.
pub(super) const FIELDS: usize = Field::Offset as usize + 1;

/// Which signs a number takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Minus only.
    Normal,
    /// Plus, where there are more digits than there must be.
    ExceedsPad,
    /// None.
    Never,
}

/// A number of some digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) field: Field,
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) sign: Sign,
    /// The last two digits of a year from 2000 to 2099.
    pub(super) short_year: bool,
    /// Digits of the numbers right behind it, which are left to them.
    pub(super) following: usize,
}

impl Number {
    /// Whether it takes always as many digits.
    pub(super) fn is_fixed(self) -> bool {
        self.least == self.most && self.sign == Sign::Never
    }
}

/// How an offset from UTC is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetForm {
    pub(super) minutes: Part,
    pub(super) seconds: Part,
    pub(super) colon: bool,
    /// What UTC itself is.
    pub(super) zero: &'static str,
}

/// Whether a part is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Never,
    UnlessZero,
    Always,
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Literal(String),
    Number(Number),
    /// Digits of the second's fraction, at least and at most.
    Fraction(usize, usize),
    Name(Field, Style),
    /// `VV`.
    ZoneId,
    /// `z`.
    ZoneName(Style),
    /// `v`: the zone's name in summer and winter.
    GenericZoneName(Style),
    Offset(OffsetForm),
    /// `GMT+8`, or `GMT+08:00` in full.
    GmtOffset(Style),
    Optional(Vec<Item>),
}
