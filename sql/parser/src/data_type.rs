//! Data types and DDL schemas.

use flint_sql_spec::{
    Collation, DataType, DayTimeField, DayTimeRange, Ident, Node, Result, StructField,
    YearMonthField, YearMonthRange, condition,
};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// A data type.
    pub(crate) fn data_type(&mut self) -> Result<DataType> {
        self.nested(Self::any_type)
    }

    fn any_type(&mut self) -> Result<DataType> {
        let start = self.start();
        if !self.name_ahead(0) {
            return Err(self.unexpected());
        }
        let name = self.name()?;
        let upper = name.to_ascii_uppercase();
        match upper.as_str() {
            "ARRAY" | "MAP" | "STRUCT" => self.complex_type(start, &upper),
            "INTERVAL" => self.interval_type(),
            "TIMESTAMP" => self.timestamp_type(),
            _ => self.primitive(start, &name, &upper),
        }
    }

    fn complex_type(&mut self, start: usize, name: &str) -> Result<DataType> {
        if name == "STRUCT" && self.eat_sign("<>") {
            return Ok(DataType::structure([]));
        }
        if !self.eat_sign("<") {
            return Err(self.error_from(
                start,
                match name {
                    "ARRAY" => condition::INCOMPLETE_TYPE_DEFINITION_ARRAY,
                    "MAP" => condition::INCOMPLETE_TYPE_DEFINITION_MAP,
                    _ => condition::INCOMPLETE_TYPE_DEFINITION_STRUCT,
                },
            ));
        }
        let complex = match name {
            "ARRAY" => DataType::array(self.data_type()?),
            "MAP" => {
                let key = self.data_type()?;
                self.expect_sign(",")?;
                DataType::Map {
                    key: Node::new(key),
                    value: Node::new(self.data_type()?),
                    value_contains_null: true,
                }
            }
            _ if self.at_sign(">") => DataType::structure([]),
            _ => DataType::structure(self.list(Self::struct_field)?),
        };
        self.expect_sign(">")?;
        Ok(complex)
    }

    /// `name [:] type [NOT NULL] [COMMENT '..']`.
    fn struct_field(&mut self) -> Result<StructField> {
        let name = self.name()?;
        self.eat_sign(":");
        let data_type = self.data_type()?;
        self.field_tail(name, data_type)
    }

    fn field_tail(&mut self, name: Ident, data_type: DataType) -> Result<StructField> {
        let mut nullable = true;
        let mut metadata = Vec::new();
        loop {
            if self.eat_words(&["NOT", "NULL"]) {
                nullable = false;
            } else if self.at_word("COMMENT") && self.string_ahead(1) {
                self.bump();
                metadata.push(("comment", self.string()?.to_string()));
            } else if self.eat_word("DEFAULT") {
                let start = self.start();
                self.expr()?;
                metadata.push(("CURRENT_DEFAULT", self.source_from(start).to_owned()));
            } else {
                break;
            }
        }
        let metadata = (!metadata.is_empty()).then(|| json_object(&metadata).into());
        Ok(StructField {
            name,
            data_type,
            nullable,
            metadata,
        })
    }

    /// A DDL schema: `a INT NOT NULL, b: STRING COMMENT 'x'`.
    pub(crate) fn schema(&mut self) -> Result<Vec<StructField>> {
        self.list(Self::struct_field)
    }

    fn interval_type(&mut self) -> Result<DataType> {
        let word = self.text_of(self.token()).to_owned();
        let year_month = YearMonthField::from_name(&word);
        let day_time = DayTimeField::from_name(&word);
        if year_month.is_none() && day_time.is_none() {
            return Ok(DataType::CalendarInterval);
        }
        self.bump();
        let mut end = word.clone();
        let to = self.token();
        if self.eat_word("TO") {
            end = self.name()?.to_string();
        }
        let year_month = year_month.zip(YearMonthField::from_name(&end));
        let day_time = day_time.zip(DayTimeField::from_name(&end));
        year_month
            .and_then(|(start, end)| YearMonthRange::new(start, end))
            .map(DataType::YearMonthInterval)
            .or_else(|| {
                let (start, end) = day_time?;
                DayTimeRange::new(start, end).map(DataType::DayTimeInterval)
            })
            .ok_or_else(|| self.unexpected_at(to))
    }

    /// `TIMESTAMP` with or without `WITH[OUT] [LOCAL] TIME ZONE`.
    fn timestamp_type(&mut self) -> Result<DataType> {
        if self.eat_words(&["WITHOUT", "TIME", "ZONE"]) {
            return Ok(DataType::TimestampNtz);
        }
        self.eat_words(&["WITH", "LOCAL", "TIME", "ZONE"]);
        Ok(DataType::Timestamp)
    }

    fn primitive(&mut self, start: usize, name: &str, upper: &str) -> Result<DataType> {
        let sizes = self.sizes()?;
        let found = match (upper, sizes.as_slice()) {
            ("VOID" | "NULL", []) => DataType::Null,
            ("BOOLEAN", []) => DataType::Boolean,
            ("TINYINT" | "BYTE", []) => DataType::Byte,
            ("SMALLINT" | "SHORT", []) => DataType::Short,
            ("INT" | "INTEGER", []) => DataType::Integer,
            ("BIGINT" | "LONG", []) => DataType::Long,
            ("FLOAT" | "REAL", []) => DataType::Float,
            ("DOUBLE", []) => {
                self.eat_word("PRECISION");
                DataType::Double
            }
            ("DATE", []) => DataType::Date,
            ("TIMESTAMP_NTZ", []) => DataType::TimestampNtz,
            ("TIMESTAMP_LTZ", []) => DataType::Timestamp,
            ("TIMESTAMP_NTZ", [digits @ 7..=9]) => DataType::TimestampNtzNanos(*digits as u8),
            ("TIMESTAMP_LTZ", [digits @ 7..=9]) => DataType::TimestampLtzNanos(*digits as u8),
            ("TIME", []) => self.time_type(DataType::DEFAULT_TIME),
            ("TIME", [digits @ 0..=9]) => self.time_type(DataType::Time(*digits as u8)),
            ("STRING", []) => return self.string_type(),
            ("CHAR" | "CHARACTER", [length]) => DataType::Char(*length),
            ("VARCHAR", [length]) => DataType::VarChar(*length),
            ("BINARY", []) => DataType::Binary,
            ("VARIANT", []) => DataType::Variant,
            ("DECIMAL" | "DEC" | "NUMERIC", sizes) => return self.decimal_type(start, sizes),
            ("GEOMETRY", [srid]) => DataType::Geometry(i32::try_from(*srid).ok()),
            ("GEOGRAPHY", [srid]) => DataType::Geography(i32::try_from(*srid).ok()),
            ("CHAR" | "CHARACTER" | "VARCHAR", []) => {
                let error = self.error_from(start, condition::DATATYPE_MISSING_SIZE);
                return Err(error.with("type", format!("\"{upper}\"")));
            }
            _ => {
                let shown = self.source_from(start).to_uppercase();
                let shown = if sizes.is_empty() {
                    name.to_uppercase()
                } else {
                    shown
                };
                let error = self.error_from(start, condition::UNSUPPORTED_DATATYPE);
                return Err(error.with("typeName", format!("\"{shown}\"")));
            }
        };
        Ok(found)
    }

    fn time_type(&mut self, data_type: DataType) -> DataType {
        self.eat_words(&["WITHOUT", "TIME", "ZONE"]);
        data_type
    }

    fn string_type(&mut self) -> Result<DataType> {
        if self.eat_word("COLLATE") {
            let name = self.dotted()?;
            let last = name.last().cloned().unwrap_or_default();
            return Ok(DataType::String(Collation::of(&last)));
        }
        Ok(DataType::STRING)
    }

    fn decimal_type(&mut self, start: usize, sizes: &[u32]) -> Result<DataType> {
        let (precision, scale) = match sizes {
            [] => (10, 0),
            [precision] => (*precision, 0),
            [precision, scale] => (*precision, *scale),
            _ => return Err(self.unexpected()),
        };
        if precision > u32::from(DataType::MAX_PRECISION) {
            let error = self.error_from(start, condition::DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION);
            return Err(error
                .with("precision", precision.to_string())
                .with("maxPrecision", DataType::MAX_PRECISION.to_string()));
        }
        // Whether the scale fits the precision is a question of analysis, as in Spark.
        let scale = i8::try_from(scale).map_err(|_| self.unexpected())?;
        Ok(DataType::Decimal {
            precision: precision as u8,
            scale,
        })
    }

    /// `(number, ..)`, or nothing.
    fn sizes(&mut self) -> Result<Vec<u32>> {
        if !self.at_sign("(") || self.kind_ahead(1) != TokenKind::Integer {
            if self.at_sign("(") && self.word_ahead(1, "ANY") && self.sign_ahead(2, ")") {
                self.bump();
                self.bump();
                self.bump();
                return Ok(vec![u32::MAX]);
            }
            return Ok(Vec::new());
        }
        self.paren_list(Self::integer)
    }
}

/// A JSON object of strings.
fn json_object(entries: &[(&str, String)]) -> String {
    let mut out = String::from("{");
    for (at, (key, value)) in entries.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        out.push_str(&format!("{comma}\"{key}\":\"{}\"", json_escaped(value)));
    }
    out.push('}');
    out
}

fn json_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}
