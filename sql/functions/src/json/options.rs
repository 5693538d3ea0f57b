//! [`JsonOptions`]: Spark's options about JSON, read once.

use std::sync::Arc;

use flint_sql_spec::{Result, SqlError, condition};

use crate::pattern::{Pattern, TimeZone};

/// What becomes of a record that does not fit the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseMode {
    /// It is a row of what could be read, and the record stands in a column of its own.
    Permissive,
    /// It is left out.
    DropMalformed,
    /// It is an error.
    FailFast,
}

/// What of JSON's rules is bent, and the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) comments: bool,
    pub(crate) unquoted_names: bool,
    pub(crate) single_quotes: bool,
    pub(crate) leading_zeros: bool,
    pub(crate) non_numeric: bool,
    pub(crate) any_escapes: bool,
    pub(crate) control_chars: bool,
    /// How deep objects and arrays nest at most.
    pub(crate) depth: usize,
    /// Digits of a number at most.
    pub(crate) number_length: usize,
    /// Characters of a string at most.
    pub(crate) text_length: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            comments: false,
            unquoted_names: false,
            single_quotes: true,
            leading_zeros: false,
            non_numeric: true,
            any_escapes: false,
            control_chars: false,
            depth: 1000,
            number_length: 1000,
            text_length: 20_000_000,
        }
    }
}

/// What a session says about JSON where options do not.
#[derive(Debug, Clone)]
pub struct JsonSession {
    /// `spark.sql.session.timeZone`.
    pub time_zone: Arc<str>,
    /// `spark.sql.columnNameOfCorruptRecord`.
    pub corrupt_column: Arc<str>,
    /// `spark.sql.json.enablePartialResults`.
    pub partial_results: bool,
    /// Whether `spark.sql.timestampType` is `TIMESTAMP_NTZ`.
    pub timestamps_without_zone: bool,
    /// `spark.sql.jsonGenerator.ignoreNullFields`.
    pub ignore_null_fields: bool,
    /// The query's start, in microseconds since the epoch: times without a date are of that day.
    pub now: i64,
}

impl Default for JsonSession {
    fn default() -> Self {
        JsonSession {
            time_zone: "UTC".into(),
            corrupt_column: "_corrupt_record".into(),
            partial_results: true,
            timestamps_without_zone: false,
            ignore_null_fields: true,
            now: 0,
        }
    }
}

/// Options of reading and writing JSON.
///
/// ```
/// use flint_sql_functions::json::{JsonOptions, JsonSession, ParseMode};
///
/// let given = |name: &str| (name == "mode").then_some("failfast");
/// let options = JsonOptions::read(given, &JsonSession::default())?;
/// assert_eq!(options.mode, ParseMode::FailFast);
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct JsonOptions {
    /// `mode`; Spark takes unknown ones for `PERMISSIVE`.
    pub mode: ParseMode,
    /// `columnNameOfCorruptRecord`.
    pub corrupt_column: Arc<str>,
    /// `multiLine`: whether a file is one text, not one a line.
    pub multi_line: bool,
    /// `lineSep`.
    pub line_separator: Option<String>,
    /// `encoding` or `charset`.
    pub encoding: Option<String>,
    /// `samplingRatio`: the share of records that a schema is inferred from.
    pub sampling_ratio: f64,
    pub(super) rules: Rules,
    pub(super) primitives_as_string: bool,
    pub(super) prefers_decimal: bool,
    pub(super) drop_field_if_all_null: bool,
    pub(super) infer_timestamp: bool,
    pub(super) session: JsonSession,
    pub(super) zone: TimeZone,
    formats: Formats,
    pub(super) ignore_null_fields: bool,
    pub(super) pretty: bool,
    pub(super) escape_non_ascii: bool,
}

/// Forms of dates and times, as they are given.
#[derive(Debug, Clone)]
pub(super) struct Formats {
    date: Option<String>,
    timestamp: Option<String>,
    ntz: Option<String>,
    /// Whether what does not fit a form is read as casts do.
    falls_back: bool,
}

/// A form to read with, and what is tried next.
#[derive(Debug, Clone)]
pub(super) struct Reads {
    first: Pattern,
    next: Option<Pattern>,
    /// Whether what casts read is tried.
    casts: bool,
}

impl Reads {
    /// Days since the epoch, as Spark 1.5 wrote dates: read where casts are tried. Days of the old
    /// calendar are not.
    pub(super) fn days(&self, text: &str) -> Option<i32> {
        const FIRST_OF_GREGORIAN: i32 = -141_427;
        let days: i32 = text.parse().ok().filter(|_| self.casts)?;
        (days >= FIRST_OF_GREGORIAN).then_some(days)
    }

    /// What the first form that fits gives.
    pub(super) fn find<T>(&self, read: impl Fn(&Pattern) -> Option<T>) -> Option<T> {
        read(&self.first).or_else(|| read(self.next.as_ref()?))
    }
}

/// Options by name.
struct Given<'a, G>(&'a G);

impl<'v, G: Fn(&str) -> Option<&'v str>> Given<'_, G> {
    fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match (self.0)(name) {
            None => Ok(default),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(wrong(name, text)),
        }
    }

    fn number<N: std::str::FromStr>(&self, name: &str, default: N) -> Result<N> {
        match (self.0)(name) {
            None => Ok(default),
            Some(text) => text.trim().parse().map_err(|_| wrong(name, text)),
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        (self.0)(name).map(str::to_owned)
    }
}

fn wrong(name: &str, value: &str) -> SqlError {
    SqlError::new(condition::STDS_INVALID_OPTION_VALUE_WITH_MESSAGE)
        .with("optionName", name)
        .with("message", format!("`{value}` is none of its values."))
}

impl JsonOptions {
    /// Reads options; `given` knows names without regard to case.
    ///
    /// # Errors
    /// `STDS_INVALID_OPTION_VALUE.WITH_MESSAGE` for a value that an option cannot have,
    /// `INVALID_TIMEZONE`, and `UNSUPPORTED_FEATURE` for what Flint does not do yet: a variant
    /// column, and languages other than English.
    pub fn read<'v>(
        given: impl Fn(&str) -> Option<&'v str>,
        session: &JsonSession,
    ) -> Result<JsonOptions> {
        let options = Given(&given);
        refuse(&given)?;
        let zone = TimeZone::of(given("timeZone").unwrap_or(&session.time_zone))?;
        let sampling_ratio: f64 = options.number("samplingRatio", 1.0)?;
        if sampling_ratio.is_nan() || sampling_ratio <= 0.0 {
            return Err(wrong("samplingRatio", &sampling_ratio.to_string()));
        }
        let line_separator = options.text("lineSep");
        if line_separator.as_deref() == Some("") {
            return Err(wrong("lineSep", ""));
        }
        Ok(JsonOptions {
            mode: mode(given("mode")),
            corrupt_column: given("columnNameOfCorruptRecord")
                .map_or_else(|| Arc::clone(&session.corrupt_column), Arc::from),
            multi_line: options.flag("multiLine", false)?,
            line_separator,
            encoding: options.text("encoding").or_else(|| options.text("charset")),
            sampling_ratio,
            rules: rules(&options)?,
            primitives_as_string: options.flag("primitivesAsString", false)?,
            prefers_decimal: options.flag("prefersDecimal", false)?,
            drop_field_if_all_null: options.flag("dropFieldIfAllNull", false)?,
            infer_timestamp: options.flag("inferTimestamp", false)?,
            session: session.clone(),
            zone,
            formats: Formats {
                date: options.text("dateFormat"),
                timestamp: options.text("timestampFormat"),
                ntz: options.text("timestampNTZFormat"),
                falls_back: options.flag("enableDateTimeParsingFallback", false)?,
            },
            ignore_null_fields: options.flag("ignoreNullFields", session.ignore_null_fields)?,
            pretty: options.flag("pretty", false)?,
            escape_non_ascii: options.flag("writeNonAsciiCharacterAsCodePoint", false)?,
        })
    }

    /// Options under which values are written whole: nulls are shown, times have six digits of
    /// seconds and are in UTC.
    ///
    /// # Errors
    /// None in practice: the forms are right.
    pub fn exact() -> Result<JsonOptions> {
        let given = |name: &str| match name {
            "timestampFormat" => Some("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"),
            "timestampNTZFormat" => Some("yyyy-MM-dd'T'HH:mm:ss.SSSSSS"),
            "ignoreNullFields" => Some("false"),
            _ => None,
        };
        JsonOptions::read(given, &JsonSession::default())
    }
}

/// The forms of one type each; what is wrong with a form is told when it is asked for.
impl JsonOptions {
    fn reads(&self, form: Option<&String>, make: fn(&str) -> Result<Pattern>) -> Result<Reads> {
        let cast = || Pattern::cast(self.session.now);
        Ok(match form {
            None => Reads {
                first: cast(),
                next: None,
                casts: true,
            },
            Some(form) => Reads {
                first: make(form)?,
                next: self.formats.falls_back.then(cast),
                casts: self.formats.falls_back,
            },
        })
    }

    pub(super) fn date_reads(&self) -> Result<Reads> {
        self.reads(self.formats.date.as_ref(), Pattern::for_reading)
    }

    pub(super) fn timestamp_reads(&self) -> Result<Reads> {
        self.reads(self.formats.timestamp.as_ref(), Pattern::for_reading)
    }

    pub(super) fn ntz_reads(&self) -> Result<Reads> {
        self.reads(self.formats.ntz.as_ref(), Pattern::for_reading_ntz)
    }

    /// The form of timestamps alone.
    pub(super) fn timestamp_form(&self) -> Result<Pattern> {
        Ok(self.timestamp_reads()?.first)
    }

    /// The form of zoneless timestamps alone.
    pub(super) fn ntz_form(&self) -> Result<Pattern> {
        Ok(self.ntz_reads()?.first)
    }

    pub(super) fn date_writes(&self) -> Result<Pattern> {
        Pattern::for_writing(self.formats.date.as_deref().unwrap_or("yyyy-MM-dd"))
    }

    pub(super) fn timestamp_writes(&self) -> Result<Pattern> {
        let form = self.formats.timestamp.as_deref();
        Pattern::for_writing(form.unwrap_or("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXXXX]"))
    }

    pub(super) fn ntz_writes(&self) -> Result<Pattern> {
        let form = self.formats.ntz.as_deref();
        Pattern::for_writing_ntz(form.unwrap_or("yyyy-MM-dd'T'HH:mm:ss[.SSS]"))
    }
}

fn mode(name: Option<&str>) -> ParseMode {
    match name.map(str::to_ascii_uppercase).as_deref() {
        Some("DROPMALFORMED") => ParseMode::DropMalformed,
        Some("FAILFAST") => ParseMode::FailFast,
        _ => ParseMode::Permissive,
    }
}

fn refuse<'v>(given: &impl Fn(&str) -> Option<&'v str>) -> Result<()> {
    let unsupported =
        |what: String| Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", what));
    if given("singleVariantColumn").is_some() {
        return unsupported("the option singleVariantColumn of JSON".to_owned());
    }
    // Names of months and days, and commas in decimals, are English.
    match given("locale") {
        Some(locale) if !locale.to_ascii_lowercase().starts_with("en") => {
            unsupported(format!("the locale {locale}"))
        }
        _ => Ok(()),
    }
}

fn rules<'v, G: Fn(&str) -> Option<&'v str>>(options: &Given<'_, G>) -> Result<Rules> {
    let plain = Rules::default();
    Ok(Rules {
        comments: options.flag("allowComments", plain.comments)?,
        unquoted_names: options.flag("allowUnquotedFieldNames", plain.unquoted_names)?,
        single_quotes: options.flag("allowSingleQuotes", plain.single_quotes)?,
        leading_zeros: options.flag("allowNumericLeadingZeros", plain.leading_zeros)?,
        non_numeric: options.flag("allowNonNumericNumbers", plain.non_numeric)?,
        any_escapes: options.flag("allowBackslashEscapingAnyCharacter", plain.any_escapes)?,
        control_chars: options.flag("allowUnquotedControlChars", plain.control_chars)?,
        depth: options.number("maxNestingDepth", plain.depth)?,
        number_length: options.number("maxNumLen", plain.number_length)?,
        text_length: options.number("maxStringLen", plain.text_length)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &'static str)]) -> Result<JsonOptions> {
        let given = |name: &str| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        JsonOptions::read(given, &JsonSession::default())
    }

    #[test]
    fn unknown_modes_are_permissive_and_wrong_values_are_told() {
        assert_eq!(
            read(&[("mode", "x")]).expect("fine").mode,
            ParseMode::Permissive
        );
        for wrong in [
            ("multiLine", "yes"),
            ("samplingRatio", "0"),
            ("samplingRatio", "x"),
            ("lineSep", ""),
        ] {
            let error = read(&[wrong]).expect_err("no such value");
            assert_eq!(
                error.condition().name,
                "STDS_INVALID_OPTION_VALUE.WITH_MESSAGE"
            );
        }
        assert!(read(&[("timeZone", "Nowhere")]).is_err());
        assert!(read(&[("locale", "fr-FR")]).is_err());
        assert!(read(&[("singleVariantColumn", "v")]).is_err());
    }
}
