//! Tables, sources, SQL text, and plans with the plans that they refer to.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{
    DataSourceRead, Expr, Ident, NamedTable, ObjectName, Options, RelationChanges, RelationKind,
    Result, SqlError, SqlQuery, TableFunction, condition,
};
use proto::read::ReadType;
use proto::relation::RelType;

use super::{input, relations};
use crate::names::{filled, names, object_name, optional, options, sorted};
use crate::{expression, expressions, literal, missing};

/// A table or a source.
pub(super) fn read(message: &proto::Read) -> Result<RelationKind> {
    let is_streaming = message.is_streaming;
    match &message.read_type {
        Some(ReadType::NamedTable(table)) => Ok(RelationKind::NamedTable(NamedTable {
            name: object_name(&table.unparsed_identifier)?,
            options: options(&table.options),
            is_streaming,
            time_travel: None,
        })),
        Some(ReadType::DataSource(source)) => {
            data_source(source, is_streaming).map(RelationKind::DataSource)
        }
        None => Err(missing::one_of("spark.connect.Read", "READTYPE_NOT_SET")),
    }
}

fn data_source(source: &proto::read::DataSource, is_streaming: bool) -> Result<DataSourceRead> {
    let read = DataSourceRead {
        format: filled(source.format.as_ref()),
        schema: filled(source.schema.as_ref()),
        options: options(&source.options),
        paths: names(&source.paths),
        predicates: names(&source.predicates),
        source_name: optional(source.source_name.as_ref()),
        is_streaming,
    };
    if is_streaming && read.paths.len() > 1 {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_MULTIPLE_PATHS_NOT_SUPPORTED_FOR_STREAMING_SOURCE,
        ));
    }
    if !read.predicates.is_empty() {
        check_predicates(read.format.as_ref(), &read.options, is_streaming)?;
    }
    Ok(read)
}

/// Conditions that divide a read into partitions are for tables of other databases only.
fn check_predicates(format: Option<&Ident>, options: &Options, is_streaming: bool) -> Result<()> {
    let format = format.map_or("", |format| &**format);
    if format != "jdbc" || is_streaming {
        let error =
            SqlError::new(condition::CONNECT_INVALID_PLAN_PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE);
        return Err(error.with("format", format));
    }
    let given = |name: &str| {
        let mut keys = options.iter().map(|(key, _)| key);
        keys.any(|key| key.eq_ignore_ascii_case(name))
    };
    match given("url") && given("dbtable") {
        true => Ok(()),
        false => Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_INVALID_JDBC_PARAMS,
        )),
    }
}

/// What changed in a table.
pub(super) fn changes(message: &proto::RelationChanges) -> Result<RelationKind> {
    Ok(RelationKind::RelationChanges(RelationChanges {
        name: object_name(&message.unparsed_identifier)?,
        options: options(&message.options),
        is_streaming: message.is_streaming,
        from: None,
        to: None,
    }))
}

/// SQL text with its arguments, by name or in order, as expressions or, from older clients, literals.
///
/// Of several kinds of arguments the first counts that Spark looks at: named expressions, expressions
/// in order, named literals, literals in order.
pub(crate) fn sql_query(message: &proto::Sql) -> Result<SqlQuery> {
    let (mut named, mut positional) = (Vec::new(), Vec::new());
    if !message.named_arguments.is_empty() {
        for (name, argument) in sorted(&message.named_arguments) {
            named.push((name.into(), expression(argument)?));
        }
    } else if !message.pos_arguments.is_empty() {
        positional = expressions(&message.pos_arguments)?;
    } else {
        (named, positional) = literal_arguments(message)?;
    }
    Ok(SqlQuery {
        text: message.query.as_str().into(),
        named,
        positional,
    })
}

type Arguments = (Vec<(Ident, Expr)>, Vec<Expr>);

#[allow(deprecated)] // what clients before 3.5.1 send
fn literal_arguments(message: &proto::Sql) -> Result<Arguments> {
    let (mut named, mut positional) = (Vec::new(), Vec::new());
    for (name, argument) in sorted(&message.args) {
        named.push((name.into(), Expr::literal(literal(argument)?)));
    }
    if named.is_empty() {
        for argument in &message.pos_args {
            positional.push(Expr::literal(literal(argument)?));
        }
    }
    Ok((named, positional))
}

/// A plan and the plans that its subqueries refer to by plan id, or SQL text and its views by name.
pub(super) fn with_relations(message: &proto::WithRelations) -> Result<RelationKind> {
    let known = |reference: &proto::Relation| {
        let common = reference.common.as_ref();
        let is_view = matches!(reference.rel_type, Some(RelType::SubqueryAlias(_)));
        is_view || common.is_some_and(|common| common.plan_id.is_some())
    };
    if message.references.is_empty() || !message.references.iter().all(known) {
        return Err(SqlError::new(
            condition::CONNECT_INVALID_PLAN_INVALID_WITH_RELATION_REFERENCE,
        ));
    }
    Ok(RelationKind::WithRelations {
        root: input(message.root.as_deref())?,
        references: relations(&message.references)?,
    })
}

/// A call of a table function by its plain name.
pub(super) fn table_function(
    message: &proto::UnresolvedTableValuedFunction,
) -> Result<RelationKind> {
    Ok(RelationKind::TableFunction(TableFunction {
        name: ObjectName::bare(&message.function_name),
        args: expressions(&message.arguments)?,
        with_ordinality: false,
        is_streaming: false,
    }))
}
