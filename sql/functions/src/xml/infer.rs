//! [`XmlInference`]: the schema of records. Source: Spark's `XmlInferSchema`.

use std::borrow::Cow;

use flint_sql_spec::{DataType, Result, SqlError, StructField, StructType, condition, with_stack};

use super::events::{Event, Start, events, is_blank};
use super::options::XmlOptions;
use super::read::Cursor;
use crate::csv::{ParseMode, number};
use crate::text::Written;

/// Finds the narrowest types that all records have.
///
/// ```
/// use flint_sql_functions::xml::{XmlInference, XmlOptions, XmlSession};
///
/// let options = XmlOptions::read(&|_| None, &XmlSession::default())?;
/// let mut inference = XmlInference::new(&options);
/// inference.record("<p><a>1</a></p>")?;
/// inference.record("<p><a>1.5</a></p>")?;
/// assert_eq!(inference.schema().sql(), "STRUCT<a: DOUBLE>");
/// # Ok::<(), flint_sql_spec::SqlError>(())
/// ```
#[derive(Debug)]
pub struct XmlInference {
    options: XmlOptions,
    found: DataType,
}

impl XmlInference {
    /// Nothing is known yet.
    pub fn new(options: &XmlOptions) -> XmlInference {
        XmlInference {
            options: options.clone(),
            found: DataType::Null,
        }
    }

    /// Looks at a record.
    ///
    /// # Errors
    /// `MALFORMED_RECORD_IN_PARSING` for one that is not well-formed, in the mode `FAILFAST`.
    pub fn record(&mut self, text: &str) -> Result<()> {
        let found = match events(text) {
            Ok(parts) => {
                let mut cursor = Cursor::new(&parts);
                match cursor.next() {
                    Event::Start(root) => Some(self.row(&mut cursor, root)),
                    _ => None,
                }
            }
            Err(_) => None,
        };
        let found = match (found, self.options.mode) {
            (Some(found), _) => found,
            (None, ParseMode::DropMalformed) => return Ok(()),
            (None, ParseMode::FailFast) => {
                return Err(SqlError::new(
                    condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION,
                )
                .with("badRecord", &*self.options.corrupt_column)
                .with("failFastMode", "FAILFAST"));
            }
            (None, ParseMode::Permissive) => {
                let column = StructField::new(&self.options.corrupt_column, DataType::STRING, true);
                DataType::Struct(StructType::new([column]))
            }
        };
        let so_far = std::mem::replace(&mut self.found, DataType::Null);
        self.found = self.common(so_far, found);
        Ok(())
    }

    /// The columns, by their names; those without values are strings.
    pub fn schema(&self) -> DataType {
        match settled(&self.found) {
            Some(found @ DataType::Struct(_)) => found,
            _ => DataType::Struct(StructType::new([])),
        }
    }

    /// A record's type: a text alone is a field, too.
    fn row(&self, cursor: &mut Cursor<'_, '_>, root: &Start<'_>) -> DataType {
        match self.element(cursor, root) {
            row @ DataType::Struct(_) => row,
            DataType::Null => DataType::Struct(StructType::new([])),
            text => self.with_value(vec![text]),
        }
    }

    fn with_value(&self, texts: Vec<DataType>) -> DataType {
        let mut fields = Found::default();
        for text in texts {
            fields.add(&self.options, Cow::Borrowed(&self.options.value_tag), text);
        }
        fields.finish(self)
    }

    /// The type of an element whose start has been taken.
    fn element(&self, cursor: &mut Cursor<'_, '_>, start: &Start<'_>) -> DataType {
        let options = &self.options;
        let (mut fields, mut texts) = (Found::default(), Vec::new());
        for (name, value) in &start.attributes {
            if let Some(name) = options.attribute(name) {
                fields.add(options, Cow::Owned(name), self.text(value));
            }
        }
        loop {
            match cursor.next() {
                Event::Start(start) => {
                    let found = with_stack(|| self.element(cursor, start));
                    fields.add(options, Cow::Borrowed(options.name(&start.name)), found);
                }
                Event::Text(text) if is_blank(text) => {}
                Event::Text(text) => texts.push(self.text(text)),
                Event::End => break,
            }
        }
        if fields.0.is_empty() && texts.len() < 2 {
            return texts.pop().unwrap_or(DataType::Null);
        }
        for text in texts {
            fields.add(options, Cow::Borrowed(&options.value_tag), text);
        }
        fields.finish(self)
    }

    /// The narrowest type of a text.
    fn text(&self, text: &str) -> DataType {
        let options = &self.options;
        if !options.infer_schema {
            return DataType::STRING;
        }
        let Some(text) = options.value(text).filter(|text| !text.is_empty()) else {
            return DataType::Null;
        };
        if text.parse::<i64>().is_ok() {
            return DataType::Long;
        }
        if options.prefers_decimal
            && let Some(decimal) = decimal(text)
        {
            return decimal;
        }
        if is_double(text) {
            return DataType::Double;
        }
        if crate::csv::boolean(text).is_some() {
            return DataType::Boolean;
        }
        if options.prefer_date && options.moments.infers_date(text) {
            return DataType::Date;
        }
        if options.timestamps_without_zone && options.moments.infers_ntz(text) {
            return DataType::TimestampNtz;
        }
        match options.moments.infers_timestamp(text) {
            true => DataType::Timestamp,
            false => DataType::STRING,
        }
    }

    /// The narrowest type for the values of both.
    fn common(&self, left: DataType, right: DataType) -> DataType {
        use DataType::{Array, Date, Decimal, Double, Long, Null, Struct, Timestamp, TimestampNtz};
        const LONG: DataType = Decimal {
            precision: 20,
            scale: 0,
        };
        match (left, right) {
            (left, right) if left == right => left,
            (Null, other) | (other, Null) => other,
            (Long, Double) | (Double, Long | Decimal { .. }) | (Decimal { .. }, Double) => Double,
            (Long, right @ Decimal { .. }) => self.common(LONG, right),
            (left @ Decimal { .. }, Long) => self.common(left, LONG),
            (
                Decimal {
                    precision: p1,
                    scale: s1,
                },
                Decimal {
                    precision: p2,
                    scale: s2,
                },
            ) => {
                let scale = s1.max(s2);
                let whole = (i16::from(p1) - i16::from(s1)).max(i16::from(p2) - i16::from(s2));
                match u8::try_from(whole + i16::from(scale)) {
                    Ok(precision) if precision <= 38 => Decimal { precision, scale },
                    _ => Double,
                }
            }
            (Timestamp, TimestampNtz | Date) | (TimestampNtz | Date, Timestamp) => Timestamp,
            (TimestampNtz, Date) | (Date, TimestampNtz) => TimestampNtz,
            (Struct(left), Struct(right)) => {
                let mut fields = Found::default();
                for field in left.iter().chain(right.iter()) {
                    let name = Cow::Borrowed(&*field.name);
                    fields.merge(self, name, field.data_type.clone());
                }
                fields.finish(self)
            }
            (Array { element: left, .. }, Array { element: right, .. }) => {
                DataType::array(with_stack(|| {
                    self.common((*left).clone(), (*right).clone())
                }))
            }
            (Array { element, .. }, other) | (other, Array { element, .. }) => {
                DataType::array(with_stack(|| self.common((*element).clone(), other)))
            }
            (Struct(fields), text) | (text, Struct(fields)) => self.beside_text(&fields, text),
            _ => DataType::STRING,
        }
    }

    /// A struct where others are texts: its text has both, or all of it is a string.
    fn beside_text(&self, fields: &StructType, text: DataType) -> DataType {
        let key = self.options.key(&self.options.value_tag);
        let is_value = |field: &&StructField| self.options.key(&field.name) == key;
        if !fields.iter().any(|field| is_value(&field)) {
            return DataType::STRING;
        }
        let fields = fields.iter().map(|field| match is_value(&field) {
            true => {
                let common = self.common(field.data_type.clone(), text.clone());
                StructField::new(&field.name, common, true)
            }
            false => field.clone(),
        });
        DataType::Struct(StructType::new(fields))
    }
}

/// The fields of an element, each with the types of its values.
#[derive(Default)]
struct Found(Vec<(String, Vec<DataType>)>);

impl Found {
    fn types(&mut self, options: &XmlOptions, name: Cow<'_, str>) -> &mut Vec<DataType> {
        let key = options.key(&name);
        let at = self.0.iter().position(|(n, _)| options.key(n) == key);
        let at = at.unwrap_or_else(|| {
            self.0.push((name.into_owned(), Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Adds a value: several of a name are an array.
    fn add(&mut self, options: &XmlOptions, name: Cow<'_, str>, value: DataType) {
        self.types(options, name).push(value);
    }

    /// Adds the type of a field of another struct.
    fn merge(&mut self, inference: &XmlInference, name: Cow<'_, str>, other: DataType) {
        let types = self.types(&inference.options, name);
        let common = match types.pop() {
            Some(so_far) => with_stack(|| inference.common(so_far, other)),
            None => other,
        };
        types.push(common);
    }

    fn finish(self, inference: &XmlInference) -> DataType {
        let mut fields = self.0;
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        let fields = fields.into_iter().map(|(name, types)| {
            let several = types.len() > 1;
            let types = types.into_iter();
            let common = types.reduce(|left, right| inference.common(left, right));
            let common = common.unwrap_or(DataType::Null);
            let data_type = match several {
                true => DataType::array(common),
                false => common,
            };
            StructField::new(&name, data_type, true)
        });
        DataType::Struct(StructType::new(fields))
    }
}

/// The type with strings where nothing was said; `None` for structs without fields.
fn settled(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Null => Some(DataType::STRING),
        DataType::Array { element, .. } => with_stack(|| settled(element)).map(DataType::array),
        DataType::Struct(fields) => {
            let fields = fields.iter().filter(|field| !field.name.is_empty());
            let fields: Vec<StructField> = fields
                .filter_map(|field| {
                    let data_type = with_stack(|| settled(&field.data_type))?;
                    Some(StructField::new(&field.name, data_type, true))
                })
                .collect();
            (!fields.is_empty()).then(|| DataType::Struct(StructType::new(fields)))
        }
        other => Some(other.clone()),
    }
}

/// Numbers; neither words nor those with a letter of their type behind them.
fn is_double(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && !unsigned.starts_with("0x")
        && !unsigned.ends_with(|c: char| c.is_ascii_alphabetic())
        && number::<f64>(text).is_some()
}

fn decimal(text: &str) -> Option<DataType> {
    let written = Written::parse(text)?;
    let scale = i64::try_from(written.fraction.len()).ok()? - written.exponent;
    let digits = written.whole.iter().chain(written.fraction);
    let digits = digits.skip_while(|digit| **digit == b'0').count().max(1);
    let precision = i64::try_from(digits).ok()?.max(scale);
    match (u8::try_from(precision), i8::try_from(scale)) {
        (Ok(precision), Ok(scale)) if precision <= 38 && scale >= 0 => {
            Some(DataType::Decimal { precision, scale })
        }
        _ => None,
    }
}
