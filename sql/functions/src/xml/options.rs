//! [`XmlOptions`]: the options of reading and writing XML, as a session and a program set them.

use std::borrow::Cow;

use flint_sql_spec::{Result, SqlError, condition};

use crate::csv::{GetOption, Moments, ParseMode, Symbols, invalid_option};

/// What a session says about XML.
#[derive(Debug, Clone)]
pub struct XmlSession {
    /// `spark.sql.session.timeZone`.
    pub time_zone: String,
    /// `spark.sql.columnNameOfCorruptRecord`.
    pub corrupt_column: String,
    /// `spark.sql.caseSensitive`.
    pub case_sensitive: bool,
    /// Whether `spark.sql.timestampType` is `TIMESTAMP_NTZ`.
    pub timestamps_without_zone: bool,
    /// Microseconds since the epoch at the query's start: clocks without a date are of that day.
    pub now: i64,
}

impl Default for XmlSession {
    /// Spark's defaults, in UTC.
    fn default() -> Self {
        XmlSession {
            time_zone: "UTC".to_owned(),
            corrupt_column: "_corrupt_record".to_owned(),
            case_sensitive: false,
            timestamps_without_zone: false,
            now: 0,
        }
    }
}

/// The options of XML. Source: Spark's `XmlOptions`.
#[derive(Debug, Clone)]
pub struct XmlOptions {
    /// `mode`.
    pub mode: ParseMode,
    /// `rowTag`: the element of a record in files; `None` if it is not said, which is `ROW` where
    /// records are written.
    pub row_tag: Option<String>,
    /// `rootTag`: the element around the records of a written file.
    pub root_tag: String,
    /// `declaration` at the start of a written file; an empty one is none.
    pub declaration: String,
    /// `inferSchema`; without it all values are strings.
    pub infer_schema: bool,
    /// `samplingRatio`: how much of the records inference looks at.
    pub sampling_ratio: f64,
    /// `encoding`, in capitals.
    pub encoding: String,
    /// `columnNameOfCorruptRecord`.
    pub corrupt_column: String,
    /// `singleVariantColumn`: the name of the one column that holds whole records.
    pub single_variant_column: Option<String>,
    pub(super) exclude_attributes: bool,
    pub(super) attribute_prefix: String,
    pub(super) value_tag: String,
    pub(super) null_value: Option<String>,
    pub(super) trim: bool,
    pub(super) prefer_date: bool,
    pub(super) prefers_decimal: bool,
    pub(super) ignore_namespace: bool,
    pub(super) wildcard: String,
    pub(super) array_element: String,
    pub(super) indent: String,
    pub(super) validate_names: bool,
    pub(super) case_sensitive: bool,
    pub(super) timestamps_without_zone: bool,
    pub(super) moments: Moments,
    pub(super) symbols: Symbols,
}

impl XmlOptions {
    /// Reads options.
    ///
    /// ```
    /// use flint_sql_functions::xml::{XmlOptions, XmlSession};
    ///
    /// let get = |name: &str| (name == "rowTag").then(|| "book".to_owned());
    /// let options = XmlOptions::read(&get, &XmlSession::default())?;
    /// assert_eq!(options.row_tag.as_deref(), Some("book"));
    /// # Ok::<(), flint_sql_spec::SqlError>(())
    /// ```
    ///
    /// # Errors
    /// Spark's condition for a value that an option cannot have; `UNSUPPORTED_FEATURE` for
    /// `rowValidationXSDPath`.
    pub fn read(get: &GetOption<'_>, session: &XmlSession) -> Result<XmlOptions> {
        let text = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let flag = |name: &str, default: bool| match get(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(value) => Err(invalid_option(name, &value)),
        };
        let filled = |name: &str, default: &str| match get(name) {
            Some(value) if value.is_empty() => Err(invalid_option(name, &value)),
            Some(value) => Ok(value),
            None => Ok(default.to_owned()),
        };
        if get("rowValidationXSDPath").is_some() {
            return Err(SqlError::new(condition::NOT_SUPPORTED_YET)
                .with("feature", "the option `rowValidationXSDPath` of XML"));
        }
        let ratio = text("samplingRatio", "1.0");
        let sampling_ratio = ratio.trim().parse().ok().filter(|ratio| *ratio > 0.0);
        if let Some(tag) = get("rowTag") {
            let inner = tag.strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
            if tag.is_empty() || inner.is_some() {
                return Err(invalid_option("rowTag", &tag));
            }
        }
        let options = XmlOptions {
            mode: get("mode").map_or(ParseMode::Permissive, |name| ParseMode::named(&name)),
            row_tag: get("rowTag"),
            root_tag: filled("rootTag", "ROWS")?,
            declaration: text(
                "declaration",
                r#"version="1.0" encoding="UTF-8" standalone="yes""#,
            ),
            infer_schema: flag("inferSchema", true)?,
            sampling_ratio: sampling_ratio
                .ok_or_else(|| invalid_option("samplingRatio", &ratio))?,
            encoding: get("encoding")
                .or_else(|| get("charset"))
                .map_or_else(|| "UTF-8".to_owned(), |name| name.to_ascii_uppercase()),
            corrupt_column: text("columnNameOfCorruptRecord", &session.corrupt_column),
            single_variant_column: get("singleVariantColumn"),
            exclude_attributes: flag("excludeAttribute", false)?,
            attribute_prefix: text("attributePrefix", "_"),
            value_tag: filled("valueTag", "_VALUE")?,
            null_value: get("nullValue"),
            trim: flag("ignoreSurroundingSpaces", true)?,
            prefer_date: flag("preferDate", true)?,
            prefers_decimal: flag("prefersDecimal", false)?,
            ignore_namespace: flag("ignoreNamespace", false)?,
            wildcard: text("wildcardColName", "xs_any"),
            array_element: text("arrayElementName", "item"),
            indent: text("indent", "    "),
            validate_names: flag("validateName", true)?,
            case_sensitive: session.case_sensitive,
            timestamps_without_zone: session.timestamps_without_zone,
            moments: Moments::read(get, &text("timeZone", &session.time_zone), session.now)?,
            symbols: Symbols::of(get("locale").as_deref())?,
        };
        if options.value_tag == options.attribute_prefix {
            return Err(invalid_option("valueTag", &options.value_tag));
        }
        Ok(options)
    }

    /// The name that a field has for an element.
    pub(super) fn name<'n>(&self, name: &'n str) -> &'n str {
        match name.split_once(':') {
            Some((_, local)) if self.ignore_namespace => local,
            _ => name,
        }
    }

    /// The name that a field has for an attribute; `None` if attributes are left out.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let name = self.name(name);
        (!self.exclude_attributes).then(|| format!("{}{name}", self.attribute_prefix))
    }

    /// What names of fields are compared by.
    pub(super) fn key<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.case_sensitive || !name.chars().any(char::is_uppercase) {
            true => Cow::Borrowed(name),
            false => Cow::Owned(name.to_lowercase()),
        }
    }

    /// A value's text, if it is not the null value.
    pub(super) fn value<'v>(&self, text: &'v str) -> Option<&'v str> {
        let text = match self.trim {
            // As Java's `String.trim`.
            true => text.trim_matches(|c: char| c <= ' '),
            false => text,
        };
        (Some(text) != self.null_value.as_deref()).then_some(text)
    }
}
