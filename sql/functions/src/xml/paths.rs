//! `xpath` and its kin: what an expression of XPath finds in a text of XML. Source: Spark's
//! `XPathExtract` family.
//!
//! The expression is a constant, compiled once. A null or empty text or expression gives NULL; else a
//! text that is no XML, and an expression that is none, are errors.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float32Builder, Float64Builder, Int16Builder, Int32Builder,
    Int64Builder, ListBuilder, StringBuilder,
};
use flint_sql_spec::{Result, SqlError, condition};

use crate::arguments::Arguments;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;
use crate::xpath::{Document, XPath, XPathError, to_float, to_int, to_long, to_short};

pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("xpath", nodes),
    Scalar::new("xpath_boolean", |site| {
        made(
            site,
            "xpath_boolean",
            BooleanBuilder::append_option,
            XPath::boolean,
            BooleanBuilder::finish,
        )
    }),
    Scalar::new("xpath_short", |site| {
        let read = |path: &XPath, text: &Document| path.number(text).map(to_short);
        made(
            site,
            "xpath_short",
            Int16Builder::append_option,
            read,
            Int16Builder::finish,
        )
    }),
    Scalar::new("xpath_int", |site| {
        let read = |path: &XPath, text: &Document| path.number(text).map(to_int);
        made(
            site,
            "xpath_int",
            Int32Builder::append_option,
            read,
            Int32Builder::finish,
        )
    }),
    Scalar::new("xpath_long", |site| {
        let read = |path: &XPath, text: &Document| path.number(text).map(to_long);
        made(
            site,
            "xpath_long",
            Int64Builder::append_option,
            read,
            Int64Builder::finish,
        )
    }),
    Scalar::new("xpath_float", |site| {
        let read = |path: &XPath, text: &Document| path.number(text).map(to_float);
        made(
            site,
            "xpath_float",
            Float32Builder::append_option,
            read,
            Float32Builder::finish,
        )
    }),
    Scalar::new("xpath_double", |site| {
        made(
            site,
            "xpath_double",
            Float64Builder::append_option,
            XPath::number,
            Float64Builder::finish,
        )
    }),
    Scalar::new("xpath_string", |site| {
        made(
            site,
            "xpath_string",
            StringBuilder::append_option,
            XPath::string,
            StringBuilder::finish,
        )
    }),
];

fn nodes(site: &Site) -> Result<Kernel> {
    let append = |column: &mut ListBuilder<StringBuilder>, found: Option<Vec<Option<String>>>| {
        column.append_option(found);
    };
    made(site, "xpath", append, XPath::nodes, ListBuilder::finish)
}

/// A kernel that reads one value of each text.
fn made<B: Default, V, A: arrow::array::Array + 'static>(
    site: &Site,
    function: &'static str,
    append: impl Fn(&mut B, Option<V>) + Send + Sync + 'static,
    read: impl Fn(&XPath, &Document) -> std::result::Result<V, XPathError> + Send + Sync + 'static,
    finish: impl Fn(&mut B) -> A + Send + Sync + 'static,
) -> Result<Kernel> {
    let path = match site.constant_text(1) {
        Some(path) if !path.is_empty() => Some((path.to_owned(), XPath::compile(path))),
        _ => None,
    };
    let value = move |text: &str, path: &str, compiled: &Compiled| -> Result<V> {
        // Without a text nobody looks at the expression.
        let compiled = compiled.as_ref();
        let compiled = compiled.map_err(|error| wrong_path(function, path, error))?;
        let document = Document::parse(text).map_err(|error| {
            SqlError::new(condition::MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION)
                .with("badRecord", format!("{text} ({error})"))
                .with("failFastMode", "FAILFAST")
        })?;
        read(compiled, &document).map_err(|error| wrong_path(function, path, &error))
    };
    Ok(Arc::new(move |args: &Arguments| {
        let texts = args.strings(0)?;
        let mut found = B::default();
        for row in 0..args.rows() {
            let text = texts.get(row).filter(|text| !text.is_empty());
            append(
                &mut found,
                match (text, &path) {
                    (Some(text), Some((path, compiled))) => Some(value(text, path, compiled)?),
                    _ => None,
                },
            );
        }
        Ok(Arc::new(finish(&mut found)) as ArrayRef)
    }))
}

type Compiled = std::result::Result<XPath, XPathError>;

fn wrong_path(function: &str, path: &str, error: &XPathError) -> SqlError {
    SqlError::new(condition::INVALID_PARAMETER_VALUE_PATTERN)
        .with("parameter", "`path`")
        .with("functionName", format!("`{function}`"))
        .with("value", format!("'{path}' ({error})"))
}
