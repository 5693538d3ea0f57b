//! Code of the program over rows, and rows as values of its types.

use flint_sql_spec::{
    CastMode, DataType, Decode, NativeMap, Origin, Result, SqlError, StructField, StructType,
    condition,
};

use super::Analysed;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::functions;
use crate::naming;
use crate::resolved::{Attribute, Expr, Plan, PlanKind};
use crate::scope::{Case, Scope};
use crate::types::can_up_cast;

impl Analyzer<'_> {
    /// Rows that code makes of others: it gets the visible columns in their order.
    pub(super) fn native_map(&self, map: &NativeMap) -> Result<Analysed> {
        let input = self.relation(&map.input)?.sealed();
        let output = self.columns(&map.output);
        let kind = PlanKind::Native {
            input,
            name: map.name.clone(),
            code: map.code.clone(),
        };
        Ok(Analysed::of(Plan::new(kind, output)))
    }

    /// The columns that a type is made of, widened to the types of its fields. Nullability is looked
    /// at where values are read: only then is it known whether there are nulls.
    pub(super) fn decode(&self, decode: &Decode, origin: &Origin) -> Result<Analysed> {
        let input = self.relation(&decode.input)?;
        let columns: Vec<Attribute> = input
            .scope
            .visible()
            .map(|column| column.attribute.clone())
            .collect();
        let found: Vec<&Attribute> = if decode.by_position {
            by_position(&columns, &decode.fields).map_err(|error| error.or_at(origin))?
        } else {
            let find = |field: &StructField| self.field_column(&columns, field, origin);
            decode.fields.iter().map(find).collect::<Result<_>>()?
        };
        let nothing = Scope::default();
        let place = Place::over(&nothing, "as");
        let resolver = Resolver::new(self, &place);
        let mut exprs = Vec::with_capacity(found.len());
        for (column, field) in found.into_iter().zip(decode.fields.iter()) {
            let value = self.widened(&resolver, column, field, origin)?;
            exprs.push(self.named(&field.name, value));
        }
        Ok(Analysed::of(Plan::project(input.plan, exprs)))
    }

    fn field_column<'c>(
        &self,
        columns: &'c [Attribute],
        field: &StructField,
        origin: &Origin,
    ) -> Result<&'c Attribute> {
        let case = self.case();
        let mut fit = columns.iter().filter(|c| case.same(&c.name, &field.name));
        match (fit.next(), fit.next()) {
            (Some(column), None) => Ok(column),
            (None, _) => {
                let name = std::slice::from_ref(&field.name);
                Err(Scope::of(columns).unresolved(name, origin))
            }
            (Some(_), Some(_)) => {
                let name = flint_sql_spec::quote_part(&field.name);
                Err(SqlError::new(condition::AMBIGUOUS_REFERENCE)
                    .with("name", name.clone())
                    .with("referenceNames", format!("[{name}, {name}]"))
                    .at(origin))
            }
        }
    }

    fn widened(
        &self,
        resolver: &Resolver<'_, '_>,
        column: &Attribute,
        field: &StructField,
        origin: &Origin,
    ) -> Result<Expr> {
        let (from, to) = (&column.data_type, &field.data_type);
        let value = Expr::column(column);
        if functions::same_type(from, to) || reads(from, to, self.case()) {
            return Ok(value);
        }
        if !is_nested(to) && can_up_cast(from, to) {
            return resolver.cast(value, to, CastMode::Ansi, origin);
        }
        Err(SqlError::new(condition::CANNOT_UP_CAST_DATATYPE)
            .with("expression", naming::sql(&value))
            .with("sourceType", quoted_type(from))
            .with("targetType", quoted_type(to))
            .with(
                "details",
                format!(
                    "The field `{}` of the program's type cannot hold all values of the column; \
                     cast the column, or widen the field.",
                    field.name
                ),
            )
            .at(origin))
    }
}

/// Columns in their order: as many as there are fields.
fn by_position<'c>(columns: &'c [Attribute], fields: &StructType) -> Result<Vec<&'c Attribute>> {
    if columns.len() == fields.len() {
        return Ok(columns.iter().collect());
    }
    let schema = StructType::new(
        columns
            .iter()
            .map(|c| StructField::new(&c.name, c.data_type.clone(), c.nullable)),
    );
    let mismatch = condition::UNSUPPORTED_DESERIALIZER_FIELD_NUMBER_MISMATCH;
    Err(SqlError::new(mismatch)
        .with("schema", quoted_type(&DataType::Struct(schema)))
        .with("ordinal", fields.len().to_string()))
}

fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_)
    )
}

/// Whether a decoder reads nested values of one type as the other: fields by name, numbers wider.
fn reads(from: &DataType, to: &DataType, case: Case) -> bool {
    match (from, to) {
        (DataType::Struct(from), DataType::Struct(to)) => to.iter().all(|field| {
            let mut fit = from.iter().filter(|f| case.same(&f.name, &field.name));
            fit.next()
                .is_some_and(|found| part(&found.data_type, &field.data_type, case))
                && fit.next().is_none()
        }),
        (DataType::Array { element: from, .. }, DataType::Array { element: to, .. }) => {
            part(from, to, case)
        }
        (
            DataType::Map { key, value, .. },
            DataType::Map {
                key: to_key,
                value: to_value,
                ..
            },
        ) => part(key, to_key, case) && part(value, to_value, case),
        _ => false,
    }
}

fn part(from: &DataType, to: &DataType, case: Case) -> bool {
    let whole = |data_type: &DataType| data_type.is_integral();
    let float = |data_type: &DataType| matches!(data_type, DataType::Float | DataType::Double);
    functions::same_type(from, to)
        || (whole(from) && whole(to) && can_up_cast(from, to))
        || (float(from) && float(to) && can_up_cast(from, to))
        || reads(from, to, case)
}
