//! UPDATE, DELETE, MERGE and TRUNCATE.

use flint_sql_spec::{
    Assignment, Expr, ExprKind, MergeAction, MergeActionKind, MergeInto, ObjectName, Relation,
    Result, Statement, condition,
};

use crate::cursor::Parser;

impl Parser {
    fn target_table(&mut self) -> Result<Relation> {
        let start = self.start();
        let table = self.table_name_relation()?;
        if self.at_word("SET") || self.at_word("USING") {
            return Ok(table);
        }
        self.with_alias(start, table)
    }

    pub(crate) fn update(&mut self) -> Result<Statement> {
        self.expect_word("UPDATE")?;
        let target = self.target_table()?;
        self.expect_word("SET")?;
        let assignments = self.list(Self::assignment)?;
        let condition = self.where_clause()?;
        Ok(Statement::Update {
            target,
            assignments,
            condition,
        })
    }

    fn assignment(&mut self) -> Result<Assignment> {
        let start = self.start();
        let name = ObjectName::Parts(self.dotted()?);
        let column = self.attribute(start, name);
        self.expect_sign("=")?;
        Ok(Assignment {
            column,
            value: self.expr()?,
        })
    }

    pub(crate) fn delete(&mut self) -> Result<Statement> {
        self.expect_words(&["DELETE", "FROM"])?;
        let target = self.target_table()?;
        let condition = self.where_clause()?;
        Ok(Statement::Delete { target, condition })
    }

    pub(crate) fn truncate(&mut self) -> Result<Statement> {
        self.expect_words(&["TRUNCATE", "TABLE"])?;
        let name = self.object_name()?;
        Ok(Statement::Truncate {
            name,
            partition: self.partition_spec()?,
        })
    }

    pub(crate) fn merge(&mut self) -> Result<Statement> {
        let start = self.start();
        self.expect_word("MERGE")?;
        let with_schema_evolution = self.eat_words(&["WITH", "SCHEMA", "EVOLUTION"]);
        self.expect_word("INTO")?;
        let target = self.target_table()?;
        self.expect_word("USING")?;
        let source = self.relation_primary()?;
        self.expect_word("ON")?;
        let on = self.expr()?;
        let mut merge = MergeInto {
            target,
            source,
            condition: on,
            matched: Vec::new(),
            not_matched: Vec::new(),
            not_matched_by_source: Vec::new(),
            with_schema_evolution,
        };
        while self.at_word("WHEN") {
            self.merge_branch(&mut merge)?;
        }
        let branches =
            merge.matched.len() + merge.not_matched.len() + merge.not_matched_by_source.len();
        if branches == 0 {
            return Err(self.error_from(start, condition::MERGE_WITHOUT_WHEN));
        }
        Ok(Statement::Merge(merge))
    }

    fn merge_branch(&mut self, merge: &mut MergeInto) -> Result<()> {
        self.expect_word("WHEN")?;
        let not = self.eat_word("NOT");
        self.expect_word("MATCHED")?;
        let by_source = not && self.eat_words(&["BY", "SOURCE"]);
        if not && !by_source {
            self.eat_words(&["BY", "TARGET"]);
        }
        let start = self.start();
        let condition = if self.eat_word("AND") {
            Some(self.expr()?)
        } else {
            None
        };
        self.expect_word("THEN")?;
        let action = self.merge_action(not && !by_source, condition)?;
        let action = self.expr_from(start, ExprKind::MergeAction(action));
        match (not, by_source) {
            (false, _) => merge.matched.push(action),
            (true, false) => merge.not_matched.push(action),
            (true, true) => merge.not_matched_by_source.push(action),
        }
        Ok(())
    }

    fn merge_action(&mut self, inserts: bool, condition: Option<Expr>) -> Result<MergeAction> {
        let allowed: &[&'static str] = if inserts {
            &["INSERT"]
        } else {
            &["UPDATE", "DELETE"]
        };
        let (kind, assignments) = match self.expect_any(allowed)? {
            "DELETE" => (MergeActionKind::Delete, Vec::new()),
            "UPDATE" => {
                self.expect_word("SET")?;
                if self.eat_sign("*") {
                    (MergeActionKind::UpdateStar, Vec::new())
                } else {
                    (MergeActionKind::Update, self.list(Self::assignment)?)
                }
            }
            _ if self.eat_sign("*") => (MergeActionKind::InsertStar, Vec::new()),
            _ => (MergeActionKind::Insert, self.merge_values()?),
        };
        Ok(MergeAction {
            kind,
            condition,
            assignments,
        })
    }

    /// `(a, b) VALUES (1, 2)`.
    fn merge_values(&mut self) -> Result<Vec<Assignment>> {
        let columns = self.paren_list(|p| {
            let start = p.start();
            let name = ObjectName::Parts(p.dotted()?);
            Ok(p.attribute(start, name))
        })?;
        self.expect_word("VALUES")?;
        let values = self.paren_list(Self::expr)?;
        if columns.len() != values.len() {
            return Err(self.unexpected());
        }
        let pairs = columns.into_iter().zip(values);
        Ok(pairs
            .map(|(column, value)| Assignment { column, value })
            .collect())
    }
}
