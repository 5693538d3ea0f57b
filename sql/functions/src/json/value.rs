//! [`Value`]: what was read, before it has a place in a column; [`Column`]: a column in the making.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder,
    DurationMicrosecondBuilder, Float32Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, IntervalMonthDayNanoBuilder, IntervalYearMonthBuilder, ListArray,
    MapArray, NullArray, NullBufferBuilder, StringBuilder, StructArray,
    TimestampMicrosecondBuilder,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType as ArrowType, FieldRef, Fields, IntervalMonthDayNano};
use flint_sql_columnar::{Raised, arrow_type};
use flint_sql_spec::{DataType, Result, SqlError, condition, with_stack};

use crate::variant::VariantsBuilder;

/// A value of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'t> {
    Null,
    Boolean(bool),
    /// Integers, dates, timestamps and intervals.
    Whole(i64),
    Real(f64),
    Decimal(i128),
    Text(Cow<'t, str>),
    Binary(Vec<u8>),
    Interval(IntervalMonthDayNano),
    /// Its value and its metadata.
    Variant(Box<[Vec<u8>; 2]>),
    Struct(Vec<Value<'t>>),
    Array(Vec<Value<'t>>),
    Map(Vec<(Cow<'t, str>, Value<'t>)>),
}

/// A column that grows by values.
#[derive(Debug)]
pub(crate) enum Column {
    Boolean(BooleanBuilder),
    Byte(Int8Builder),
    Short(Int16Builder),
    Integer(Int32Builder),
    Long(Int64Builder),
    Float(Float32Builder),
    Double(Float64Builder),
    Decimal(Decimal128Builder),
    Text(StringBuilder),
    Binary(BinaryBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    YearMonth(IntervalYearMonthBuilder),
    DayTime(DurationMicrosecondBuilder),
    Interval(IntervalMonthDayNanoBuilder),
    Variant(VariantsBuilder),
    Void(usize),
    Struct(Fields, Vec<Column>, NullBufferBuilder),
    Array(FieldRef, Box<Column>, Vec<i32>, NullBufferBuilder),
    Map(FieldRef, Box<[Column; 2]>, Vec<i32>, NullBufferBuilder),
}

impl Column {
    /// An empty column of a type.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` for types that are not read from text.
    pub(crate) fn new(data_type: &DataType) -> Result<Column> {
        let layout = arrow_type(data_type)?;
        Column::laid_out(data_type, &layout)
    }

    fn laid_out(data_type: &DataType, layout: &ArrowType) -> Result<Column> {
        Ok(match (data_type, layout) {
            (_, ArrowType::Boolean) => Column::Boolean(BooleanBuilder::new()),
            (_, ArrowType::Int8) => Column::Byte(Int8Builder::new()),
            (_, ArrowType::Int16) => Column::Short(Int16Builder::new()),
            (_, ArrowType::Int32) => Column::Integer(Int32Builder::new()),
            (_, ArrowType::Int64) => Column::Long(Int64Builder::new()),
            (_, ArrowType::Float32) => Column::Float(Float32Builder::new()),
            (_, ArrowType::Float64) => Column::Double(Float64Builder::new()),
            (_, ArrowType::Decimal128(..)) => {
                Column::Decimal(Decimal128Builder::new().with_data_type(layout.clone()))
            }
            (_, ArrowType::Utf8) => Column::Text(StringBuilder::new()),
            (_, ArrowType::Binary) => Column::Binary(BinaryBuilder::new()),
            (_, ArrowType::Date32) => Column::Date(Date32Builder::new()),
            (DataType::Timestamp | DataType::TimestampNtz, _) => {
                let builder = TimestampMicrosecondBuilder::new();
                Column::Timestamp(builder.with_data_type(layout.clone()))
            }
            (DataType::YearMonthInterval(_), _) => {
                Column::YearMonth(IntervalYearMonthBuilder::new())
            }
            (DataType::DayTimeInterval(_), _) => Column::DayTime(DurationMicrosecondBuilder::new()),
            (DataType::CalendarInterval, _) => Column::Interval(IntervalMonthDayNanoBuilder::new()),
            (_, ArrowType::Null) => Column::Void(0),
            (DataType::Variant, _) => Column::Variant(VariantsBuilder::default()),
            (DataType::Struct(fields), ArrowType::Struct(layouts)) => {
                let columns = fields
                    .iter()
                    .map(|f| with_stack(|| Column::new(&f.data_type)));
                let columns = columns.collect::<Result<_>>()?;
                Column::Struct(layouts.clone(), columns, NullBufferBuilder::new(0))
            }
            (DataType::Array { element, .. }, ArrowType::List(field)) => {
                let column = with_stack(|| Column::new(element))?;
                let nulls = NullBufferBuilder::new(0);
                Column::Array(Arc::clone(field), Box::new(column), vec![0], nulls)
            }
            (DataType::Map { key, value, .. }, ArrowType::Map(field, _)) => {
                let columns = [Column::new(key)?, with_stack(|| Column::new(value))?];
                let nulls = NullBufferBuilder::new(0);
                Column::Map(Arc::clone(field), Box::new(columns), vec![0], nulls)
            }
            _ => {
                let feature = format!("{} from text", data_type.sql());
                return Err(SqlError::new(condition::NOT_SUPPORTED_YET).with("feature", feature));
            }
        })
    }

    /// Adds a value; one of another type is null.
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        let whole = match value {
            Value::Whole(whole) => Some(*whole),
            _ => None,
        };
        let real = match value {
            Value::Real(real) => Some(*real),
            _ => None,
        };
        // Whoever read a value has checked that it has room.
        match self {
            Column::Boolean(column) => column.append_option(match value {
                Value::Boolean(value) => Some(*value),
                _ => None,
            }),
            Column::Byte(column) => column.append_option(whole.map(|v| v as i8)),
            Column::Short(column) => column.append_option(whole.map(|v| v as i16)),
            Column::Integer(column) => column.append_option(whole.map(|v| v as i32)),
            Column::Long(column) => column.append_option(whole),
            Column::Float(column) => column.append_option(real.map(|v| v as f32)),
            Column::Double(column) => column.append_option(real),
            Column::Decimal(column) => column.append_option(match value {
                Value::Decimal(unscaled) => Some(*unscaled),
                _ => None,
            }),
            Column::Text(column) => column.append_option(match value {
                Value::Text(text) => Some(text),
                _ => None,
            }),
            Column::Binary(column) => column.append_option(match value {
                Value::Binary(bytes) => Some(bytes),
                _ => None,
            }),
            Column::Date(column) => column.append_option(whole.map(|v| v as i32)),
            Column::Timestamp(column) => column.append_option(whole),
            Column::YearMonth(column) => column.append_option(whole.map(|v| v as i32)),
            Column::DayTime(column) => column.append_option(whole),
            Column::Interval(column) => column.append_option(match value {
                Value::Interval(interval) => Some(*interval),
                _ => None,
            }),
            Column::Variant(column) => match value {
                Value::Variant(variant) => column.push_bytes(&variant[0], &variant[1]),
                _ => column.null(),
            },
            Column::Void(count) => *count += 1,
            nested => with_stack(|| nested.push_parts(value)),
        }
    }

    fn push_parts(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Column::Struct(_, columns, nulls), Value::Struct(values)) => {
                columns.iter_mut().zip(values).for_each(|(c, v)| c.push(v));
                nulls.append_non_null();
            }
            (Column::Struct(_, columns, nulls), _) => {
                columns
                    .iter_mut()
                    .for_each(|column| column.push(&Value::Null));
                nulls.append_null();
            }
            (Column::Array(_, column, ends, nulls), value) => {
                let values: &[Value<'_>] = match value {
                    Value::Array(values) => values,
                    _ => &[],
                };
                values.iter().for_each(|value| column.push(value));
                ends.push(ends[ends.len() - 1] + values.len() as i32);
                nulls.append(matches!(value, Value::Array(_)));
            }
            (Column::Map(_, columns, ends, nulls), value) => {
                let entries: &[_] = match value {
                    Value::Map(entries) => entries,
                    _ => &[],
                };
                let [keys, values] = &mut **columns;
                for (key, value) in entries {
                    keys.push(&Value::Text(Cow::Borrowed(key)));
                    values.push(value);
                }
                ends.push(ends[ends.len() - 1] + entries.len() as i32);
                nulls.append(matches!(value, Value::Map(_)));
            }
            _ => {}
        }
    }

    /// The values so far; the column is empty again.
    ///
    /// # Errors
    /// If a nested column is not as its type says.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, Raised> {
        let offsets = |ends: &mut Vec<i32>| {
            let ends = std::mem::replace(ends, vec![0]);
            OffsetBuffer::new(ScalarBuffer::from(ends))
        };
        Ok(match self {
            Column::Boolean(column) => Arc::new(column.finish()),
            Column::Byte(column) => Arc::new(column.finish()),
            Column::Short(column) => Arc::new(column.finish()),
            Column::Integer(column) => Arc::new(column.finish()),
            Column::Long(column) => Arc::new(column.finish()),
            Column::Float(column) => Arc::new(column.finish()),
            Column::Double(column) => Arc::new(column.finish()),
            Column::Decimal(column) => Arc::new(column.finish()),
            Column::Text(column) => Arc::new(column.finish()),
            Column::Binary(column) => Arc::new(column.finish()),
            Column::Date(column) => Arc::new(column.finish()),
            Column::Timestamp(column) => Arc::new(column.finish()),
            Column::YearMonth(column) => Arc::new(column.finish()),
            Column::DayTime(column) => Arc::new(column.finish()),
            Column::Interval(column) => Arc::new(column.finish()),
            Column::Variant(column) => column.finish()?,
            Column::Void(count) => Arc::new(NullArray::new(std::mem::take(count))),
            Column::Struct(fields, columns, nulls) => {
                let rows = nulls.len();
                let columns = columns.iter_mut().map(Column::finish);
                let columns = columns.collect::<Result<Vec<_>, _>>()?;
                let fields = fields.clone();
                Arc::new(StructArray::try_new_with_length(
                    fields,
                    columns,
                    nulls.finish(),
                    rows,
                )?)
            }
            Column::Array(field, column, ends, nulls) => Arc::new(ListArray::try_new(
                Arc::clone(field),
                offsets(ends),
                column.finish()?,
                nulls.finish(),
            )?),
            Column::Map(field, columns, ends, nulls) => {
                let [keys, values] = &mut **columns;
                let ArrowType::Struct(fields) = field.data_type() else {
                    return Err(SqlError::internal("a map of no entries").into());
                };
                let columns = vec![keys.finish()?, values.finish()?];
                let entries = StructArray::try_new(fields.clone(), columns, None)?;
                Arc::new(MapArray::try_new(
                    Arc::clone(field),
                    offsets(ends),
                    entries,
                    nulls.finish(),
                    false,
                )?)
            }
        })
    }
}
