//! PIVOT and UNPIVOT.

use flint_sql_spec::{
    Expr, ExprKind, Pivot, Relation, RelationKind, Result, Unpivot, UnpivotValue,
};

use crate::cursor::Parser;

impl Parser {
    /// `PIVOT (sum(a) AS s FOR b IN (1 AS x, 2))`.
    pub(crate) fn pivot(&mut self, start: usize, input: Relation) -> Result<Relation> {
        self.expect_word("PIVOT")?;
        self.expect_sign("(")?;
        let aggregates = self.list(Self::pivot_named)?;
        self.expect_word("FOR")?;
        let column_start = self.start();
        let column = if self.at_sign("(") {
            let names = self.name_list()?;
            let columns = names.iter().map(|name| {
                Expr::column([name.clone()]).with_origin(self.origin_from(column_start))
            });
            self.call_from(column_start, "struct", columns.collect::<Vec<_>>())
        } else {
            let name = self.name()?;
            self.attribute(column_start, flint_sql_spec::ObjectName::Parts(vec![name]))
        };
        self.expect_word("IN")?;
        let values = self.paren_list(Self::pivot_named)?;
        self.expect_sign(")")?;
        let pivot = Pivot {
            input,
            aggregates,
            column,
            values,
        };
        let pivoted = self.relation_from(start, RelationKind::Pivot(pivot));
        self.with_alias(start, pivoted)
    }

    /// `expr [[AS] name]`, where FOR and IN end the list.
    fn pivot_named(&mut self) -> Result<Expr> {
        let start = self.start();
        let expr = self.expr()?;
        let named = self.eat_word("AS")
            || self.name_ahead(0)
                && !(self.at_word("FOR") && (self.name_ahead(1) || self.sign_ahead(1, "(")));
        if named {
            let name = self.name()?;
            return Ok(self.aliased(start, expr, vec![name]));
        }
        Ok(expr)
    }

    /// `UNPIVOT [INCLUDE|EXCLUDE NULLS] (v FOR n IN (a, b AS x))`.
    pub(crate) fn unpivot(&mut self, start: usize, input: Relation) -> Result<Relation> {
        self.expect_word("UNPIVOT")?;
        let nulls = self.eat_any(&["INCLUDE", "EXCLUDE"]);
        if nulls.is_some() {
            self.expect_word("NULLS")?;
        }
        self.expect_sign("(")?;
        let many = self.at_sign("(");
        let value_columns = if many {
            self.name_list()?
        } else {
            vec![self.name()?]
        };
        self.expect_word("FOR")?;
        let variable = self.name()?;
        self.expect_word("IN")?;
        let values = self.paren_list(|p| p.unpivot_value(many))?;
        self.expect_sign(")")?;
        let unpivot = Unpivot {
            input,
            ids: None,
            values: Some(values),
            variable,
            value_columns,
            include_nulls: nulls == Some("INCLUDE"),
        };
        let unpivoted = self.relation_from(start, RelationKind::Unpivot(unpivot));
        self.with_alias(start, unpivoted)
    }

    fn unpivot_value(&mut self, many: bool) -> Result<UnpivotValue> {
        let exprs = if many {
            self.paren_list(Self::unpivot_column)?
        } else {
            vec![self.unpivot_column()?]
        };
        let alias = if self.eat_word("AS") || self.name_ahead(0) {
            Some(self.name()?)
        } else {
            None
        };
        Ok(UnpivotValue { exprs, alias })
    }

    fn unpivot_column(&mut self) -> Result<Expr> {
        let start = self.start();
        let name = self.dotted()?;
        let attribute = self.attribute(start, flint_sql_spec::ObjectName::Parts(name));
        debug_assert!(matches!(attribute.kind(), ExprKind::Attribute(_)));
        Ok(attribute)
    }
}
