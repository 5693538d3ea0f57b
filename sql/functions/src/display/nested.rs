//! Arrays, maps and structs as Spark prints them: `[1, null]`, `{a -> 1}`, `{1, x}`.

use std::fmt::Write as _;

use arrow::array::{Array, AsArray};
use flint_sql_spec::{DataType, Result};

use super::{Style, Write, misfit, printer};
use crate::datetime::Zone;
use crate::variant::{Variants, write_json};

pub(super) fn writer<'a>(
    column: &'a dyn Array,
    data_type: &DataType,
    style: &'a Style,
) -> Result<Write<'a>> {
    let misfit = || misfit(column, data_type);
    let [open, close] = style.braces;
    match data_type {
        DataType::Array { element, .. } => {
            let list = column.as_list_opt::<i32>().ok_or_else(misfit)?;
            let values = printer(list.values(), element, style)?;
            let offsets = list.value_offsets();
            Ok(Box::new(move |row, out| {
                out.push('[');
                for (at, value) in (offsets[row]..offsets[row + 1]).enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    values.try_write(value as usize, out)?;
                }
                out.write_char(']')
            }))
        }
        DataType::Map { key, value, .. } => {
            let map = column.as_map_opt().ok_or_else(misfit)?;
            let keys = printer(map.keys(), key, style)?;
            let values = printer(map.values(), value, style)?;
            let offsets = map.value_offsets();
            Ok(Box::new(move |row, out| {
                out.push(open);
                for (at, entry) in (offsets[row]..offsets[row + 1]).enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    keys.try_write(entry as usize, out)?;
                    out.push_str(" -> ");
                    values.try_write(entry as usize, out)?;
                }
                out.write_char(close)
            }))
        }
        DataType::Struct(fields) => {
            let array = column.as_struct_opt().ok_or_else(misfit)?;
            let columns = fields.iter().zip(array.columns());
            let printers: Result<Vec<_>> = columns
                .map(|(field, column)| printer(column, &field.data_type, style))
                .collect();
            let printers = printers?;
            Ok(Box::new(move |row, out| {
                out.push(open);
                for (at, field) in printers.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    field.try_write(row, out)?;
                }
                out.write_char(close)
            }))
        }
        // The JSON of the value, whatever the session's zone; bytes that are none are told as such.
        DataType::Variant => {
            let variants = Variants::of(column).map_err(|error| error.0)?;
            Ok(Box::new(move |row, out| {
                let shown = match variants.get(row) {
                    Ok(Some(variant)) => write_json(variant, &Zone::UTC, out),
                    other => other.map(|_| ()),
                };
                match shown {
                    Ok(()) => Ok(()),
                    Err(_) => out.write_str("malformed variant"),
                }
            }))
        }
        _ => Err(misfit()),
    }
}
