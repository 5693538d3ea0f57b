//! Which fields an ANSI interval type spans.

use serde::{Deserialize, Serialize};

/// A field of a year-month interval; numbers are those of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum YearMonthField {
    /// Years.
    Year = 0,
    /// Months.
    Month = 1,
}

/// A field of a day-time interval; numbers are those of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum DayTimeField {
    /// Days.
    Day = 0,
    /// Hours.
    Hour = 1,
    /// Minutes.
    Minute = 2,
    /// Seconds, with up to six digits after the point.
    Second = 3,
}

macro_rules! field {
    ($field:ident, $range:ident, $what:literal, $first:ident .. $last:ident,
     $($variant:ident = $number:literal, $name:literal);+) => {
        impl $field {
            /// The field in lower case, as type names have it.
            pub fn name(self) -> &'static str {
                match self { $($field::$variant => $name),+ }
            }

            /// The field of a wire number.
            pub fn from_number(number: i32) -> Option<Self> {
                match number { $($number => Some($field::$variant),)+ _ => None }
            }

            /// The field of a name in any case.
            pub fn from_name(name: &str) -> Option<Self> {
                $(if name.eq_ignore_ascii_case($name) { return Some($field::$variant); })+
                None
            }
        }

        #[doc = concat!("First and last field of a ", $what, " interval type.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $range {
            /// The largest unit.
            pub start: $field,
            /// The smallest unit.
            pub end: $field,
        }

        impl $range {
            /// Every field of the kind.
            pub const WHOLE: $range = $range { start: $field::$first, end: $field::$last };

            /// A range, unless `start` is a smaller unit than `end`.
            pub fn new(start: $field, end: $field) -> Option<Self> {
                (start <= end).then_some($range { start, end })
            }

            /// The range of a single field.
            pub fn only(field: $field) -> Self {
                $range { start: field, end: field }
            }

            /// The type's name: `interval` and its fields.
            pub fn type_name(self) -> String {
                let (start, end) = (self.start.name(), self.end.name());
                if self.start == self.end {
                    format!("interval {start}")
                } else {
                    format!("interval {start} to {end}")
                }
            }
        }
    };
}

field!(YearMonthField, YearMonthRange, "year-month", Year .. Month,
    Year = 0, "year"; Month = 1, "month");
field!(DayTimeField, DayTimeRange, "day-time", Day .. Second,
    Day = 0, "day"; Hour = 1, "hour"; Minute = 2, "minute"; Second = 3, "second");
