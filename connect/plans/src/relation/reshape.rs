//! Columns turned into rows, rows into columns, strings into rows, and all of it into one string.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Parse, ParseFormat, RelationKind, Result, Unpivot, UnpivotValue};
use proto::parse::ParseFormat as Format;

use super::columns::schema;
use super::input;
use crate::names::options;
use crate::{expressions, missing};

/// Columns turned into rows: those given, or all that are not ids.
pub(super) fn unpivot(message: &proto::Unpivot) -> Result<RelationKind> {
    let values = match &message.values {
        None => None,
        Some(given) => {
            let columns = expressions(&given.values)?.into_iter();
            let each = columns.map(|column| UnpivotValue {
                exprs: vec![column],
                alias: None,
            });
            Some(each.collect())
        }
    };
    Ok(RelationKind::Unpivot(Unpivot {
        input: input(message.input.as_deref())?,
        ids: Some(expressions(&message.ids)?),
        values,
        variable: message.variable_column_name.as_str().into(),
        value_columns: vec![message.value_column_name.as_str().into()],
        include_nulls: true,
    }))
}

/// The table turned around.
pub(super) fn transpose(message: &proto::Transpose) -> Result<RelationKind> {
    Ok(RelationKind::Transpose {
        input: input(message.input.as_deref())?,
        index: expressions(&message.index_columns)?,
    })
}

/// Strings read as CSV, JSON or XML.
pub(super) fn parse(message: &proto::Parse) -> Result<RelationKind> {
    let format = match message.format() {
        Format::Csv => ParseFormat::Csv,
        Format::Json => ParseFormat::Json,
        Format::Xml => ParseFormat::Xml,
        Format::Unspecified => {
            return Err(missing::unspecified(
                "spark.connect.Parse.ParseFormat",
                "PARSE_FORMAT_UNSPECIFIED",
                message.format,
            ));
        }
    };
    Ok(RelationKind::Parse(Parse {
        input: input(message.input.as_deref())?,
        format,
        schema: message.schema.as_ref().map(schema).transpose()?,
        options: options(&message.options),
    }))
}

/// What `show()` prints.
pub(super) fn show_string(message: &proto::ShowString) -> Result<RelationKind> {
    Ok(RelationKind::ShowString {
        input: input(message.input.as_deref())?,
        num_rows: message.num_rows,
        truncate: message.truncate,
        vertical: message.vertical,
    })
}

/// What a notebook shows.
pub(super) fn html_string(message: &proto::HtmlString) -> Result<RelationKind> {
    Ok(RelationKind::HtmlString {
        input: input(message.input.as_deref())?,
        num_rows: message.num_rows,
        truncate: message.truncate,
    })
}
