//! [`CsvOptions`]: the options of reading and writing CSV, as a session and a program set them.

use flint_sql_spec::{Result, SqlError, condition};

use super::dialect::{Dialect, LineEnd, UnescapedQuote};
use super::moments::Moments;
use super::symbols::Symbols;

/// What becomes of records that don't fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseMode {
    /// They are rows with what could be read, and their text in a column of its own.
    Permissive,
    /// They are left out.
    DropMalformed,
    /// They are errors.
    FailFast,
}

impl ParseMode {
    /// The mode of a name, in any case; other names are permissive, as in Spark.
    pub fn named(name: &str) -> ParseMode {
        match name.to_ascii_uppercase().as_str() {
            "DROPMALFORMED" => ParseMode::DropMalformed,
            "FAILFAST" => ParseMode::FailFast,
            _ => ParseMode::Permissive,
        }
    }
}

/// What a session says about CSV.
#[derive(Debug, Clone)]
pub struct CsvSession {
    /// `spark.sql.session.timeZone`.
    pub time_zone: String,
    /// `spark.sql.columnNameOfCorruptRecord`.
    pub corrupt_column: String,
    /// `spark.sql.caseSensitive`.
    pub case_sensitive: bool,
    /// Whether `spark.sql.timestampType` is `TIMESTAMP_NTZ`.
    pub timestamps_without_zone: bool,
    /// `spark.sql.csv.parser.columnPruning.enabled`.
    pub column_pruning: bool,
    /// Microseconds since the epoch at the query's start: clocks without a date are of that day.
    pub now: i64,
}

impl Default for CsvSession {
    /// Spark's defaults, in UTC.
    fn default() -> Self {
        CsvSession {
            time_zone: "UTC".to_owned(),
            corrupt_column: "_corrupt_record".to_owned(),
            case_sensitive: false,
            timestamps_without_zone: false,
            column_pruning: true,
            now: 0,
        }
    }
}

/// The options of CSV.
#[derive(Debug, Clone)]
pub struct CsvOptions {
    /// `mode`.
    pub mode: ParseMode,
    /// `header`: whether the first record of a file names the columns.
    pub header: bool,
    /// `inferSchema`; without it all columns are strings.
    pub infer_schema: bool,
    /// `samplingRatio`: how much of the records inference looks at.
    pub sampling_ratio: f64,
    /// `enforceSchema`: whether headers are taken for granted.
    pub enforce_schema: bool,
    /// `multiLine`: whether values in quotes may have line ends.
    pub multi_line: bool,
    /// `lineSep`.
    pub line_separator: Option<String>,
    /// `encoding`, in capitals.
    pub encoding: String,
    /// `columnNameOfCorruptRecord`.
    pub corrupt_column: String,
    /// Whether only columns that are asked for are read.
    pub column_pruning: bool,
    /// `spark.sql.caseSensitive`.
    pub case_sensitive: bool,
    /// `extension` of written files, without the point.
    pub extension: String,
    pub(super) comment: Option<char>,
    pub(super) null_value: String,
    pub(super) nan: String,
    pub(super) positive_infinity: String,
    pub(super) negative_infinity: String,
    pub(super) prefer_date: bool,
    pub(super) timestamps_without_zone: bool,
    pub(super) moments: Moments,
    pub(super) symbols: Symbols,
    pub(super) writing: WriteOptions,
    dialect: Dialect,
}

/// What only writers look at.
#[derive(Debug, Clone)]
pub(super) struct WriteOptions {
    pub(super) delimiter: String,
    pub(super) quote: char,
    pub(super) escape: char,
    pub(super) escape_escape: char,
    pub(super) comment: char,
    pub(super) quote_all: bool,
    pub(super) escape_quotes: bool,
    pub(super) trim_leading: bool,
    pub(super) trim_trailing: bool,
    pub(super) empty_value: String,
}

/// Gives the value of an option that is set, whatever the case of its name.
pub type GetOption<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl CsvOptions {
    /// Reads options.
    ///
    /// ```
    /// use flint_sql_functions::csv::{CsvOptions, CsvSession};
    ///
    /// let get = |name: &str| (name == "header").then(|| "true".to_owned());
    /// let options = CsvOptions::read(&get, &CsvSession::default())?;
    /// assert!(options.header && !options.infer_schema);
    /// # Ok::<(), flint_sql_spec::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// Spark's condition for a value that an option cannot have.
    pub fn read(get: &GetOption<'_>, session: &CsvSession) -> Result<CsvOptions> {
        let given = Given(get);
        let text = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let zone = text("timeZone", &session.time_zone);
        let locale = get("locale");
        let comment = given.character("comment", '\0')?;
        let comment_set = get("comment").is_some_and(|c| c.chars().count() == 1);
        let null_value = text("nullValue", "");
        let dialect = given.dialect(comment_set.then_some(comment), &null_value)?;
        let extension = text("extension", "csv");
        if extension.len() != 3 || !extension.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(SqlError::new(condition::INVALID_PARAMETER_VALUE_EXTENSION)
                .with("functionName", "`extension`")
                .with("parameter", "`extension`")
                .with("invalidValue", extension));
        }
        let sampling_ratio = given.ratio()?;
        Ok(CsvOptions {
            mode: get("mode").map_or(ParseMode::Permissive, |name| ParseMode::named(&name)),
            header: given.flag("header", false)?,
            infer_schema: given.flag("inferSchema", false)?,
            sampling_ratio,
            enforce_schema: given.flag("enforceSchema", true)?,
            multi_line: given.flag("multiLine", false)?,
            line_separator: get("lineSep"),
            encoding: get("encoding")
                .or_else(|| get("charset"))
                .map_or_else(|| "UTF-8".to_owned(), |name| name.to_ascii_uppercase()),
            corrupt_column: text("columnNameOfCorruptRecord", &session.corrupt_column),
            column_pruning: given.flag("columnPruning", session.column_pruning)?,
            case_sensitive: session.case_sensitive,
            extension,
            comment: comment_set.then_some(comment),
            null_value,
            nan: text("nanValue", "NaN"),
            positive_infinity: text("positiveInf", "Inf"),
            negative_infinity: text("negativeInf", "-Inf"),
            prefer_date: given.flag("preferDate", true)?,
            timestamps_without_zone: session.timestamps_without_zone,
            moments: Moments::read(get, &zone, session.now)?,
            symbols: Symbols::of(locale.as_deref())?,
            writing: WriteOptions {
                delimiter: dialect.delimiter.iter().collect(),
                quote: dialect.quote,
                escape: dialect.escape,
                escape_escape: dialect.escape_escape,
                comment: if comment_set { comment } else { '#' },
                quote_all: given.flag("quoteAll", false)?,
                escape_quotes: given.flag("escapeQuotes", true)?,
                trim_leading: given.flag("ignoreLeadingWhiteSpace", true)?,
                trim_trailing: given.flag("ignoreTrailingWhiteSpace", true)?,
                empty_value: text("emptyValue", "\"\""),
            },
            dialect,
        })
    }

    /// How records are taken apart.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect.clone()
    }

    /// Whether a line is none of the data: it is blank, or a comment.
    pub fn skips(&self, line: &str) -> bool {
        let blank = line.bytes().all(|b| b <= b' ');
        blank || self.comment.is_some_and(|c| line.starts_with(c))
    }
}

/// Options as they are given.
struct Given<'a>(&'a GetOption<'a>);

impl Given<'_> {
    fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match (self.0)(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(value) => Err(invalid_option(name, &value)),
        }
    }

    /// One character; none is NUL.
    fn character(&self, name: &str, default: char) -> Result<char> {
        let Some(value) = (self.0)(name) else {
            return Ok(default);
        };
        let mut chars = value.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Ok('\0'),
            (Some(c), None) => Ok(c),
            _ => Err(SqlError::new(condition::OPTION_VALUE_EXCEEDS_ONE_CHARACTER)
                .with("paramName", name)
                .with("actualValue", value)),
        }
    }

    fn number(&self, name: &str, default: i64) -> Result<i64> {
        match (self.0)(name) {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| invalid_option(name, &value)),
        }
    }

    fn ratio(&self) -> Result<f64> {
        let Some(value) = (self.0)("samplingRatio") else {
            return Ok(1.0);
        };
        let ratio = value.trim().parse().ok().filter(|ratio| *ratio > 0.0);
        ratio.ok_or_else(|| invalid_option("samplingRatio", &value))
    }

    fn dialect(&self, comment: Option<char>, null_value: &str) -> Result<Dialect> {
        let sep = (self.0)("sep").or_else(|| (self.0)("delimiter"));
        let quote = self.character("quote", '"')?;
        let escape = self.character("escape", '\\')?;
        let escape_escape = match (self.0)("charToEscapeQuoteEscaping") {
            Some(given) if !given.is_empty() => {
                self.character("charToEscapeQuoteEscaping", '\0')?
            }
            _ if quote == escape => '\0',
            _ => escape,
        };
        let line_separator = self.line_separator()?;
        let multi_line = self.flag("multiLine", false)?;
        let line_end = match line_separator {
            Some(given) => Some(given),
            None if multi_line => None,
            None => Some(LineEnd::NEWLINE),
        };
        let max_chars = self.number("maxCharsPerColumn", -1)?;
        let max_columns = self.number("maxColumns", 20_480)?;
        Ok(Dialect {
            delimiter: delimiter(sep.as_deref().unwrap_or(","))?,
            quote,
            escape,
            escape_escape,
            comment,
            trim_leading: self.flag("ignoreLeadingWhiteSpace", false)?,
            trim_trailing: self.flag("ignoreTrailingWhiteSpace", false)?,
            null_value: null_value.to_owned(),
            empty_value: (self.0)("emptyValue").unwrap_or_default(),
            max_columns: usize::try_from(max_columns)
                .map_err(|_| invalid_option("maxColumns", &max_columns.to_string()))?,
            max_chars: usize::try_from(max_chars).ok(),
            unescaped: self.unescaped()?,
            line_end,
            normalize_quoted: line_separator.is_none() || !multi_line,
        })
    }

    fn line_separator(&self) -> Result<Option<LineEnd>> {
        let Some(given) = (self.0)("lineSep") else {
            return Ok(None);
        };
        let mut chars = given.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(first), second, None) => Ok(Some(LineEnd { first, second })),
            _ => Err(invalid_option("lineSep", &given)),
        }
    }

    fn unescaped(&self) -> Result<UnescapedQuote> {
        let Some(given) = (self.0)("unescapedQuoteHandling") else {
            return Ok(UnescapedQuote::StopAtDelimiter);
        };
        Ok(match given.to_ascii_uppercase().as_str() {
            "STOP_AT_CLOSING_QUOTE" => UnescapedQuote::StopAtClosingQuote,
            "STOP_AT_DELIMITER" => UnescapedQuote::StopAtDelimiter,
            "BACK_TO_DELIMITER" => UnescapedQuote::BackToDelimiter,
            "SKIP_VALUE" => UnescapedQuote::SkipValue,
            "RAISE_ERROR" => UnescapedQuote::RaiseError,
            _ => return Err(invalid_option("unescapedQuoteHandling", &given)),
        })
    }
}

/// A separator; a backslash makes a special character of the next one.
fn delimiter(text: &str) -> Result<Vec<char>> {
    if text.is_empty() {
        return Err(SqlError::new(
            condition::INVALID_DELIMITER_VALUE_EMPTY_STRING,
        ));
    }
    if text == "\\u0000" {
        return Ok(vec!['\0']);
    }
    let mut chars = text.chars();
    let mut found = Vec::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            found.push(c);
            continue;
        }
        found.push(match chars.next() {
            None => {
                return Err(SqlError::new(
                    condition::INVALID_DELIMITER_VALUE_SINGLE_BACKSLASH,
                ));
            }
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\'' | '\\')) => same,
            Some(other) => {
                return Err(SqlError::new(
                    condition::INVALID_DELIMITER_VALUE_UNSUPPORTED_SPECIAL_CHARACTER,
                )
                .with("str", format!("\\{other}")));
            }
        });
    }
    Ok(found)
}

/// An option with a value that it cannot have.
pub(crate) fn invalid_option(name: &str, value: &str) -> SqlError {
    SqlError::new(condition::STDS_INVALID_OPTION_VALUE_WITH_MESSAGE)
        .with("optionName", name)
        .with("message", format!("`{value}` is none of its values."))
}
