//! Rows into files: what every kind of write has in common.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream_partitioned};
use flint_sql_analyzer::resolved::{Attribute, Cast, Expr, ExprKind, Named, Plan};
use flint_sql_analyzer::types::{StorePolicy, can_store};
use flint_sql_columnar::{arrow_schema, from_datafusion, to_datafusion};
use flint_sql_sources::{WriteRequest, WriteSummary};
use flint_sql_spec::{
    CastMode, DataType, Ident, Relation, Result, SqlError, StructField, StructType, condition,
    quote_part,
};
use futures::StreamExt;

use super::SparkSession;
use super::engine::Once;
use super::query::{self, Prepared};
use super::relations::conform;

/// Where the data for columns of a table comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairing {
    /// Column by column.
    Position,
    /// By equal names.
    Name,
}

/// Runs a relation as a job and writes its rows.
pub(super) fn save(
    session: &SparkSession,
    relation: &Relation,
    adapt: impl FnOnce(Plan) -> Result<Plan>,
    request: WriteRequest,
) -> Result<WriteSummary> {
    let Prepared {
        schema,
        plan,
        state,
        observed,
        sources,
        ..
    } = query::prepare(session, relation, adapt)?;
    let plan = query::physical(session, &state, plan)?;
    let state = query::state_for(&plan, state, &sources)?;
    let physical = Once::new(plan);
    let layout: SchemaRef = Arc::new(arrow_schema(&schema)?);
    let path = request.path.clone();
    let (request, schema) = (Arc::new(request), Arc::new(schema));
    let engine = &session.inner.shared.engine;
    let _own = session.as_own()?;
    let saved = engine.job(session.context(), &state, move |task| {
        let streams = physical
            .take()
            .and_then(|plan| execute_stream_partitioned(plan, task).map_err(from_datafusion));
        let (request, schema) = (Arc::clone(&request), Arc::clone(&schema));
        let layout = Arc::clone(&layout);
        async move {
            let streams = streams?.into_iter().map(|stream| named(stream, &layout));
            flint_sql_sources::write(&request, &schema, streams.collect()).await
        }
    });
    session.observed(&observed, saved.as_ref().err());
    // A write that failed may have changed something, too.
    session.written(&path);
    saved
}

/// A stream under the names that users gave.
fn named(stream: SendableRecordBatchStream, layout: &SchemaRef) -> SendableRecordBatchStream {
    let schema = Arc::clone(layout);
    let batches = stream.map(move |batch| conform(&batch?, &schema).map_err(to_datafusion));
    Box::pin(RecordBatchStreamAdapter::new(Arc::clone(layout), batches))
}

/// The plan with the columns of a table, converted as INSERT does (`spark.sql.storeAssignmentPolicy`
/// ANSI): columns that the data doesn't name are null.
pub(super) fn for_table(
    plan: &Plan,
    table: &str,
    columns: &StructType,
    named: &[Ident],
    pairing: Pairing,
) -> Result<Plan> {
    let data = plan.output();
    let targets: Vec<&StructField> = if named.is_empty() {
        columns.iter().collect()
    } else {
        let find = |name: &Ident| {
            let found = columns
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name));
            found.ok_or_else(|| {
                SqlError::new(condition::UNRESOLVED_COLUMN_WITH_SUGGESTION)
                    .with("objectName", quote_part(name))
                    .with("proposal", list(columns.iter().map(|field| &*field.name)))
            })
        };
        named.iter().map(find).collect::<Result<_>>()?
    };
    let source = |field: &StructField| -> Result<Option<&Attribute>> {
        match pairing {
            Pairing::Position => {
                let at = targets.iter().position(|target| target.name == field.name);
                Ok(at.and_then(|at| data.get(at)))
            }
            Pairing::Name => Ok(data
                .iter()
                .find(|c| c.name.eq_ignore_ascii_case(&field.name))),
        }
    };
    check_arity(table, &targets, data, pairing)?;
    let exprs = columns
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let value = match source(field)? {
                Some(column) => stored(table, column, field)?,
                None => null(&field.data_type),
            };
            Ok(as_column(value, field, at))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Plan::project(plan.clone(), exprs))
}

fn check_arity(
    table: &str,
    targets: &[&StructField],
    data: &[Attribute],
    pairing: Pairing,
) -> Result<()> {
    let known = |name: &str| {
        targets
            .iter()
            .any(|field| field.name.eq_ignore_ascii_case(name))
    };
    let extra: Vec<&str> = match pairing {
        Pairing::Name => data
            .iter()
            .map(|c| &*c.name)
            .filter(|name| !known(name))
            .collect(),
        Pairing::Position => Vec::new(),
    };
    if !extra.is_empty() {
        return Err(
            SqlError::new(condition::INCOMPATIBLE_DATA_FOR_TABLE_EXTRA_COLUMNS)
                .with("tableName", table)
                .with("extraColumns", list(extra)),
        );
    }
    let condition = match data.len().cmp(&targets.len()) {
        std::cmp::Ordering::Less if pairing == Pairing::Position => {
            condition::INSERT_COLUMN_ARITY_MISMATCH_NOT_ENOUGH_DATA_COLUMNS
        }
        std::cmp::Ordering::Greater if pairing == Pairing::Position => {
            condition::INSERT_COLUMN_ARITY_MISMATCH_TOO_MANY_DATA_COLUMNS
        }
        _ => return Ok(()),
    };
    Err(SqlError::new(condition)
        .with("tableName", table)
        .with(
            "tableColumns",
            list(targets.iter().map(|field| &*field.name)),
        )
        .with("dataColumns", list(data.iter().map(|column| &*column.name))))
}

/// A value as the table's column takes it.
fn stored(table: &str, column: &Attribute, field: &StructField) -> Result<Expr> {
    let value = Expr::column(column);
    if column.data_type == field.data_type {
        return Ok(value);
    }
    if !can_store(&column.data_type, &field.data_type, StorePolicy::Ansi) {
        return Err(
            SqlError::new(condition::INCOMPATIBLE_DATA_FOR_TABLE_CANNOT_SAFELY_CAST)
                .with("tableName", table)
                .with("colName", quote_part(&field.name))
                .with("srcType", format!("\"{}\"", column.data_type.sql()))
                .with("targetType", format!("\"{}\"", field.data_type.sql())),
        );
    }
    let cast = Cast {
        expr: value,
        mode: CastMode::Ansi,
        implicit: true,
        literal: false,
    };
    Ok(Expr::new(
        ExprKind::Cast(cast),
        field.data_type.clone(),
        true,
    ))
}

fn null(data_type: &DataType) -> Expr {
    Expr::literal(flint_sql_spec::Literal::Null(data_type.clone()))
}

/// A value as a column of the result. Ids of the analyzer count up from 0, these down from the end.
fn as_column(expr: Expr, field: &StructField, at: usize) -> Named {
    let column = Attribute {
        id: flint_sql_analyzer::resolved::ColumnId(u64::MAX / 2 - at as u64),
        name: field.name.clone(),
        data_type: field.data_type.clone(),
        nullable: true,
        metadata: field.metadata.clone(),
    };
    Named { expr, column }
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(quote_part).collect();
    quoted.join(", ")
}
