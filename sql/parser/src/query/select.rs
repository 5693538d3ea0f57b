//! SELECT and FROM-first.

use flint_sql_spec::{
    Aggregate, Expr, ExprKind, GroupKind, GroupingAnalytics, GroupingKind, Hint, Relation,
    RelationKind, Result,
};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

/// What SELECT begins with, read before FROM is known.
struct Head {
    start: usize,
    hints: Vec<(flint_sql_spec::Ident, Vec<Expr>)>,
    distinct: bool,
    exprs: Vec<Expr>,
}

impl Parser {
    /// `SELECT .. [FROM ..] ..`.
    pub(crate) fn select(&mut self) -> Result<Relation> {
        if self.at_transform() {
            return self.transform_query(None);
        }
        let head = self.select_head()?;
        let input = if self.at_word("FROM") {
            Some(self.relations_of_from()?)
        } else {
            None
        };
        self.select_body(head, input)
    }

    /// `FROM t [SELECT ..]`: without SELECT all columns, as a pipe starts.
    pub(crate) fn query_of_from(&mut self) -> Result<Relation> {
        let input = self.relations_of_from()?;
        if self.at_any(&["SELECT", "MAP", "REDUCE"]) {
            return self.select_over(input);
        }
        Ok(input)
    }

    /// SELECT over rows that FROM in front of it gave.
    pub(crate) fn select_over(&mut self, input: Relation) -> Result<Relation> {
        if self.at_transform() {
            return self.transform_query(Some(input));
        }
        let head = self.select_head()?;
        self.select_body(head, Some(input))
    }

    fn select_head(&mut self) -> Result<Head> {
        let start = self.start();
        self.expect_word("SELECT")?;
        let hints = self.hints()?;
        let distinct = match self.quantifier_follows() {
            true => self.expect_any(&["DISTINCT", "ALL"])? == "DISTINCT",
            false => false,
        };
        let exprs = self.named_exprs()?;
        Ok(Head {
            start,
            hints,
            distinct,
            exprs,
        })
    }

    /// Whether DISTINCT or ALL stands here as a quantifier, not as a column.
    fn quantifier_follows(&self) -> bool {
        self.at_any(&["DISTINCT", "ALL"])
            && self.operand_may_start(1)
            && !(self.word_ahead(1, "FROM") && self.name_ahead(2))
            && !self.word_ahead(1, "AS")
            || self.at_any(&["DISTINCT", "ALL"]) && self.sign_ahead(1, "*")
    }

    /// `/*+ A(b), C */`, several times.
    fn hints(&mut self) -> Result<Vec<(flint_sql_spec::Ident, Vec<Expr>)>> {
        let mut hints = Vec::new();
        while self.kind() == TokenKind::HintStart {
            self.bump();
            loop {
                let name = self.name()?;
                let parameters = if self.at_sign("(") {
                    self.paren_list(Self::primary)?
                } else {
                    Vec::new()
                };
                hints.push((name, parameters));
                self.eat_sign(",");
                if self.kind() == TokenKind::HintEnd {
                    self.bump();
                    break;
                }
            }
        }
        Ok(hints)
    }

    /// Expressions with or without names.
    pub(crate) fn named_exprs(&mut self) -> Result<Vec<Expr>> {
        self.list(Self::named_expr)
    }

    pub(crate) fn named_expr(&mut self) -> Result<Expr> {
        let start = self.start();
        let expr = self.expr()?;
        Ok(match self.column_alias()? {
            None => expr,
            Some(names) => self.aliased(start, expr, names),
        })
    }

    fn select_body(&mut self, head: Head, input: Option<Relation>) -> Result<Relation> {
        let Head {
            start,
            hints,
            distinct,
            exprs,
        } = head;
        let mut input = input;
        while self.at_words(&["LATERAL", "VIEW"]) {
            let below = match input.take() {
                Some(below) => below,
                None => self.relation_from(start, one_row()),
            };
            input = Some(self.lateral_view(start, below)?);
        }
        if self.at_word("WHERE") {
            self.bump();
            let condition = self.expr()?;
            let below = input.unwrap_or_else(|| self.relation_from(start, one_row()));
            input = Some(self.relation_from(
                start,
                RelationKind::Filter {
                    input: below,
                    condition,
                },
            ));
        }
        let grouping = if self.at_words(&["GROUP", "BY"]) {
            Some(self.group_by(false)?)
        } else {
            None
        };
        let having = if self.eat_word("HAVING") {
            Some(self.expr()?)
        } else {
            None
        };
        let mut query = match (grouping, &having) {
            (None, None) => self.relation_from(start, RelationKind::Project { input, exprs }),
            (grouping, _) => {
                let (group, grouping) = grouping.unwrap_or((GroupKind::GroupBy, Vec::new()));
                let input = input.unwrap_or_else(|| self.relation_from(start, one_row()));
                let aggregate = Aggregate {
                    input,
                    group,
                    grouping,
                    aggregates: exprs,
                    lists_output: true,
                };
                self.relation_from(start, RelationKind::Aggregate(aggregate))
            }
        };
        if let Some(condition) = having {
            query = self.relation_from(
                start,
                RelationKind::Having {
                    input: query,
                    condition,
                },
            );
        }
        if self.at_word("QUALIFY") {
            self.bump();
            let condition = self.expr()?;
            query = self.relation_from(
                start,
                RelationKind::Qualify {
                    input: query,
                    condition,
                },
            );
        }
        if distinct {
            query = self.distinct_rows(start, query);
        }
        if self.at_word("WINDOW") {
            let windows = self.window_clause()?;
            let kind = RelationKind::NamedWindows {
                input: query,
                windows,
            };
            query = self.relation_from(start, kind);
        }
        for (name, parameters) in hints.into_iter().rev() {
            let hint = Hint {
                input: query,
                name,
                parameters,
            };
            query = self.relation_from(start, RelationKind::Hint(hint));
        }
        Ok(query)
    }

    /// `GROUP BY ..`, in which expressions may have names after a pipe.
    pub(crate) fn group_by(&mut self, named: bool) -> Result<(GroupKind, Vec<Expr>)> {
        self.expect_words(&["GROUP", "BY"])?;
        let start = self.start();
        let mut grouping = self.list(|p| p.grouping_expr(named))?;
        if self.at_word("WITH") && self.any_ahead(1, &["CUBE", "ROLLUP"]) {
            self.bump();
            let cube = self.expect_any(&["CUBE", "ROLLUP"])? == "CUBE";
            let kind = if cube {
                GroupingKind::Cube
            } else {
                GroupingKind::Rollup
            };
            let sets = grouping.into_iter().map(|expr| vec![expr]).collect();
            let analytics = GroupingAnalytics { kind, sets };
            return Ok((
                GroupKind::GroupBy,
                vec![self.expr_from(start, ExprKind::GroupingAnalytics(analytics))],
            ));
        }
        if self.at_words(&["GROUPING", "SETS"]) {
            self.bump();
            self.bump();
            let sets = self.paren_list(Self::grouping_set)?;
            return Ok((GroupKind::GroupingSets(sets), grouping));
        }
        let all = grouping.len() == 1 && is_bare(&grouping[0], "ALL");
        if all {
            grouping.clear();
            return Ok((GroupKind::All, grouping));
        }
        Ok((GroupKind::GroupBy, grouping))
    }

    fn grouping_expr(&mut self, named: bool) -> Result<Expr> {
        let start = self.start();
        let analytics = self.at_words(&["GROUPING", "SETS"])
            || self.at_any(&["CUBE", "ROLLUP"]) && self.sign_ahead(1, "(");
        if !analytics {
            let expr = self.expr()?;
            let more = self.at_words(&["WITH", "CUBE"])
                || self.at_words(&["WITH", "ROLLUP"])
                || self.at_words(&["GROUPING", "SETS"]);
            let names = if named && !more {
                self.column_alias()?
            } else {
                None
            };
            return Ok(match names {
                None => expr,
                Some(names) => self.aliased(start, expr, names),
            });
        }
        let kind = match self.expect_any(&["GROUPING", "CUBE", "ROLLUP"])? {
            "CUBE" => GroupingKind::Cube,
            "ROLLUP" => GroupingKind::Rollup,
            _ => {
                self.expect_word("SETS")?;
                GroupingKind::GroupingSets
            }
        };
        let sets = self.paren_list(Self::grouping_set)?;
        let analytics = GroupingAnalytics { kind, sets };
        Ok(self.expr_from(start, ExprKind::GroupingAnalytics(analytics)))
    }

    fn grouping_set(&mut self) -> Result<Vec<Expr>> {
        let nested = self.at_words(&["GROUPING", "SETS"])
            || self.at_any(&["CUBE", "ROLLUP"]) && self.sign_ahead(1, "(");
        if nested {
            return self
                .nested(|p| p.grouping_expr(false))
                .map(|expr| vec![expr]);
        }
        if self.at_sign("(") {
            if self.sign_ahead(1, ")") {
                self.bump();
                self.bump();
                return Ok(Vec::new());
            }
            if let Some(set) = self.attempt(|p| {
                let set = p.paren_list(Self::expr)?;
                if p.at_sign(",") || p.at_sign(")") {
                    Ok(set)
                } else {
                    Err(p.unexpected())
                }
            }) {
                return Ok(set);
            }
        }
        self.expr().map(|expr| vec![expr])
    }
}

/// What SELECT reads from without FROM: one row without columns.
pub(crate) fn one_row() -> RelationKind {
    RelationKind::Project {
        input: None,
        exprs: Vec::new(),
    }
}

fn is_bare(expr: &Expr, word: &str) -> bool {
    let ExprKind::Attribute(attribute) = expr.kind() else {
        return false;
    };
    matches!(attribute.name.parts(), Some([only]) if only.eq_ignore_ascii_case(word))
}
