//! Columns chosen, computed, renamed, left out and cast.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    Alias, DataType, Expr, ExprKind, Ident, RelationKind, Result, SqlError, condition,
};

use super::input;
use crate::expression::required;
use crate::names::{names, sorted};
use crate::{data_type, expressions, metadata, missing};

/// Columns of an input, or of one row when there is none.
pub(super) fn project(message: &proto::Project) -> Result<RelationKind> {
    let rows = message.input.as_deref();
    Ok(RelationKind::Project {
        input: rows.map(crate::relation).transpose()?,
        exprs: expressions(&message.expressions)?,
    })
}

/// Columns added or replaced.
pub(super) fn with_columns(message: &proto::WithColumns) -> Result<RelationKind> {
    let aliases = message.aliases.iter().map(alias);
    Ok(RelationKind::WithColumns {
        input: input(message.input.as_deref())?,
        aliases: aliases.collect::<Result<_>>()?,
    })
}

/// One new column: a name of one part; metadata that is empty text is none.
fn alias(message: &proto::expression::Alias) -> Result<Expr> {
    let [name] = message.name.as_slice() else {
        let error =
            SqlError::new(condition::CONNECT_INVALID_PLAN_WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART);
        return Err(error.with("got", message.name.join(".")));
    };
    let alias = Alias {
        expr: required(message.expr.as_deref())?,
        names: vec![name.as_str().into()],
        metadata: metadata::checked(message.metadata.as_deref())?,
    };
    Ok(ExprKind::Alias(alias).into())
}

/// Columns renamed by name, in the client's order; that of older clients' maps is by name.
#[allow(deprecated)] // what clients before 4.0 send
pub(super) fn renamed(message: &proto::WithColumnsRenamed) -> Result<RelationKind> {
    let pair = |old: &str, new: &str| -> (Ident, Ident) { (old.into(), new.into()) };
    let renames = match message.renames.is_empty() {
        false => (message.renames.iter())
            .map(|rename| pair(&rename.col_name, &rename.new_col_name))
            .collect(),
        true => (sorted(&message.rename_columns_map).into_iter())
            .map(|(old, new)| pair(old, new))
            .collect(),
    };
    Ok(RelationKind::WithColumnsRenamed {
        input: input(message.input.as_deref())?,
        renames,
    })
}

/// Columns left out.
pub(super) fn drop(message: &proto::Drop) -> Result<RelationKind> {
    Ok(RelationKind::Drop {
        input: input(message.input.as_deref())?,
        columns: expressions(&message.columns)?,
        names: names(&message.column_names),
    })
}

/// Columns renamed by position.
pub(super) fn to_df(message: &proto::ToDf) -> Result<RelationKind> {
    Ok(RelationKind::ToDf {
        input: input(message.input.as_deref())?,
        names: names(&message.column_names),
    })
}

/// Columns cast and ordered to a schema.
pub(super) fn to_schema(message: &proto::ToSchema) -> Result<RelationKind> {
    Ok(RelationKind::ToSchema {
        input: input(message.input.as_deref())?,
        schema: schema(missing::data_type(message.schema.as_ref()))?,
    })
}

/// A type for whole rows: a struct, or text that is still to be read as one.
pub(crate) fn schema(message: &proto::DataType) -> Result<DataType> {
    match data_type(message)? {
        schema @ (DataType::Struct(_) | DataType::Unparsed(_)) => Ok(schema),
        other => {
            let shown = format!("\"{}\"", other.sql());
            let error = SqlError::new(condition::INVALID_SCHEMA_TYPE_NON_STRUCT);
            Err(error.with("dataType", shown))
        }
    }
}
