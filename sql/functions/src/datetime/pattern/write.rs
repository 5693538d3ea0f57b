//! Writing by a pattern's items.

use std::fmt::Write;

use super::item::{Field, Item, Number, OffsetForm, Part, Sign};
use super::names::{self, Style};
use super::zones::TimeZone;
use crate::datetime::calendar::{
    Civil, MICROS_PER_DAY, MICROS_PER_SECOND, NANOS_PER_MICRO, civil, day_of,
};

const NANOS_PER_SECOND: i64 = MICROS_PER_SECOND * NANOS_PER_MICRO;

/// What is written: a date, a time, a zone, or some of them.
#[derive(Debug)]
pub(super) struct Moment<'a> {
    day: Option<(i64, Civil)>,
    /// Nanoseconds since midnight.
    nanos: Option<i64>,
    zone: Option<Zoned<'a>>,
}

#[derive(Debug)]
struct Zoned<'a> {
    zone: &'a TimeZone,
    offset: i32,
    micros: i64,
}

impl<'a> Moment<'a> {
    pub(super) fn instant(micros: i64, zone: &'a TimeZone) -> Moment<'a> {
        let offset = zone.offset_at(micros);
        let seconds = micros.div_euclid(MICROS_PER_SECOND) + i64::from(offset);
        let per_day = MICROS_PER_DAY / MICROS_PER_SECOND;
        let rest = micros.rem_euclid(MICROS_PER_SECOND) * NANOS_PER_MICRO;
        Moment {
            nanos: Some(seconds.rem_euclid(per_day) * NANOS_PER_SECOND + rest),
            zone: Some(Zoned {
                zone,
                offset,
                micros,
            }),
            ..Moment::date(seconds.div_euclid(per_day))
        }
    }

    pub(super) fn local(micros: i64) -> Moment<'a> {
        Moment {
            nanos: Some(micros.rem_euclid(MICROS_PER_DAY) * NANOS_PER_MICRO),
            ..Moment::date(micros.div_euclid(MICROS_PER_DAY))
        }
    }

    pub(super) fn date(days: i64) -> Moment<'a> {
        Moment {
            day: Some((days, civil(days))),
            nanos: None,
            zone: None,
        }
    }

    pub(super) fn time(nanos: i64) -> Moment<'a> {
        Moment {
            day: None,
            nanos: Some(nanos),
            zone: None,
        }
    }

    fn get(&self, field: Field) -> Option<i64> {
        let date = self.day.map(|(_, date)| date);
        let seconds = self.nanos.map(|nanos| nanos / NANOS_PER_SECOND);
        let hour = seconds.map(|seconds| seconds / 3600);
        // 1 to `most`, where the clock has 0.
        let clock = |most: i64| Some((hour? + most - 1) % most + 1);
        match field {
            Field::Era => Some(i64::from(date?.year >= 1)),
            Field::YearOfEra => {
                let year = date?.year;
                Some(if year >= 1 { year } else { 1 - year })
            }
            Field::Year => Some(date?.year),
            Field::Quarter => Some((date?.month + 2) / 3),
            Field::Month => Some(date?.month),
            Field::DayOfYear => {
                let (days, date) = self.day?;
                Some(days - day_of(date.year, 1, 1)? + 1)
            }
            Field::DayOfMonth => Some(date?.day),
            Field::DayOfWeekInMonth => Some((date?.day - 1) % 7 + 1),
            Field::Weekday => Some((self.day?.0 + 3).rem_euclid(7) + 1),
            Field::JulianDay => Some(self.day?.0 + super::resolve::JULIAN_EPOCH),
            Field::Half => Some(hour? / 12),
            Field::Hour => hour,
            Field::ClockHour => clock(24),
            Field::HourOfHalf => Some(hour? % 12),
            Field::ClockHourOfHalf => clock(12),
            Field::Minute => Some(seconds? / 60 % 60),
            Field::Second => Some(seconds? % 60),
            Field::Nano => Some(self.nanos? % NANOS_PER_SECOND),
            Field::Offset => Some(self.zone.as_ref()?.offset.into()),
        }
    }
}

/// Appends all items; `None` if the moment doesn't have what one of them asks for.
pub(super) fn items(items: &[Item], moment: &Moment<'_>, out: &mut String) -> Option<()> {
    items.iter().try_for_each(|item| one(item, moment, out))
}

fn one(item: &Item, moment: &Moment<'_>, out: &mut String) -> Option<()> {
    match item {
        Item::Literal(text) => out.push_str(text),
        Item::Number(form) => number(*form, moment.get(form.field)?, out)?,
        Item::Fraction(_, digits) => {
            let power = 10_i64.pow(9 - *digits as u32);
            padded(moment.get(Field::Nano)? / power, *digits, out);
        }
        Item::Name(field, style) => {
            out.push_str(names::name(*field, moment.get(*field)?, *style)?);
        }
        Item::ZoneId => out.push_str(moment.zone.as_ref()?.zone.id()),
        Item::ZoneName(style) => {
            let zoned = moment.zone.as_ref()?;
            out.push_str(zoned.zone.name_at(zoned.micros, *style));
        }
        Item::GenericZoneName(style) => {
            out.push_str(moment.zone.as_ref()?.zone.generic_name(*style));
        }
        Item::Offset(form) => offset(form, moment.get(Field::Offset)?, out),
        Item::GmtOffset(style) => gmt_offset(*style, moment.get(Field::Offset)?, out),
        Item::Optional(inside) => {
            let before = out.len();
            if items(inside, moment, out).is_none() {
                out.truncate(before);
            }
        }
    }
    Some(())
}

/// A number of at least so many digits.
fn padded(value: i64, digits: usize, out: &mut String) {
    if (0..100).contains(&value) && digits == 2 {
        out.push(char::from(b'0' + (value / 10) as u8));
        out.push(char::from(b'0' + (value % 10) as u8));
        return;
    }
    write!(out, "{value:0digits$}").expect("text takes more text");
}

fn number(form: Number, value: i64, out: &mut String) -> Option<()> {
    if form.short_year {
        padded(value.abs() % 100, 2, out);
        return Some(());
    }
    let most = 10_i64.checked_pow(form.most as u32);
    if most.is_some_and(|most| value.abs() >= most) {
        return None;
    }
    let exceeds = || {
        10_i64
            .checked_pow(form.least as u32)
            .is_some_and(|least| value >= least)
    };
    match form.sign {
        Sign::Never if value < 0 => return None,
        Sign::ExceedsPad if exceeds() => out.push('+'),
        _ if value < 0 => out.push('-'),
        _ => {}
    }
    padded(value.abs(), form.least, out);
    Some(())
}

fn offset(form: &OffsetForm, seconds: i64, out: &mut String) {
    let (hours, minutes, rest) = (
        seconds.abs() / 3600,
        seconds.abs() / 60 % 60,
        seconds.abs() % 60,
    );
    let with_seconds = form.seconds == Part::UnlessZero && rest != 0;
    let with_minutes = form.minutes == Part::Always || minutes != 0;
    if hours == 0 && (!with_minutes || minutes == 0) && !with_seconds {
        out.push_str(form.zero);
        return;
    }
    out.push(if seconds < 0 { '-' } else { '+' });
    padded(hours, 2, out);
    for (value, _) in [(minutes, with_minutes), (rest, with_seconds)]
        .iter()
        .filter(|(_, is_there)| *is_there)
    {
        if form.colon {
            out.push(':');
        }
        padded(*value, 2, out);
    }
}

fn gmt_offset(style: Style, seconds: i64, out: &mut String) {
    out.push_str("GMT");
    if seconds == 0 {
        return;
    }
    let (hours, minutes, rest) = (
        seconds.abs() / 3600,
        seconds.abs() / 60 % 60,
        seconds.abs() % 60,
    );
    let full = style == Style::Full;
    out.push(if seconds < 0 { '-' } else { '+' });
    padded(hours, if full { 2 } else { 1 }, out);
    if full || minutes != 0 || rest != 0 {
        out.push(':');
        padded(minutes, 2, out);
    }
    if rest != 0 {
        out.push(':');
        padded(rest, 2, out);
    }
}
