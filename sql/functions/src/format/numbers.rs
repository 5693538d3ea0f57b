//! `to_char` of numbers, `to_number` and `try_to_number`.

use std::sync::Arc;

use arrow::array::{PrimitiveBuilder, new_null_array};
use arrow::datatypes::Decimal128Type;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use super::number_form::NumberForm;
use crate::arguments::Arguments;
use crate::display::write_plain_decimal;
use crate::each::{kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("to_char", to_char),
    Scalar::new("to_number", |site| to_number(site, true)),
    Scalar::new("try_to_number", |site| to_number(site, false)),
];

/// The form, a constant of the call; `None` for NULL.
fn form(site: &Site) -> Result<Option<NumberForm>> {
    site.constant_text(1).map(NumberForm::new).transpose()
}

/// A call without a form: all rows are null.
fn nulls(site: &Site) -> Result<Kernel> {
    let layout = site.result_layout()?;
    kernel(move |arguments: &Arguments| Ok(new_null_array(&layout, arguments.rows())))
}

fn to_char(site: &Site) -> Result<Kernel> {
    let Some(form) = form(site)? else {
        return nulls(site);
    };
    let Some(DataType::Decimal { scale, .. }) = site.arguments.first() else {
        return Err(SqlError::internal("to_char of what is no decimal"));
    };
    let scale = *scale;
    kernel(move |arguments: &Arguments| {
        let values = arguments.numbers::<Decimal128Type>(0)?;
        texts(arguments.rows(), |row| {
            let Some(value) = values.get(row) else {
                return Ok(None);
            };
            let mut plain = String::new();
            write_plain_decimal(value, scale, &mut plain)
                .map_err(|_| SqlError::internal("text takes more text"))?;
            let digits = plain.trim_start_matches('-');
            let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
            let mut text = String::new();
            let (before, behind) = (before.trim_start_matches('0'), behind.trim_end_matches('0'));
            form.write(value < 0, before, behind, &mut text);
            Ok(Some(text))
        })
    })
}

fn to_number(site: &Site, fails: bool) -> Result<Kernel> {
    let Some(form) = form(site)? else {
        return nulls(site);
    };
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments: &Arguments| {
        let values = arguments.strings(0)?;
        let mut found = PrimitiveBuilder::<Decimal128Type>::with_capacity(arguments.rows());
        for row in 0..arguments.rows() {
            let text = values.get(row);
            match (text, text.and_then(|text| form.read(text))) {
                (Some(text), None) if fails => {
                    return Err(SqlError::new(condition::INVALID_FORMAT_MISMATCH_INPUT)
                        .with("inputType", "\"STRING\"")
                        .with("input", text)
                        .with("format", form.text())
                        .into());
                }
                (_, value) => found.append_option(value),
            }
        }
        Ok(Arc::new(found.finish().with_data_type(layout.clone())))
    }))
}
