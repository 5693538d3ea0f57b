//! `variant_explode`: the elements of arrays and the fields of objects as rows.
//!
//! Positions count from 0; elements have no key. Other values, and NULL, make no rows. Values keep the
//! dictionary of the whole.

use std::sync::Arc;

use arrow::array::{Int32Builder, StringBuilder};
use flint_sql_columnar::Raised;
use flint_sql_spec::Result;

use super::read::Content;
use super::{Fault, Variant, Variants, VariantsBuilder};
use crate::generators::{Generated, Generator};
use crate::site::Site;

#[derive(Debug, Default)]
struct Rows {
    positions: Int32Builder,
    keys: StringBuilder,
    values: VariantsBuilder,
}

impl Rows {
    /// Adds the parts of a value; how many there are.
    fn add(&mut self, variant: Variant<'_>) -> Result<usize, Fault> {
        match variant.content()? {
            Content::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.row(at, None, element?)?;
                }
                Ok(elements.len())
            }
            Content::Object(fields) => {
                for (at, field) in fields.iter().enumerate() {
                    let (name, value) = field?;
                    self.row(at, Some(name), value)?;
                }
                Ok(fields.len())
            }
            _ => Ok(0),
        }
    }

    fn row(&mut self, at: usize, key: Option<&str>, value: Variant<'_>) -> Result<(), Fault> {
        self.positions.append_value(at as i32);
        self.keys.append_option(key);
        self.values.push_part(value)
    }
}

/// `variant_explode(input)`: columns `pos`, `key` and `value`.
pub(crate) fn variant_explode(_: &Site) -> Result<Generator> {
    Ok(Generator(Arc::new(|args| {
        let variants = Variants::of(&*args.array(0)?)?;
        let (mut rows, mut lengths) = (Rows::default(), Vec::with_capacity(args.rows()));
        for row in 0..args.rows() {
            let count = match variants.get(row) {
                Ok(Some(variant)) => rows.add(variant),
                other => other.map(|_| 0),
            };
            lengths.push(count.map_err(|fault| Raised(fault.error("variant_explode")))?);
        }
        Ok(Generated {
            lengths,
            columns: vec![
                Arc::new(rows.positions.finish()),
                Arc::new(rows.keys.finish()),
                rows.values.finish()?,
            ],
        })
    })))
}
