//! Values of options.

use std::sync::Arc;

use flint_sql_spec::Options;

/// What an option can be set to: text, a number, true or false.
pub trait OptionValue {
    /// The value as text, as sources read it.
    fn into_text(self) -> String;
}

macro_rules! values {
    ($($value:ty),+) => {
        $(impl OptionValue for $value {
            fn into_text(self) -> String {
                self.to_string()
            }
        })+
    };
}

values!(&str, String, &String, bool, i32, i64, u32, u64, usize, f64);

/// Sets an option; its name is compared in any case, and the last value counts.
pub(crate) fn set(options: &mut Options, key: &str, value: impl OptionValue) {
    let value: Arc<str> = value.into_text().into();
    match options
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(key))
    {
        Some(entry) => entry.1 = value,
        None => options.push((key.into(), value)),
    }
}
