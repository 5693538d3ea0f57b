//! [`Inference`]: the types that the values of columns have.

use flint_sql_spec::{DataType, Result, StructField, StructType};

use super::options::CsvOptions;
use super::reader::no_record;
use super::record::Record;
use super::tokenizer::Tokenizer;
use super::values::{boolean, number};
use crate::text::Written;

/// Looks at records and keeps the narrowest type that fits all values of each column. Columns are
/// named by a header, or by their places.
#[derive(Debug)]
pub struct Inference {
    options: CsvOptions,
    tokenizer: Tokenizer,
    record: Record,
    names: Vec<String>,
    types: Vec<DataType>,
}

impl Inference {
    /// Begins with the first line of the data; `None` if that has no values.
    ///
    /// # Errors
    /// `MALFORMED_CSV_RECORD` for a line that is no record.
    pub fn begin(options: &CsvOptions, line: &str) -> Result<Option<Inference>> {
        let mut tokenizer = Tokenizer::new(options.dialect());
        let mut record = Record::default();
        let found = tokenizer
            .line(line, &mut record)
            .map_err(|fault| no_record(fault, line))?;
        let values: Vec<String> = record.iter().map(str::to_owned).collect();
        Ok(found.then(|| Inference::with(options, &values)))
    }

    /// Begins with the values of the first record.
    pub fn with(options: &CsvOptions, first: &[String]) -> Inference {
        let names = names(first, options);
        Inference {
            tokenizer: Tokenizer::new(options.dialect()),
            record: Record::default(),
            types: vec![DataType::Null; names.len()],
            names,
            options: options.clone(),
        }
    }

    /// Looks at a line.
    ///
    /// # Errors
    /// `MALFORMED_CSV_RECORD` for a line that is no record.
    pub fn line(&mut self, line: &str) -> Result<()> {
        let mut record = std::mem::take(&mut self.record);
        let found = self.tokenizer.line(line, &mut record);
        if found.map_err(|fault| no_record(fault, line))? {
            self.values(record.iter());
        }
        self.record = record;
        Ok(())
    }

    /// Looks at the values of a record.
    pub fn values<'a>(&mut self, values: impl Iterator<Item = &'a str>) {
        for (at, value) in values.enumerate().take(self.types.len()) {
            if value.is_empty() || value == self.options.null_value {
                continue;
            }
            let so_far = &self.types[at];
            let found = self.type_of(so_far, value);
            self.types[at] = self.compatible(so_far, &found);
        }
    }

    /// The columns; those without values are strings.
    pub fn schema(&self) -> StructType {
        let columns = self.names.iter().zip(&self.types);
        StructType::new(columns.map(|(name, data_type)| {
            let data_type = match data_type {
                DataType::Null => DataType::STRING,
                _ if !self.options.infer_schema => DataType::STRING,
                other => other.clone(),
            };
            StructField::new(name, data_type, true)
        }))
    }

    /// The narrowest type of a value that is no narrower than what its column is so far.
    fn type_of(&self, so_far: &DataType, value: &str) -> DataType {
        let rank = match so_far {
            DataType::Null | DataType::Integer => 0,
            DataType::Long => 1,
            DataType::Decimal { .. } => 2,
            DataType::Double => 3,
            DataType::Date => 4,
            DataType::TimestampNtz => 5,
            DataType::Timestamp => 6,
            DataType::Boolean => 7,
            _ => return DataType::STRING,
        };
        if rank == 0 && value.parse::<i32>().is_ok() {
            return DataType::Integer;
        }
        if rank <= 1 && value.parse::<i64>().is_ok() {
            return DataType::Long;
        }
        if rank <= 2
            && let Some(decimal) = self.decimal(value)
        {
            return decimal;
        }
        if rank <= 3 && (self.is_word(value) || number::<f64>(value).is_some()) {
            return DataType::Double;
        }
        self.moment(rank, value)
    }

    fn moment(&self, rank: u8, value: &str) -> DataType {
        let options = &self.options;
        if rank <= 4 && options.prefer_date && options.moments.infers_date(value) {
            return DataType::Date;
        }
        if rank <= 5 && options.timestamps_without_zone && options.moments.infers_ntz(value) {
            return DataType::TimestampNtz;
        }
        if rank <= 6 && options.moments.infers_timestamp(value) {
            return DataType::Timestamp;
        }
        match boolean(value) {
            Some(_) => DataType::Boolean,
            None => DataType::STRING,
        }
    }

    fn is_word(&self, value: &str) -> bool {
        let options = &self.options;
        value == options.nan
            || value == options.positive_infinity
            || value == options.negative_infinity
    }

    /// Whole numbers with more digits than a long.
    fn decimal(&self, value: &str) -> Option<DataType> {
        let plain = self.options.symbols.plain_in_inference(value)?;
        let written = Written::parse(&plain)?;
        let scale = i64::try_from(written.fraction.len()).ok()? - written.exponent;
        if scale > 0 {
            return None;
        }
        let digits = written.whole.iter().chain(written.fraction);
        let precision = digits.skip_while(|digit| **digit == b'0').count().max(1);
        let (precision, scale) = (u8::try_from(precision).ok()?, i8::try_from(scale).ok()?);
        (precision <= 38 && scale == 0).then_some(DataType::Decimal { precision, scale })
    }
}

/// Names of columns: the header's, with places behind names that are there twice.
fn names(first: &[String], options: &CsvOptions) -> Vec<String> {
    let place = |at: usize| format!("_c{at}");
    if !options.header {
        return (0..first.len()).map(place).collect();
    }
    let key = |name: &str| match options.case_sensitive {
        true => name.to_owned(),
        false => name.to_lowercase(),
    };
    let mut seen = std::collections::HashMap::new();
    for name in first {
        *seen.entry(key(name)).or_insert(0) += 1;
    }
    let name = |(at, name): (usize, &String)| match name {
        none if none.is_empty() || *none == options.null_value => place(at),
        twice if seen[&key(twice)] > 1 => format!("{twice}{at}"),
        once => once.clone(),
    };
    first.iter().enumerate().map(name).collect()
}

impl Inference {
    /// The narrowest type for the values of both. Dates are timestamps where both are written in
    /// the way that casts read.
    fn compatible(&self, left: &DataType, right: &DataType) -> DataType {
        use DataType::{Date, Timestamp, TimestampNtz};
        match (left, right) {
            (Date, other @ (Timestamp | TimestampNtz))
            | (other @ (Timestamp | TimestampNtz), Date)
                if self.options.moments.dates_are_timestamps() =>
            {
                other.clone()
            }
            _ => compatible(left, right),
        }
    }
}

/// The narrowest type for the values of both.
fn compatible(left: &DataType, right: &DataType) -> DataType {
    use DataType::{Boolean, Date, Decimal, Double, Integer, Long, Null, Timestamp, TimestampNtz};
    let digits = |data_type: &DataType| match data_type {
        Integer => Some((10, 0)),
        Long => Some((20, 0)),
        Decimal { precision, scale } => Some((i32::from(*precision), i32::from(*scale))),
        _ => None,
    };
    match (left, right) {
        (same, other) if same == other => same.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (Integer, Long) | (Long, Integer) => Long,
        (Double, Integer | Long | Decimal { .. }) | (Integer | Long | Decimal { .. }, Double) => {
            Double
        }
        (Timestamp, TimestampNtz) | (TimestampNtz, Timestamp) => Timestamp,
        (Date | Timestamp | TimestampNtz | Boolean, _) => DataType::STRING,
        (left, right) => match (digits(left), digits(right)) {
            (Some((p1, s1)), Some((p2, s2))) => {
                let scale = s1.max(s2);
                let precision = (p1 - s1).max(p2 - s2) + scale;
                match (u8::try_from(precision), i8::try_from(scale)) {
                    (Ok(precision), Ok(scale)) if precision <= 38 => Decimal { precision, scale },
                    _ => Double,
                }
            }
            _ => DataType::STRING,
        },
    }
}
