//! Rows of two DataFrames, one below the other or compared.

use flint_sql_spec::{RelationKind, SetOp, SetOpKind};

use super::DataFrame;
use crate::column::ApiCall;

/// What the methods below differ in.
struct How {
    kind: SetOpKind,
    all: bool,
    by_name: bool,
    allow_missing: bool,
}

impl How {
    fn by_position(kind: SetOpKind, all: bool) -> How {
        How {
            kind,
            all,
            by_name: false,
            allow_missing: false,
        }
    }
}

impl DataFrame {
    fn combined(&self, call: ApiCall, other: &DataFrame, how: How) -> DataFrame {
        let kind = RelationKind::SetOp(SetOp {
            left: self.relation().clone(),
            right: other.relation().clone(),
            kind: how.kind,
            all: how.all,
            by_name: how.by_name,
            allow_missing: how.allow_missing,
        });
        self.derive_with(call, other, kind)
    }

    /// The rows of both, duplicates among them; columns are paired by position.
    ///
    /// ```
    /// # fn example(old: flint_sql::DataFrame, new: flint_sql::DataFrame) {
    /// let all = old.union(&new);
    /// # }
    /// ```
    #[track_caller]
    pub fn union(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Union, true);
        self.combined(ApiCall::of("union"), other, how)
    }

    /// The same as [`union`](Self::union).
    #[track_caller]
    pub fn union_all(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Union, true);
        self.combined(ApiCall::of("union_all"), other, how)
    }

    /// The rows of both, duplicates among them; columns are paired by name. With `allow_missing` a
    /// column that one side lacks is null there, else it is an error.
    #[track_caller]
    pub fn union_by_name(&self, other: &DataFrame, allow_missing: bool) -> DataFrame {
        let how = How {
            by_name: true,
            allow_missing,
            ..How::by_position(SetOpKind::Union, true)
        };
        self.combined(ApiCall::of("union_by_name"), other, how)
    }

    /// The different rows that both have.
    #[track_caller]
    pub fn intersect(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Intersect, false);
        self.combined(ApiCall::of("intersect"), other, how)
    }

    /// The rows that both have, each as often as in both.
    #[track_caller]
    pub fn intersect_all(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Intersect, true);
        self.combined(ApiCall::of("intersect_all"), other, how)
    }

    /// The different rows that the other has not.
    #[track_caller]
    pub fn subtract(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Except, false);
        self.combined(ApiCall::of("subtract"), other, how)
    }

    /// The rows that the other has not, each as often as it is there more.
    #[track_caller]
    pub fn except_all(&self, other: &DataFrame) -> DataFrame {
        let how = How::by_position(SetOpKind::Except, true);
        self.combined(ApiCall::of("except_all"), other, how)
    }
}
