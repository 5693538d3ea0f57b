//! Constants of plans as constants of the executor, and back.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, MapArray, StructArray, new_empty_array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, IntervalMonthDayNano};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::scalar::ScalarValue;
use flint_sql_spec::{
    DataType, DecimalValue, Float, Literal, Node, Result, SqlError, StructType, VariantValue,
};

use crate::{arrow_field, arrow_type, from_datafusion};

/// The constant, of the layout of its type.
///
/// # Errors
/// As [`arrow_type`]; `DATETIME_OVERFLOW` is not raised: nanoseconds that don't fit 64 bits saturate
/// in the parser.
pub fn scalar(value: &Literal) -> Result<ScalarValue> {
    Ok(match value {
        Literal::Null(data_type) => null(data_type)?,
        Literal::Boolean(value) => ScalarValue::Boolean(Some(*value)),
        Literal::Byte(value) => ScalarValue::Int8(Some(*value)),
        Literal::Short(value) => ScalarValue::Int16(Some(*value)),
        Literal::Integer(value) => ScalarValue::Int32(Some(*value)),
        Literal::Long(value) => ScalarValue::Int64(Some(*value)),
        Literal::Float(value) => ScalarValue::Float32(Some(value.0)),
        Literal::Double(value) => ScalarValue::Float64(Some(value.0)),
        Literal::Decimal(value) => {
            ScalarValue::Decimal128(Some(value.unscaled), value.precision, value.scale)
        }
        Literal::String(value) => ScalarValue::Utf8(Some(value.to_string())),
        Literal::Binary(value) => ScalarValue::Binary(Some(value.to_vec())),
        Literal::Date(days) => ScalarValue::Date32(Some(*days)),
        Literal::Time { nanos, .. } => ScalarValue::Time64Nanosecond(Some(*nanos)),
        Literal::Timestamp(micros) => {
            ScalarValue::TimestampMicrosecond(Some(*micros), Some("UTC".into()))
        }
        Literal::TimestampNtz(micros) => ScalarValue::TimestampMicrosecond(Some(*micros), None),
        Literal::TimestampNanos {
            zoned,
            micros,
            nanos_within_micro,
            ..
        } => {
            let nanos = micros
                .saturating_mul(1000)
                .saturating_add(i64::from(*nanos_within_micro));
            ScalarValue::TimestampNanosecond(Some(nanos), zoned.then(|| "UTC".into()))
        }
        Literal::CalendarInterval {
            months,
            days,
            micros,
        } => ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano {
            months: *months,
            days: *days,
            nanoseconds: micros.saturating_mul(1000),
        })),
        Literal::YearMonthInterval { months, .. } => ScalarValue::IntervalYearMonth(Some(*months)),
        Literal::DayTimeInterval { micros, .. } => ScalarValue::DurationMicrosecond(Some(*micros)),
        Literal::Array { element, values } => array(element, values)?,
        Literal::Map {
            key,
            value,
            entries,
        } => map(key, value, entries)?,
        Literal::Struct { fields, values } => structure(fields, values)?,
        Literal::Variant(variant) => {
            let ArrowType::Struct(fields) = arrow_type(&DataType::Variant)? else {
                return Err(SqlError::internal("a variant lies in memory as a struct"));
            };
            let part = |bytes: &[u8]| -> ArrayRef { Arc::new(BinaryArray::from(vec![bytes])) };
            let parts = vec![part(&variant.value), part(&variant.metadata)];
            let array = StructArray::try_new(fields, parts, None)
                .map_err(|error| from_datafusion(error.into()))?;
            ScalarValue::Struct(Arc::new(array))
        }
    })
}

fn null(data_type: &DataType) -> Result<ScalarValue> {
    ScalarValue::try_from(&arrow_type(data_type)?).map_err(from_datafusion)
}

/// Values of one type as a column.
fn column<'a>(
    data_type: &DataType,
    values: impl ExactSizeIterator<Item = &'a Literal>,
) -> Result<ArrayRef> {
    if values.len() == 0 {
        return Ok(new_empty_array(&arrow_type(data_type)?));
    }
    let typed = |value: &Literal| match value {
        Literal::Null(_) => null(data_type),
        value => scalar(value),
    };
    let scalars: Result<Vec<_>> = values.map(typed).collect();
    ScalarValue::iter_to_array(scalars?).map_err(from_datafusion)
}

fn array(element: &DataType, values: &[Literal]) -> Result<ScalarValue> {
    let nullable = values.iter().any(Literal::is_null);
    let field = arrow_field("element", element, nullable)?;
    let list = SingleRowListArrayBuilder::new(column(element, values.iter())?).with_field(&field);
    Ok(list.build_list_scalar())
}

fn map(key: &DataType, value: &DataType, entries: &[(Literal, Literal)]) -> Result<ScalarValue> {
    let keys = column(key, entries.iter().map(|(key, _)| key))?;
    let values = column(value, entries.iter().map(|(_, value)| value))?;
    let nullable = entries.iter().any(|(_, value)| value.is_null());
    let whole = DataType::Map {
        key: Node::new(key.clone()),
        value: Node::new(value.clone()),
        value_contains_null: nullable,
    };
    let ArrowType::Map(field, sorted) = arrow_type(&whole)? else {
        return Err(SqlError::internal("a map lies in memory as a map"));
    };
    let ArrowType::Struct(fields) = field.data_type() else {
        return Err(SqlError::internal("entries of a map are structs"));
    };
    let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)
        .map_err(|error| from_datafusion(error.into()))?;
    let offsets = OffsetBuffer::from_lengths([entries.len()]);
    let map = MapArray::try_new(field, offsets, entries, None, sorted)
        .map_err(|error| from_datafusion(error.into()))?;
    Ok(ScalarValue::Map(Arc::new(map)))
}

fn structure(fields: &StructType, values: &[Literal]) -> Result<ScalarValue> {
    let ArrowType::Struct(arrow) = arrow_type(&DataType::Struct(fields.clone()))? else {
        return Err(SqlError::internal("a struct lies in memory as a struct"));
    };
    let columns: Result<Vec<_>> = fields
        .iter()
        .zip(values)
        .map(|(field, value)| column(&field.data_type, std::iter::once(value)))
        .collect();
    let array = StructArray::try_new_with_length(arrow, columns?, None::<NullBuffer>, 1)
        .map_err(|error| from_datafusion(error.into()))?;
    Ok(ScalarValue::Struct(Arc::new(array)))
}

/// The value in row `row` of a column of type `data_type`.
///
/// # Errors
/// `INTERNAL_ERROR` if the column doesn't lie as [`arrow_type`] says.
pub fn literal(column: &dyn Array, row: usize, data_type: &DataType) -> Result<Literal> {
    if column.is_null(row) || matches!(data_type, DataType::Null) {
        return Ok(Literal::Null(data_type.clone()));
    }
    match data_type {
        DataType::Array { element, .. } => {
            let values = column
                .as_list_opt::<i32>()
                .ok_or_else(|| misfit(column, data_type))?;
            Ok(Literal::Array {
                element: (**element).clone(),
                values: Node::new(literals(&values.value(row), element)?),
            })
        }
        DataType::Map { key, value, .. } => {
            let map = column
                .as_map_opt()
                .ok_or_else(|| misfit(column, data_type))?
                .value(row);
            let keys = literals(map.column(0), key)?;
            let values = literals(map.column(1), value)?;
            Ok(Literal::Map {
                key: (**key).clone(),
                value: (**value).clone(),
                entries: Node::new(keys.into_iter().zip(values).collect()),
            })
        }
        DataType::Struct(fields) => {
            let array = column
                .as_struct_opt()
                .ok_or_else(|| misfit(column, data_type))?;
            let values: Result<Vec<_>> = fields
                .iter()
                .zip(array.columns())
                .map(|(field, column)| literal(column, row, &field.data_type))
                .collect();
            Ok(Literal::Struct {
                fields: fields.clone(),
                values: Node::new(values?),
            })
        }
        DataType::Variant => {
            let part = |name: &str| {
                let part = column.as_struct_opt()?.column_by_name(name)?;
                Some(part.as_binary_opt::<i32>()?.value(row).into())
            };
            let parts = part("value").zip(part("metadata"));
            let (value, metadata) = parts.ok_or_else(|| misfit(column, data_type))?;
            Ok(Literal::Variant(VariantValue { value, metadata }))
        }
        _ => {
            let value = ScalarValue::try_from_array(column, row).map_err(from_datafusion)?;
            flat(value, data_type).ok_or_else(|| misfit(column, data_type))
        }
    }
}

fn literals(column: &ArrayRef, data_type: &DataType) -> Result<Vec<Literal>> {
    (0..column.len())
        .map(|row| literal(column, row, data_type))
        .collect()
}

fn flat(value: ScalarValue, data_type: &DataType) -> Option<Literal> {
    Some(match (value, data_type) {
        (ScalarValue::Boolean(value), _) => Literal::Boolean(value?),
        (ScalarValue::Int8(value), _) => Literal::Byte(value?),
        (ScalarValue::Int16(value), _) => Literal::Short(value?),
        (ScalarValue::Int32(value), _) => Literal::Integer(value?),
        (ScalarValue::Int64(value), _) => Literal::Long(value?),
        (ScalarValue::Float32(value), _) => Literal::Float(Float(value?)),
        (ScalarValue::Float64(value), _) => Literal::Double(Float(value?)),
        (ScalarValue::Decimal128(value, precision, scale), _) => Literal::Decimal(DecimalValue {
            unscaled: value?,
            precision,
            scale,
        }),
        (ScalarValue::Utf8(value), _) => Literal::String(value?.into()),
        (ScalarValue::Binary(value), _) => Literal::Binary(value?.into()),
        (ScalarValue::Date32(value), _) => Literal::Date(value?),
        (ScalarValue::Time64Nanosecond(value), DataType::Time(precision)) => Literal::Time {
            nanos: value?,
            precision: *precision,
        },
        (ScalarValue::TimestampMicrosecond(value, Some(_)), _) => Literal::Timestamp(value?),
        (ScalarValue::TimestampMicrosecond(value, None), _) => Literal::TimestampNtz(value?),
        (
            ScalarValue::TimestampNanosecond(value, zone),
            DataType::TimestampLtzNanos(precision) | DataType::TimestampNtzNanos(precision),
        ) => Literal::TimestampNanos {
            zoned: zone.is_some(),
            micros: value?.div_euclid(1000),
            nanos_within_micro: value?.rem_euclid(1000) as u16,
            precision: *precision,
        },
        (ScalarValue::IntervalMonthDayNano(value), _) => {
            let value = value?;
            Literal::CalendarInterval {
                months: value.months,
                days: value.days,
                micros: value.nanoseconds / 1000,
            }
        }
        (ScalarValue::IntervalYearMonth(value), DataType::YearMonthInterval(range)) => {
            Literal::YearMonthInterval {
                months: value?,
                range: *range,
            }
        }
        (ScalarValue::DurationMicrosecond(value), DataType::DayTimeInterval(range)) => {
            Literal::DayTimeInterval {
                micros: value?,
                range: *range,
            }
        }
        _ => return None,
    })
}

fn misfit(column: &dyn Array, data_type: &DataType) -> SqlError {
    let (found, wanted) = (column.data_type(), data_type.sql());
    SqlError::internal(format!("a column of {found} is no {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trips(value: &Literal) {
        let array = scalar(value).and_then(|s| s.to_array().map_err(from_datafusion));
        let array = array.expect("a column of one value");
        let arrow = arrow_type(&value.data_type()).expect("a layout");
        assert_eq!(array.data_type(), &arrow, "{value:?}");
        assert_eq!(literal(&array, 0, &value.data_type()).as_ref(), Ok(value));
    }

    #[test]
    fn literals_come_back() {
        let integers = Node::new(vec![Literal::Integer(1), Literal::Null(DataType::Integer)]);
        let list = Literal::Array {
            element: DataType::Integer,
            values: integers,
        };
        let entries = vec![(Literal::from("a"), list.clone())];
        let map = Literal::Map {
            key: DataType::STRING,
            value: list.data_type(),
            entries: Node::new(entries),
        };
        let empty = Literal::Map {
            key: DataType::STRING,
            value: DataType::Date,
            entries: Node::new(Vec::new()),
        };
        let fields = StructType::new([
            flint_sql_spec::StructField::new("m", map.data_type(), false),
            flint_sql_spec::StructField::new("n", DataType::Double, true),
        ]);
        let structure = Literal::Struct {
            fields,
            values: Node::new(vec![map.clone(), Literal::Null(DataType::Double)]),
        };
        let interval = Literal::CalendarInterval {
            months: 1,
            days: -2,
            micros: 3,
        };
        let all = [
            Literal::NULL,
            Literal::Null(DataType::Timestamp),
            Literal::Boolean(true),
            Literal::from(1.5_f32),
            Literal::from(f64::NAN),
            Literal::Decimal(DecimalValue::narrowest(-12345, 2).expect("few digits")),
            Literal::from("ß"),
            Literal::Binary([1, 2].into()),
            Literal::Date(-1),
            Literal::Timestamp(-1),
            Literal::TimestampNtz(1),
            interval,
            list,
            map,
            empty,
            structure,
            Literal::Variant(VariantValue {
                value: [0x0c, 1].into(),
                metadata: [1, 0, 0].into(),
            }),
        ];
        all.iter().for_each(round_trips);
    }
}
