//! FROM: relations and joins.

use flint_sql_spec::{
    AsOfDirection, AsOfJoin, Expr, Ident, Join, JoinCriteria, JoinType, NearestByJoin, ObjectName,
    Relation, RelationKind, Result, condition,
};

use crate::cursor::Parser;

impl Parser {
    /// `FROM a, b JOIN c ..` with what may follow the relations.
    pub(crate) fn relations_of_from(&mut self) -> Result<Relation> {
        let start = self.start();
        self.expect_word("FROM")?;
        let relation_start = self.start();
        let mut left = self.relation()?;
        while self.eat_sign(",") {
            let right = self.relation()?;
            let join = Join {
                left,
                right,
                join_type: JoinType::Inner,
                criteria: JoinCriteria::None,
                pair_of_structs: None,
            };
            left = self.relation_from(relation_start, RelationKind::Join(join));
        }
        while self.at_words(&["LATERAL", "VIEW"]) {
            left = self.lateral_view(start, left)?;
        }
        self.pivots(relation_start, left)
    }

    /// PIVOT or UNPIVOT, once or more.
    fn pivots(&mut self, start: usize, mut relation: Relation) -> Result<Relation> {
        loop {
            relation = if self.at_word("PIVOT") && self.sign_ahead(1, "(") {
                self.pivot(start, relation)?
            } else if self.at_word("UNPIVOT") {
                self.unpivot(start, relation)?
            } else {
                return Ok(relation);
            };
        }
    }

    /// A relation with its joins.
    pub(crate) fn relation(&mut self) -> Result<Relation> {
        self.nested(|p| {
            let start = p.start();
            let lateral = p.at_word("LATERAL") && p.lateral_follows();
            if lateral {
                p.bump();
            }
            let mut left = p.relation_primary()?;
            if lateral {
                left = p.relation_from(start, RelationKind::Lateral(left));
            }
            p.joins(start, left)
        })
    }

    fn lateral_follows(&self) -> bool {
        self.sign_ahead(1, "(") || self.name_ahead(1) && !self.word_ahead(1, "VIEW")
    }

    /// Joins, pivots and unpivots after `left`.
    pub(crate) fn joins(&mut self, start: usize, mut left: Relation) -> Result<Relation> {
        loop {
            if self.at_word("PIVOT") && self.sign_ahead(1, "(") && !self.at_sign(",") {
                left = self.pivot(start, left)?;
            } else if self.at_word("UNPIVOT")
                && (self.sign_ahead(1, "(") || self.any_ahead(1, &["INCLUDE", "EXCLUDE"]))
            {
                left = self.unpivot(start, left)?;
            } else if self.at_join() {
                left = self.join(start, left)?;
            } else {
                return Ok(left);
            }
        }
    }

    pub(crate) fn at_join(&self) -> bool {
        const SIDES: [&str; 10] = [
            "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "NATURAL", "ASOF",
        ];
        self.at_any(&SIDES) || self.at_word("NEAREST")
    }

    /// One join after `left`.
    pub(crate) fn join(&mut self, start: usize, left: Relation) -> Result<Relation> {
        let place = self.start();
        let natural = self.eat_word("NATURAL");
        let (join_type, as_of) = self.join_type()?;
        self.expect_word("JOIN")?;
        let right_start = self.start();
        let lateral = self.at_word("LATERAL") && self.lateral_follows();
        if lateral {
            self.bump();
        }
        let mut right = self.relation_primary()?;
        if lateral {
            right = self.relation_from(right_start, RelationKind::Lateral(right));
            self.check_lateral(place, join_type)?;
        }
        if as_of {
            return self.as_of_join(start, left, right, join_type);
        }
        if self.at_nearest() {
            return self.nearest_join(start, left, right, join_type);
        }
        let criteria = if natural {
            JoinCriteria::Natural
        } else {
            self.join_criteria()?
        };
        if lateral && matches!(criteria, JoinCriteria::Using(_)) {
            return Err(self.error_from(place, condition::UNSUPPORTED_FEATURE_LATERAL_JOIN_USING));
        }
        let join = Join {
            left,
            right,
            join_type,
            criteria,
            pair_of_structs: None,
        };
        Ok(self.relation_from(start, RelationKind::Join(join)))
    }

    /// Only inner, cross and left outer joins can make the right side anew for each left row.
    fn check_lateral(&self, start: usize, join_type: JoinType) -> Result<()> {
        let name = match join_type {
            JoinType::Inner | JoinType::Cross | JoinType::LeftOuter => return Ok(()),
            JoinType::RightOuter => "RIGHT OUTER",
            JoinType::FullOuter => "FULL OUTER",
            JoinType::LeftSemi => "LEFT SEMI",
            JoinType::LeftAnti => "LEFT ANTI",
        };
        let error = self.error_from(start, condition::INVALID_LATERAL_JOIN_TYPE);
        Err(error.with("joinType", name))
    }

    fn join_type(&mut self) -> Result<(JoinType, bool)> {
        if self.at_word("JOIN") {
            return Ok((JoinType::Inner, false));
        }
        let side = self.expect_any(&[
            "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "ASOF",
        ])?;
        let join_type = match side {
            "INNER" => JoinType::Inner,
            "CROSS" => JoinType::Cross,
            "SEMI" => JoinType::LeftSemi,
            "ANTI" => JoinType::LeftAnti,
            "ASOF" => return Ok((JoinType::Inner, true)),
            "LEFT" => match self.eat_any(&["OUTER", "SEMI", "ANTI", "ASOF"]) {
                Some("SEMI") => JoinType::LeftSemi,
                Some("ANTI") => JoinType::LeftAnti,
                Some("ASOF") => return Ok((JoinType::LeftOuter, true)),
                _ => JoinType::LeftOuter,
            },
            _ => {
                self.eat_word("OUTER");
                if side == "RIGHT" {
                    JoinType::RightOuter
                } else {
                    JoinType::FullOuter
                }
            }
        };
        Ok((join_type, false))
    }

    fn join_criteria(&mut self) -> Result<JoinCriteria> {
        if self.eat_word("ON") {
            return self.expr().map(JoinCriteria::On);
        }
        if self.at_word("USING") && self.sign_ahead(1, "(") {
            self.bump();
            return self.name_list().map(JoinCriteria::Using);
        }
        Ok(JoinCriteria::None)
    }

    /// `MATCH_CONDITION (left >= right) [ON ..]`.
    fn as_of_join(
        &mut self,
        start: usize,
        left: Relation,
        right: Relation,
        join_type: JoinType,
    ) -> Result<Relation> {
        self.expect_word("MATCH_CONDITION")?;
        let matched = self.parens(Self::expr)?;
        let criteria = self.join_criteria()?;
        let found = [">=", ">", "<=", "<"].into_iter().find_map(|op| {
            matched
                .as_call(op)
                .map(|args| (op, args[0].clone(), args[1].clone()))
        });
        let Some((op, left_as_of, right_as_of)) = found else {
            return Err(self.unexpected());
        };
        let backward = op.starts_with('>');
        let join = AsOfJoin {
            left,
            right,
            left_as_of,
            right_as_of,
            criteria,
            join_type,
            tolerance: None,
            allow_exact_matches: op.ends_with('='),
            direction: if backward {
                AsOfDirection::Backward
            } else {
                AsOfDirection::Forward
            },
        };
        Ok(self.relation_from(start, RelationKind::AsOfJoin(join)))
    }

    pub(crate) fn at_nearest(&self) -> bool {
        self.at_word("NEAREST")
            || self.at_any(&["EXACT", "APPROX"]) && self.word_ahead(1, "NEAREST")
    }

    /// `[APPROX|EXACT] NEAREST [n] BY DISTANCE|SIMILARITY expr`.
    fn nearest_join(
        &mut self,
        start: usize,
        left: Relation,
        right: Relation,
        join_type: JoinType,
    ) -> Result<Relation> {
        let approximate = self.eat_any(&["EXACT", "APPROX"]) == Some("APPROX");
        self.expect_word("NEAREST")?;
        let num_results = if self.at_word("BY") {
            1
        } else {
            self.integer()?
        };
        self.expect_word("BY")?;
        let by_similarity = self.expect_any(&["DISTANCE", "SIMILARITY"])? == "SIMILARITY";
        let ranking = self.value()?;
        let join = NearestByJoin {
            left,
            right,
            ranking,
            num_results,
            join_type,
            approximate,
            by_similarity,
        };
        Ok(self.relation_from(start, RelationKind::NearestByJoin(join)))
    }

    /// A name of an object: dotted, or computed by IDENTIFIER().
    pub(crate) fn object_name(&mut self) -> Result<ObjectName> {
        if self.at_computed_name() {
            return self.computed_name();
        }
        self.dotted().map(ObjectName::Parts)
    }

    /// The only string or the words of a pattern.
    pub(crate) fn like_pattern(&mut self) -> Result<Option<Ident>> {
        let like = self.eat_word("LIKE");
        if like || self.at_string() {
            return self.string().map(Some);
        }
        Ok(None)
    }

    /// `WHERE expr`, if it comes.
    pub(crate) fn where_clause(&mut self) -> Result<Option<Expr>> {
        if self.eat_word("WHERE") {
            self.expr().map(Some)
        } else {
            Ok(None)
        }
    }
}
