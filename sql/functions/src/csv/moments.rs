//! [`Moments`]: dates, timestamps and times of day in text, under the formats of options.
//!
//! Without a format all is read that a cast reads, and ISO 8601 is written. With one only what has
//! that form is read, unless `enableDateTimeParsingFallback` lets a cast have a second try. Inference
//! is stricter than reading: a date is `yyyy-MM-dd` there.

use flint_sql_spec::{Result, SqlError, condition};

use super::options::GetOption;
use crate::datetime::pattern::{Pattern, TimeZone};

const DATE: &str = "yyyy-MM-dd";
const TIMESTAMP: &str = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
const TIMESTAMP_NTZ: &str = "yyyy-MM-dd'T'HH:mm:ss[.SSS]";

/// How dates, timestamps and times are written.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    zone: TimeZone,
    date: Form,
    timestamp: Form,
    timestamp_ntz: Form,
    time: Form,
    /// How casts do it.
    cast: Pattern,
    /// Dates as inference wants them.
    inferred_date: Pattern,
}

/// One format.
#[derive(Debug, Clone)]
struct Form {
    read: Pattern,
    /// Whether what cannot be read so may be read as casts do.
    lenient: bool,
    /// `None` if the format can only be read.
    write: Option<Pattern>,
    text: String,
}

type Compile = fn(&str) -> Result<Pattern>;

impl Form {
    /// A format that is given, or what stands for none. A format that cannot be read with is an
    /// error; one that cannot be written with is one when something is written.
    fn of(
        given: Option<String>,
        default: Option<&str>,
        compile: (Compile, Compile),
        (cast, lenient): (&Pattern, bool),
    ) -> Result<Form> {
        let (reading, writing) = compile;
        let read = match &given {
            Some(text) => reading(text).ok(),
            None => Some(cast.clone()),
        };
        let write = match given.as_deref().or(default) {
            Some(text) => writing(text),
            None => Ok(cast.clone()),
        };
        match (read, write) {
            (None, Err(error)) => Err(error),
            (read, write) => Ok(Form {
                read: read.unwrap_or_else(|| cast.clone()),
                lenient,
                write: write.ok(),
                text: given.unwrap_or_default(),
            }),
        }
    }

    /// What to write with.
    fn writer(&self) -> Result<&Pattern> {
        self.write.as_ref().ok_or_else(|| {
            SqlError::new(condition::INVALID_DATETIME_PATTERN_WITH_SUGGESTION)
                .with("pattern", &*self.text)
                .with("docroot", "https://spark.apache.org/docs/latest")
        })
    }
}

impl Moments {
    /// Reads the formats of options.
    ///
    /// # Errors
    /// Those of patterns; `UNSUPPORTED_FEATURE` for names of months and days in languages other than
    /// English.
    pub(crate) fn read(get: &GetOption<'_>, zone: &str, now: i64) -> Result<Moments> {
        english(get)?;
        let cast = Pattern::cast(now);
        let lenient = get("enableDateTimeParsingFallback")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let plain: (Compile, Compile) = (Pattern::for_reading, Pattern::for_writing);
        let ntz: (Compile, Compile) = (Pattern::for_reading_ntz, Pattern::for_writing_ntz);
        let form = |name, default, compile| Form::of(get(name), default, compile, (&cast, lenient));
        let inferred_date = get("dateFormat").unwrap_or_else(|| DATE.to_owned());
        Ok(Moments {
            zone: TimeZone::of(zone)?,
            date: form("dateFormat", Some(DATE), plain)?,
            timestamp: form("timestampFormat", Some(TIMESTAMP), plain)?,
            timestamp_ntz: form("timestampNTZFormat", Some(TIMESTAMP_NTZ), ntz)?,
            time: form("timeFormat", None, plain)?,
            inferred_date: Pattern::for_reading(&inferred_date).or_else(|_| {
                // It cannot be read with, so no text is a date.
                Pattern::for_reading("'not a date'")
            })?,
            cast,
        })
    }

    /// Days since the epoch.
    pub(crate) fn date(&self, text: &str) -> Option<i32> {
        let found = self.date.read.read_date(text);
        found.or_else(|| self.cast_of(&self.date)?.read_date(text))
    }

    /// Microseconds since the epoch.
    pub(crate) fn timestamp(&self, text: &str) -> Option<i64> {
        let found = self.timestamp.read.read_timestamp(text, &self.zone);
        found.or_else(|| {
            self.cast_of(&self.timestamp)?
                .read_timestamp(text, &self.zone)
        })
    }

    /// Microseconds of a clock without a zone; text with a zone is none.
    pub(crate) fn timestamp_ntz(&self, text: &str) -> Option<i64> {
        self.timestamp_ntz.read.read_timestamp_ntz(text, false)
    }

    /// Nanoseconds since midnight.
    pub(crate) fn time(&self, text: &str) -> Option<i64> {
        self.time.read.read_time(text)
    }

    fn cast_of(&self, form: &Form) -> Option<&Pattern> {
        form.lenient.then_some(&self.cast)
    }

    /// Whether inference takes text for a date.
    pub(crate) fn infers_date(&self, text: &str) -> bool {
        self.inferred_date.read_date(text).is_some()
    }

    /// Whether dates can be read as timestamps: both have the form that casts know.
    pub(crate) fn dates_are_timestamps(&self) -> bool {
        let known = [
            "",
            "yyyy-MM-dd",
            "yyyy-M-d",
            "yyyy-M-dd",
            "yyyy-MM-d",
            "yyyy-MM",
            "yyyy-M",
            "yyyy",
        ];
        known.contains(&&*self.date.text)
            && self.timestamp.text.is_empty()
            && self.timestamp_ntz.text.is_empty()
    }

    /// Whether inference takes text for a timestamp without a zone.
    pub(crate) fn infers_ntz(&self, text: &str) -> bool {
        self.timestamp_ntz(text).is_some()
    }

    /// Whether inference takes text for a timestamp.
    pub(crate) fn infers_timestamp(&self, text: &str) -> bool {
        let read = &self.timestamp.read;
        read.read_timestamp(text, &self.zone).is_some()
    }

    /// Whether all formats can be written with.
    ///
    /// # Errors
    /// `INVALID_DATETIME_PATTERN` for the first that cannot.
    pub(crate) fn check_writing(&self) -> Result<()> {
        let forms = [&self.date, &self.timestamp, &self.timestamp_ntz];
        forms.iter().try_for_each(|form| form.writer().map(|_| ()))
    }

    /// Writes a date.
    ///
    /// # Errors
    /// If the format asks for what a date has not.
    pub(crate) fn write_date(&self, days: i32, out: &mut String) -> Result<()> {
        self.date.writer()?.write_date(days, out)
    }

    /// Writes a timestamp: `2024-02-29T12:34:56.789Z`.
    ///
    /// # Errors
    /// As [`write_date`](Moments::write_date).
    pub(crate) fn write_timestamp(&self, micros: i64, out: &mut String) -> Result<()> {
        let pattern = self.timestamp.writer()?;
        pattern.write_timestamp(micros, &self.zone, out)
    }

    /// Writes a clock: `2024-02-29T12:34:56.789`.
    ///
    /// # Errors
    /// As [`write_date`](Moments::write_date).
    pub(crate) fn write_timestamp_ntz(&self, micros: i64, out: &mut String) -> Result<()> {
        let pattern = self.timestamp_ntz.writer()?;
        pattern.write_timestamp_ntz(micros, out)
    }

    /// Writes a time of day.
    ///
    /// # Errors
    /// As [`write_date`](Moments::write_date).
    pub(crate) fn write_time(&self, nanos: i64, out: &mut String) -> Result<()> {
        self.time.writer()?.write_time(nanos, out)
    }
}

/// Refuses words of other languages.
fn english(get: &GetOption<'_>) -> Result<()> {
    let Some(locale) = get("locale") else {
        return Ok(());
    };
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    let has_words = |pattern: &str| {
        let mut quoted = false;
        let letters: String = pattern
            .chars()
            .filter(|c| {
                quoted ^= *c == '\'';
                !quoted
            })
            .collect();
        ["MMM", "LLL", "E", "a", "G", "qqq", "QQQ"]
            .iter()
            .any(|word| letters.contains(word))
    };
    let formats = [
        "dateFormat",
        "timestampFormat",
        "timestampNTZFormat",
        "timeFormat",
    ];
    let words = formats
        .iter()
        .filter_map(|name| get(name))
        .any(|p| has_words(&p));
    match words && !language.eq_ignore_ascii_case("en") {
        false => Ok(()),
        true => Err(SqlError::new(condition::NOT_SUPPORTED_YET).with(
            "feature",
            format!("names of months and days in the language {locale}"),
        )),
    }
}
