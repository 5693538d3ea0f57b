//! Joins.

use flint_sql_spec::{
    Expr, Ident, Join, JoinCriteria, JoinType, LateralJoin, NearestByJoin, RelationKind, SqlError,
    condition,
};

use super::DataFrame;
use crate::column::{ApiCall, Column};

/// What pairs rows: a condition, columns of the same name on both sides, or `()` for nothing.
///
/// Columns by name appear once in the result. Several conditions must all hold.
#[derive(Debug, Clone)]
pub struct JoinOn(On);

#[derive(Debug, Clone)]
enum On {
    Nothing,
    Names(Vec<Ident>),
    Condition(Column),
}

impl JoinOn {
    fn criteria(self, call: &mut ApiCall) -> JoinCriteria {
        match self.0 {
            On::Nothing => JoinCriteria::None,
            On::Names(names) => JoinCriteria::Using(names),
            On::Condition(condition) => JoinCriteria::On(call.expr(condition)),
        }
    }

    fn all(conditions: impl Iterator<Item = Column>) -> JoinOn {
        let all = conditions.reduce(|all, one| all & one);
        JoinOn(all.map_or(On::Nothing, On::Condition))
    }

    fn names(names: Vec<Ident>) -> JoinOn {
        JoinOn(match names.is_empty() {
            true => On::Nothing,
            false => On::Names(names),
        })
    }
}

impl From<()> for JoinOn {
    fn from((): ()) -> JoinOn {
        JoinOn(On::Nothing)
    }
}

impl From<Column> for JoinOn {
    fn from(condition: Column) -> JoinOn {
        JoinOn(On::Condition(condition))
    }
}

impl From<&Column> for JoinOn {
    fn from(condition: &Column) -> JoinOn {
        condition.clone().into()
    }
}

impl<const N: usize> From<[Column; N]> for JoinOn {
    fn from(conditions: [Column; N]) -> JoinOn {
        JoinOn::all(conditions.into_iter())
    }
}

impl From<Vec<Column>> for JoinOn {
    fn from(conditions: Vec<Column>) -> JoinOn {
        JoinOn::all(conditions.into_iter())
    }
}

impl From<&str> for JoinOn {
    fn from(name: &str) -> JoinOn {
        JoinOn::names(vec![name.into()])
    }
}

impl<const N: usize> From<[&str; N]> for JoinOn {
    fn from(names: [&str; N]) -> JoinOn {
        JoinOn::names(names.into_iter().map(Ident::from).collect())
    }
}

impl From<Vec<String>> for JoinOn {
    fn from(names: Vec<String>) -> JoinOn {
        JoinOn::names(names.into_iter().map(Ident::from).collect())
    }
}

/// Which rows a join keeps: a [`JoinType`], or its name in Spark.
///
/// Names are `inner`, `cross`, `outer`, `full`, `fullouter`, `left`, `leftouter`, `right`,
/// `rightouter`, `semi`, `leftsemi`, `anti`, `leftanti`, in any case and with underscores or not.
#[derive(Debug, Clone)]
pub struct HowJoin(Result<JoinType, String>);

impl From<JoinType> for HowJoin {
    fn from(how: JoinType) -> HowJoin {
        HowJoin(Ok(how))
    }
}

impl From<&str> for HowJoin {
    fn from(name: &str) -> HowJoin {
        HowJoin(match &*name.to_lowercase().replace('_', "") {
            "inner" => Ok(JoinType::Inner),
            "cross" => Ok(JoinType::Cross),
            "outer" | "full" | "fullouter" => Ok(JoinType::FullOuter),
            "left" | "leftouter" => Ok(JoinType::LeftOuter),
            "right" | "rightouter" => Ok(JoinType::RightOuter),
            "semi" | "leftsemi" => Ok(JoinType::LeftSemi),
            "anti" | "leftanti" => Ok(JoinType::LeftAnti),
            _ => Err(name.to_owned()),
        })
    }
}

impl HowJoin {
    /// The type, if it is one of those that the join can have.
    fn among(self, call: &mut ApiCall, supported: &[(&str, JoinType)]) -> JoinType {
        let found = match &self.0 {
            Ok(how) => supported.iter().any(|(_, one)| one == how),
            Err(_) => false,
        };
        if !found {
            let names: Vec<String> = supported
                .iter()
                .map(|(name, _)| format!("'{name}'"))
                .collect();
            let typ = self
                .0
                .clone()
                .map_or_else(|name| name, |how| format!("{how:?}"));
            call.refuse(
                SqlError::new(condition::UNSUPPORTED_JOIN_TYPE)
                    .with("typ", typ)
                    .with("supported", names.join(", ")),
            );
        }
        self.0.unwrap_or(JoinType::Inner)
    }
}

const ALL: [(&str, JoinType); 13] = [
    ("inner", JoinType::Inner),
    ("outer", JoinType::FullOuter),
    ("full", JoinType::FullOuter),
    ("fullouter", JoinType::FullOuter),
    ("leftouter", JoinType::LeftOuter),
    ("left", JoinType::LeftOuter),
    ("rightouter", JoinType::RightOuter),
    ("right", JoinType::RightOuter),
    ("leftsemi", JoinType::LeftSemi),
    ("semi", JoinType::LeftSemi),
    ("leftanti", JoinType::LeftAnti),
    ("anti", JoinType::LeftAnti),
    ("cross", JoinType::Cross),
];
const LATERAL: [(&str, JoinType); 4] = [
    ("inner", JoinType::Inner),
    ("leftouter", JoinType::LeftOuter),
    ("left", JoinType::LeftOuter),
    ("cross", JoinType::Cross),
];
const NEAREST: [(&str, JoinType); 3] = [
    ("inner", JoinType::Inner),
    ("leftouter", JoinType::LeftOuter),
    ("left", JoinType::LeftOuter),
];

/// How a nearest-by join ranks rows of the right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearest {
    /// The smallest distance is nearest.
    Distance,
    /// The largest similarity is nearest.
    Similarity,
}

impl DataFrame {
    /// The rows beside those of another DataFrame.
    ///
    /// `on` is a condition or names of columns that both have; `how` says which rows stay.
    ///
    /// ```
    /// # fn example(people: flint_sql::DataFrame, towns: flint_sql::DataFrame) {
    /// let by_name = people.join(&towns, "town_id", "left");
    /// let by_condition = people.join(&towns, people.col("town").eq(towns.col("name")), "inner");
    /// # }
    /// ```
    #[track_caller]
    pub fn join(
        &self,
        other: &DataFrame,
        on: impl Into<JoinOn>,
        how: impl Into<HowJoin>,
    ) -> DataFrame {
        let mut call = ApiCall::of("join");
        let join_type = how.into().among(&mut call, &ALL);
        let criteria = on.into().criteria(&mut call);
        self.joined(call, other, join_type, criteria)
    }

    /// Every row beside every row of another DataFrame.
    #[track_caller]
    pub fn cross_join(&self, other: &DataFrame) -> DataFrame {
        let call = ApiCall::of("cross_join");
        self.joined(call, other, JoinType::Cross, JoinCriteria::None)
    }

    fn joined(
        &self,
        call: ApiCall,
        other: &DataFrame,
        join_type: JoinType,
        criteria: JoinCriteria,
    ) -> DataFrame {
        let kind = RelationKind::Join(Join {
            left: self.relation().clone(),
            right: other.relation().clone(),
            join_type,
            criteria,
            pair_of_structs: None,
        });
        self.derive_with(call, other, kind)
    }

    /// Each row beside those of a query that may refer to its columns.
    ///
    /// `how` is `inner`, `left` or `cross`; a condition is a column, and `()` is none.
    #[track_caller]
    pub fn lateral_join(
        &self,
        other: &DataFrame,
        on: impl Into<JoinOn>,
        how: impl Into<HowJoin>,
    ) -> DataFrame {
        let mut call = ApiCall::of("lateral_join");
        let join_type = how.into().among(&mut call, &LATERAL);
        let condition: Option<Expr> = match on.into().criteria(&mut call) {
            JoinCriteria::On(condition) => Some(condition),
            JoinCriteria::Using(_) => {
                call.refuse(SqlError::new(
                    condition::UNSUPPORTED_FEATURE_LATERAL_JOIN_USING,
                ));
                None
            }
            JoinCriteria::None | JoinCriteria::Natural => None,
        };
        let kind = RelationKind::LateralJoin(LateralJoin {
            left: self.relation().clone(),
            right: other.relation().clone(),
            condition,
            join_type,
        });
        self.derive_with(call, other, kind)
    }

    /// Each row beside the rows of another DataFrame that rank best for it.
    ///
    /// `how` is `inner` or `left`; with `approximate` the planner may miss some.
    #[track_caller]
    pub fn nearest_by_join(
        &self,
        other: &DataFrame,
        ranking: impl Into<Column>,
        num_results: i32,
        nearest: Nearest,
        approximate: bool,
        how: impl Into<HowJoin>,
    ) -> DataFrame {
        let mut call = ApiCall::of("nearest_by_join");
        let kind = RelationKind::NearestByJoin(NearestByJoin {
            left: self.relation().clone(),
            right: other.relation().clone(),
            ranking: call.expr(ranking),
            num_results,
            join_type: how.into().among(&mut call, &NEAREST),
            approximate,
            by_similarity: nearest == Nearest::Similarity,
        });
        self.derive_with(call, other, kind)
    }
}
