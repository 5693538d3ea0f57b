//! [`MergeIntoWriter`]: a table brought up to date by comparing it with rows.

use flint_sql_spec::{
    Assignment, Command, Expr, ExprKind, MergeAction, MergeActionKind, MergeInto, NamedTable,
    Relation, RelationKind, Result, SqlError, condition,
};

use crate::column::{ApiCall, Column, ColumnOrLiteral};
use crate::dataframe::{DataFrame, table_name};

/// What is done with rows that the table and the DataFrame both have, or only one of them.
///
/// Made by [`DataFrame::merge_into`]. Of several actions for one kind of rows the first whose
/// condition is true is done.
///
/// ```
/// # fn example(df: flint_sql::DataFrame) -> flint_sql::Result<()> {
/// use flint_sql::functions::{col, expr};
/// df.alias("new")
///     .merge_into("people", expr("people.id = new.id"))
///     .when_matched_if(col("new.gone")).delete()
///     .when_matched().update([("name", col("new.name"))])
///     .when_not_matched().insert_all()
///     .merge()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is merged until `merge` is called"]
pub struct MergeIntoWriter {
    frame: DataFrame,
    table: Relation,
    condition: Expr,
    matched: Vec<Expr>,
    not_matched: Vec<Expr>,
    not_matched_by_source: Vec<Expr>,
    with_schema_evolution: bool,
    fault: Option<SqlError>,
}

impl MergeIntoWriter {
    #[track_caller]
    pub(crate) fn new(frame: DataFrame, table: &str, condition: Column) -> MergeIntoWriter {
        let mut call = ApiCall::of("merge_into");
        let condition = call.expr(condition);
        let name = table_name(&mut call, table);
        let (origin, fault) = call.into_parts();
        let table = RelationKind::NamedTable(NamedTable {
            name,
            options: Vec::new(),
            is_streaming: false,
            time_travel: None,
        });
        MergeIntoWriter {
            frame,
            table: Relation::new(table, origin),
            condition,
            matched: Vec::new(),
            not_matched: Vec::new(),
            not_matched_by_source: Vec::new(),
            with_schema_evolution: false,
            fault,
        }
    }

    /// For rows that both have.
    pub fn when_matched(self) -> WhenMatched {
        WhenMatched(Branch::new(self, None))
    }

    /// For rows that both have and a condition is true for.
    pub fn when_matched_if(self, condition: impl Into<Column>) -> WhenMatched {
        WhenMatched(Branch::new(self, Some(condition.into())))
    }

    /// For rows that only the DataFrame has.
    pub fn when_not_matched(self) -> WhenNotMatched {
        WhenNotMatched(Branch::new(self, None))
    }

    /// For rows that only the DataFrame has and a condition is true for.
    pub fn when_not_matched_if(self, condition: impl Into<Column>) -> WhenNotMatched {
        WhenNotMatched(Branch::new(self, Some(condition.into())))
    }

    /// For rows that only the table has.
    pub fn when_not_matched_by_source(self) -> WhenNotMatchedBySource {
        WhenNotMatchedBySource(Branch::new(self, None))
    }

    /// For rows that only the table has and a condition is true for.
    pub fn when_not_matched_by_source_if(
        self,
        condition: impl Into<Column>,
    ) -> WhenNotMatchedBySource {
        WhenNotMatchedBySource(Branch::new(self, Some(condition.into())))
    }

    /// Adds columns that the table does not have yet.
    pub fn with_schema_evolution(mut self) -> MergeIntoWriter {
        self.with_schema_evolution = true;
        self
    }

    /// Does it.
    ///
    /// # Errors
    /// `NO_MERGE_ACTION_SPECIFIED` without an action, what is wrong with the query, and what fails
    /// while writing.
    pub fn merge(&self) -> Result<()> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let actions = [
            &self.matched,
            &self.not_matched,
            &self.not_matched_by_source,
        ];
        if actions.iter().all(|actions| actions.is_empty()) {
            return Err(SqlError::new(condition::NO_MERGE_ACTION_SPECIFIED));
        }
        let command = Command::MergeInto(MergeInto {
            target: self.table.clone(),
            source: self.frame.ready()?.clone(),
            condition: self.condition.clone(),
            matched: self.matched.clone(),
            not_matched: self.not_matched.clone(),
            not_matched_by_source: self.not_matched_by_source.clone(),
            with_schema_evolution: self.with_schema_evolution,
        });
        self.frame.spark_session().execute(&command).map(drop)
    }
}

/// A branch that waits for its action.
#[derive(Debug, Clone)]
struct Branch {
    writer: MergeIntoWriter,
    condition: Option<Column>,
}

impl Branch {
    fn new(writer: MergeIntoWriter, condition: Option<Column>) -> Branch {
        Branch { writer, condition }
    }

    /// The writer with the branch's action in the list that `of` gives.
    fn acts(
        self,
        mut call: ApiCall,
        kind: MergeActionKind,
        assignments: Vec<Assignment>,
        of: impl FnOnce(&mut MergeIntoWriter) -> &mut Vec<Expr>,
    ) -> MergeIntoWriter {
        let mut writer = self.writer;
        call.absorb(writer.fault.take());
        let condition = self.condition.map(|condition| call.expr(condition));
        let action = MergeAction {
            kind,
            condition,
            assignments,
        };
        let action = Expr::new(ExprKind::MergeAction(action), call.origin().clone());
        of(&mut writer).push(action);
        writer.fault = call.into_parts().1;
        writer
    }
}

/// Columns by their names, and their values.
fn assigned<N: AsRef<str>, V: Into<ColumnOrLiteral>>(
    call: &mut ApiCall,
    values: impl IntoIterator<Item = (N, V)>,
) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    for (name, value) in values {
        let column = call.expr(name.as_ref());
        let value = call.value(value);
        assignments.push(Assignment { column, value });
    }
    assignments
}

macro_rules! branch {
    ($(#[$doc:meta])* $branch:ident, $list:ident; $($(#[$method_doc:meta])* $method:ident $all:ident;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[must_use = "a branch does nothing until it is told what to do"]
        pub struct $branch(Branch);

        impl $branch {
            $($(#[$method_doc])*
            #[track_caller]
            pub fn $method(self) -> MergeIntoWriter {
                let call = ApiCall::of(stringify!($method));
                self.0.acts(call, MergeActionKind::$all, Vec::new(), |writer| &mut writer.$list)
            })*

            #[track_caller]
            fn assigns<N: AsRef<str>, V: Into<ColumnOrLiteral>>(
                self,
                method: &str,
                kind: MergeActionKind,
                values: impl IntoIterator<Item = (N, V)>,
            ) -> MergeIntoWriter {
                let mut call = ApiCall::of(method);
                let assignments = assigned(&mut call, values);
                self.0.acts(call, kind, assignments, |writer| &mut writer.$list)
            }
        }
    };
}

branch! {
    /// What is done with rows that both have.
    WhenMatched, matched;
    /// Sets all columns to those of the same names.
    update_all UpdateStar;
    /// Deletes the row.
    delete Delete;
}

branch! {
    /// What is done with rows that only the DataFrame has.
    WhenNotMatched, not_matched;
    /// Inserts the row, by the names of columns.
    insert_all InsertStar;
}

branch! {
    /// What is done with rows that only the table has.
    WhenNotMatchedBySource, not_matched_by_source;
    /// Sets all columns to those of the same names.
    update_all UpdateStar;
    /// Deletes the row.
    delete Delete;
}

impl WhenMatched {
    /// Sets columns to values.
    #[track_caller]
    pub fn update<N: AsRef<str>, V: Into<ColumnOrLiteral>>(
        self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> MergeIntoWriter {
        self.assigns("update", MergeActionKind::Update, values)
    }
}

impl WhenNotMatched {
    /// Inserts a row of the given values.
    #[track_caller]
    pub fn insert<N: AsRef<str>, V: Into<ColumnOrLiteral>>(
        self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> MergeIntoWriter {
        self.assigns("insert", MergeActionKind::Insert, values)
    }
}

impl WhenNotMatchedBySource {
    /// Sets columns to values.
    #[track_caller]
    pub fn update<N: AsRef<str>, V: Into<ColumnOrLiteral>>(
        self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> MergeIntoWriter {
        self.assigns("update", MergeActionKind::Update, values)
    }
}
