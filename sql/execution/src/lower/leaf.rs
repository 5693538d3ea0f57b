//! Where rows begin: tables, constants, ranges.

use std::sync::Arc;

use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::logical_expr::{Cast, EmptyRelation, Expr, LogicalPlan, TableScanBuilder, Values};
use flint_sql_analyzer::resolved::{self, Attribute, Table};
use flint_sql_columnar::{Raised, arrow_field, arrow_type};
use flint_sql_spec::{DataType, SqlError};

use super::{Lowering, project};
use crate::columns;
use crate::range::RangeTable;

/// One row without columns.
pub(super) fn one_row() -> LogicalPlan {
    LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: true,
        schema: Arc::new(DFSchema::empty()),
    })
}

impl Lowering<'_> {
    /// A scan, with columns called by their ids and of the layouts that the plan expects.
    pub(super) fn table(&self, table: &Table, output: &[Attribute]) -> Result<LogicalPlan, Raised> {
        let provider = self.tables.provider(table)?;
        let schema = provider.schema();
        if schema.fields().len() != output.len() {
            let (found, wanted) = (schema.fields().len(), output.len());
            return Err(SqlError::internal(format!(
                "a table has {found} columns where {wanted} were resolved"
            ))
            .into());
        }
        let name = if table.name.is_empty() {
            "files".to_owned()
        } else {
            table.name.join(".")
        };
        let reference = TableReference::bare(name);
        let source = provider_as_source(provider);
        let scan = TableScanBuilder::new(reference.clone(), source).build()?;
        let mut exprs = Vec::with_capacity(output.len());
        for (field, attribute) in schema.fields().iter().zip(output) {
            let column = Column::new(Some(reference.clone()), field.name());
            let column = Expr::Column(column);
            let layout = arrow_type(&attribute.data_type)?;
            let column = if *field.data_type() == layout {
                column
            } else {
                Expr::Cast(Cast::new(Box::new(column), layout))
            };
            exprs.push(columns::called(column, attribute.id));
        }
        project(LogicalPlan::TableScan(scan), exprs)
    }

    /// Rows of constants.
    pub(super) fn values(
        &self,
        rows: &[Vec<resolved::Expr>],
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let fields = output
            .iter()
            .map(|column| {
                let name = columns::name(column.id);
                arrow_field(&name, &column.data_type, column.nullable).map(|field| (None, field))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let schema = DFSchema::new_with_metadata(fields, Default::default())?;
        if rows.is_empty() {
            return Ok(LogicalPlan::EmptyRelation(EmptyRelation {
                produce_one_row: false,
                schema: Arc::new(schema),
            }));
        }
        let values = rows
            .iter()
            .map(|row| row.iter().map(|value| self.expr(value)).collect())
            .collect::<Result<Vec<Vec<_>>, Raised>>()?;
        Ok(LogicalPlan::Values(Values {
            schema: Arc::new(schema),
            values,
        }))
    }

    /// Whole numbers in steps.
    pub(super) fn range(
        &self,
        (start, end, step): (i64, i64, i64),
        partitions: Option<i32>,
        output: &[Attribute],
    ) -> Result<LogicalPlan, Raised> {
        let partitions = match partitions {
            Some(partitions) => partitions.max(1) as usize,
            None => self.default_partitions,
        };
        let [attribute] = output else {
            return Err(SqlError::internal("a range has one column").into());
        };
        debug_assert_eq!(attribute.data_type, DataType::Long);
        let range = RangeTable::new(&columns::name(attribute.id), (start, end, step), partitions);
        let source = provider_as_source(Arc::new(range));
        let scan = TableScanBuilder::new("range", source).build()?;
        let name = columns::name(attribute.id);
        let column = Expr::Column(Column::new(Some("range"), &name));
        project(LogicalPlan::TableScan(scan), vec![column.alias(name)])
    }
}
