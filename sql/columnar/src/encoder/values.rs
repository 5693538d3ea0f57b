//! Dates and times as fields of the program's types: chrono's, in a form that serde hands on as the
//! numbers that columns hold.

use std::ops::Deref;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! moment {
    ($(#[$doc:meta])* $name:ident($inner:ty) as $number:ty, $said:literal,
     $to:expr, $from:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(
            /// The value as chrono has it.
            pub $inner,
        );

        impl $name {
            /// What serde calls it.
            pub(super) const NAME: &'static str = $said;
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                $name(value)
            }
        }

        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let number: $number = $to(&self.0).ok_or_else(|| {
                    serde::ser::Error::custom(concat!($said, " is out of range"))
                })?;
                serializer.serialize_newtype_struct($name::NAME, &number)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Read;
                impl<'de> Visitor<'de> for Read {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($said)
                    }

                    fn visit_newtype_struct<D: Deserializer<'de>>(
                        self,
                        deserializer: D,
                    ) -> Result<$name, D::Error> {
                        let number = <$number>::deserialize(deserializer)?;
                        $from(number)
                            .map($name)
                            .ok_or_else(|| D::Error::custom(concat!($said, " is out of range")))
                    }
                }
                deserializer.deserialize_newtype_struct($name::NAME, Read)
            }
        }
    };
}

moment! {
    /// A `date`.
    Date(NaiveDate) as i32, "flint_sql::Date",
    |date: &NaiveDate| Some(date.to_epoch_days()),
    NaiveDate::from_epoch_days
}

moment! {
    /// A `timestamp`: an instant; digits below a microsecond are cut off.
    Timestamp(DateTime<Utc>) as i64, "flint_sql::Timestamp",
    |time: &DateTime<Utc>| Some(time.timestamp_micros()),
    DateTime::from_timestamp_micros
}

moment! {
    /// A `timestamp_ntz`: what a clock shows; digits below a microsecond are cut off.
    TimestampNtz(NaiveDateTime) as i64, "flint_sql::TimestampNtz",
    |time: &NaiveDateTime| Some(time.and_utc().timestamp_micros()),
    |micros| DateTime::from_timestamp_micros(micros).map(|time| time.naive_utc())
}

moment! {
    /// An `interval day to second`; digits below a microsecond are cut off.
    DayTime(TimeDelta) as i64, "flint_sql::DayTime",
    |span: &TimeDelta| span.num_microseconds(),
    |micros| Some(TimeDelta::microseconds(micros))
}
