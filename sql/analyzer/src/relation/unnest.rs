//! UNNEST: arrays side by side as rows, the shorter ones filled with nulls.
//!
//! One array is exploded, several are zipped before. `WITH ORDINALITY` adds the place of each row,
//! from 1 on.

use flint_sql_spec::{CastMode, DataType, Literal, Origin, Result, SqlError, condition};

use super::Analysed;
use super::generate::generate;
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver, quoted_type};
use crate::functions;
use crate::naming;
use crate::resolved::{Attribute, Expr, Named, Plan, PlanKind};
use crate::scope::Scope;

impl Analyzer<'_> {
    pub(super) fn unnest(
        &self,
        arrays: Vec<Expr>,
        with_ordinality: bool,
        origin: &Origin,
    ) -> Result<Analysed> {
        let mut elements = Vec::new();
        for (at, array) in arrays.iter().enumerate() {
            let DataType::Array { element, .. } = array.data_type() else {
                return Err(no_array(&arrays, at).at(origin));
            };
            elements.push((**element).clone());
        }
        let nothing = Scope::default();
        let place = Place::over(&nothing, "generate");
        let resolver = Resolver::new(self, &place);
        let several = arrays.len() > 1;
        let rows = match <[Expr; 1]>::try_from(arrays) {
            Ok([only]) => only,
            Err(arrays) => {
                // An array that is missing is an empty one beside others.
                let there = |array: Expr| {
                    let none = resolver.bind("array", Vec::new(), origin)?;
                    resolver.bind("coalesce", vec![array, none], origin)
                };
                let arrays = arrays.into_iter().map(there).collect::<Result<_>>()?;
                resolver.bind("arrays_zip", arrays, origin)?
            }
        };
        let DataType::Array {
            element,
            contains_null,
        } = rows.data_type()
        else {
            return Err(SqlError::internal("UNNEST of no array").at(origin));
        };
        let position = self.attribute("pos", &DataType::Integer, false);
        let row = self.attribute("col", element, *contains_null);
        let made = vec![position.clone(), row.clone()];
        let call = resolver.bind("posexplode", vec![rows], origin)?;
        let one = Plan::new(PlanKind::OneRow, Vec::new());
        let plan = generate(one, call, false, made);
        let mut columns = self.unnested(&row, &elements, several);
        if with_ordinality {
            let to = &DataType::Long;
            let place = resolver.cast(Expr::column(&position), to, CastMode::Ansi, origin)?;
            let first = Expr::literal(Literal::Long(1));
            let place = resolver.bind("+", vec![place, first], origin)?;
            columns.push(self.named("ordinality", place));
        }
        Ok(Analysed::of(Plan::project(plan, columns)))
    }

    /// The columns of the arrays' values.
    fn unnested(&self, row: &Attribute, elements: &[DataType], several: bool) -> Vec<Named> {
        let value = Expr::column(row);
        match (several, row.data_type.as_struct()) {
            (true, Some(fields)) => (0..elements.len())
                .map(|at| {
                    let field = functions::field_at(&value, fields, at);
                    self.named(&format!("col{at}"), field)
                })
                .collect(),
            _ => vec![self.named("col", value)],
        }
    }
}

/// The error for an argument that is no array.
fn no_array(args: &[Expr], at: usize) -> SqlError {
    let shown: Vec<String> = args.iter().map(naming::sql).collect();
    SqlError::new(condition::DATATYPE_MISMATCH_UNEXPECTED_INPUT_TYPE)
        .with("sqlExpr", format!("\"unnest({})\"", shown.join(", ")))
        .with("paramIndex", functions::ordinal(at))
        .with("requiredType", "\"ARRAY\"")
        .with("inputSql", naming::quoted(&args[at]))
        .with("inputType", quoted_type(args[at].data_type()))
}
