//! `variant_get`, `try_variant_get`, `is_variant_null`, `is_valid_variant`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use flint_sql_spec::{Result, SqlError, condition, with_stack};

use super::path::Path;
use super::read::Content;
use super::{Casts, Fault, Variant, Variants, cast_variants};
use crate::scalar::Kernel;
use crate::site::Site;

pub(super) fn variant_get(site: &Site) -> Result<Kernel> {
    make(site, "variant_get", true)
}

pub(super) fn try_variant_get(site: &Site) -> Result<Kernel> {
    make(site, "try_variant_get", false)
}

/// What is at the path, as the type of the result; NULL if there is nothing.
fn make(site: &Site, function: &'static str, fails: bool) -> Result<Kernel> {
    let casts = Casts::of(site, fails)?;
    let (to, constant) = (site.result.clone(), site.constant_text(1).map(Path::parse));
    Ok(Arc::new(move |args| {
        let (variants, paths) = (Variants::argument(args, 0)?, args.strings(1)?);
        let mut parts = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            let variant = variants.get(row).map_err(|f| f.error(function))?;
            let (Some(variant), Some(text)) = (variant, paths.get(row)) else {
                parts.push(None);
                continue;
            };
            let parsed;
            let path = match &constant {
                Some(path) => path.as_ref(),
                None => {
                    parsed = Path::parse(text);
                    parsed.as_ref()
                }
            };
            let path = path.ok_or_else(|| {
                SqlError::new(condition::INVALID_VARIANT_GET_PATH)
                    .with("path", text)
                    .with("functionName", format!("`{function}`"))
            })?;
            parts.push(path.find(variant).map_err(|f| f.error(function))?);
        }
        cast_variants(&parts, &to, &casts)
    }))
}

/// Whether a value is JSON's null; NULL is none.
pub(super) fn is_variant_null(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let variants = Variants::argument(args, 0)?;
        let found = (0..args.rows()).map(|row| {
            let variant = variants.get(row).map_err(|f| f.error("is_variant_null"))?;
            Ok(Some(variant.is_some_and(Variant::is_null)))
        });
        let found = found.collect::<Result<BooleanArray>>()?;
        Ok(Arc::new(found) as ArrayRef)
    }))
}

/// Whether all of a value can be read.
pub(super) fn is_valid_variant(_: &Site) -> Result<Kernel> {
    Ok(Arc::new(|args| {
        let variants = Variants::argument(args, 0)?;
        let found = (0..args.rows()).map(|row| match variants.get(row) {
            Ok(None) => None,
            Ok(Some(variant)) => Some(check(variant).is_ok()),
            Err(_) => Some(false),
        });
        Ok(Arc::new(found.collect::<BooleanArray>()) as ArrayRef)
    }))
}

fn check(variant: Variant<'_>) -> Result<(), Fault> {
    match variant.content()? {
        Content::Object(fields) => {
            with_stack(|| fields.iter().try_for_each(|field| check(field?.1)))
        }
        Content::Array(elements) => {
            with_stack(|| elements.iter().try_for_each(|element| check(element?)))
        }
        _ => Ok(()),
    }
}
