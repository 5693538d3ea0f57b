//! Names of months, days and the like, in English.

use super::item::Field;

/// How long names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Short,
    Full,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const QUARTERS: [(&str, &str); 4] = [
    ("Q1", "1st quarter"),
    ("Q2", "2nd quarter"),
    ("Q3", "3rd quarter"),
    ("Q4", "4th quarter"),
];

/// The name of a field's value, if it has one.
pub(super) fn name(field: Field, value: i64, style: Style) -> Option<&'static str> {
    let full = style == Style::Full;
    let nth = |least: i64| usize::try_from(value - least).ok();
    let cut = |names: &[&'static str]| {
        let name = *names.get(nth(1)?)?;
        Some(if full { name } else { &name[..3] })
    };
    match field {
        Field::Month => cut(&MONTHS),
        Field::Weekday => cut(&DAYS),
        Field::Quarter => {
            let (short, long) = *QUARTERS.get(nth(1)?)?;
            Some(if full { long } else { short })
        }
        Field::Half => ["AM", "PM"].get(nth(0)?).copied(),
        Field::Era if full => ["Before Christ", "Anno Domini"].get(nth(0)?).copied(),
        Field::Era => ["BC", "AD"].get(nth(0)?).copied(),
        _ => None,
    }
}

/// The value whose name stands at the front of a text in any case, and how long the name is.
pub(super) fn value(field: Field, text: &str, style: Style) -> Option<(i64, usize)> {
    (0..=12).find_map(|value| {
        let name = name(field, value, style)?;
        starts_with(text, name).then_some((value, name.len()))
    })
}

/// Whether a text begins with a word in any case of letters.
pub(super) fn starts_with(text: &str, word: &str) -> bool {
    match text.get(..word.len()) {
        Some(front) if word.is_ascii() => front.eq_ignore_ascii_case(word),
        Some(front) => front == word || front.to_lowercase() == word.to_lowercase(),
        None => false,
    }
}
