//! Columns chosen, added, renamed and left out.

use flint_sql_spec::{Alias, DataType, Expr, ExprKind, Ident, RelationKind};

use super::DataFrame;
use crate::column::{ApiCall, Column, IntoColumns};

/// One or several names of columns: text, arrays, vectors and slices of it, and `()` for none.
///
/// Unlike names of [`Column`]s these are whole: a dot is part of the name.
pub trait IntoNames {
    /// The names in order.
    fn into_names(self) -> Vec<Ident>;
}

impl IntoNames for () {
    fn into_names(self) -> Vec<Ident> {
        Vec::new()
    }
}

impl IntoNames for &str {
    fn into_names(self) -> Vec<Ident> {
        vec![self.into()]
    }
}

impl IntoNames for &String {
    fn into_names(self) -> Vec<Ident> {
        vec![self.as_str().into()]
    }
}

impl<S: AsRef<str>, const N: usize> IntoNames for [S; N] {
    fn into_names(self) -> Vec<Ident> {
        self.as_slice().into_names()
    }
}

impl<S: AsRef<str>, const N: usize> IntoNames for &[S; N] {
    fn into_names(self) -> Vec<Ident> {
        self.as_slice().into_names()
    }
}

impl<S: AsRef<str>> IntoNames for &[S] {
    fn into_names(self) -> Vec<Ident> {
        self.iter().map(|name| name.as_ref().into()).collect()
    }
}

impl<S: AsRef<str>> IntoNames for Vec<S> {
    fn into_names(self) -> Vec<Ident> {
        self.as_slice().into_names()
    }
}

impl<S: AsRef<str>> IntoNames for &Vec<S> {
    fn into_names(self) -> Vec<Ident> {
        self.as_slice().into_names()
    }
}

impl DataFrame {
    /// The given columns.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// use flint_sql::functions::col;
    /// let both = df.select(["name", "age"]);
    /// let mixed = df.select(("*", (col("age") + 1).alias("next")));
    /// # }
    /// ```
    #[track_caller]
    pub fn select(&self, columns: impl IntoColumns) -> DataFrame {
        let mut call = ApiCall::of("select");
        let exprs = call.exprs(columns);
        self.project(call, exprs)
    }

    /// The given expressions of SQL, with names or not.
    #[track_caller]
    pub fn select_expr(&self, texts: impl IntoNames) -> DataFrame {
        let call = ApiCall::of("select_expr");
        let expr = |text| Expr::new(ExprKind::ExpressionString(text), call.origin().clone());
        let exprs = texts.into_names().into_iter().map(expr).collect();
        self.project(call, exprs)
    }

    fn project(&self, call: ApiCall, exprs: Vec<Expr>) -> DataFrame {
        let input = Some(self.relation().clone());
        self.derive(call, RelationKind::Project { input, exprs })
    }

    /// All columns and another one; it replaces one of that name.
    ///
    /// ```
    /// # fn example(df: flint_sql::DataFrame) {
    /// use flint_sql::functions::col;
    /// let net = df.with_column("net", col("gross") - col("tax"));
    /// # }
    /// ```
    #[track_caller]
    pub fn with_column(&self, name: &str, column: impl Into<Column>) -> DataFrame {
        let call = ApiCall::of("with_column");
        self.added(call, [(name.into(), column.into(), None)])
    }

    /// All columns and others; they replace those of their names, and don't see each other.
    #[track_caller]
    pub fn with_columns<N: AsRef<str>, C: Into<Column>>(
        &self,
        columns: impl IntoIterator<Item = (N, C)>,
    ) -> DataFrame {
        let call = ApiCall::of("with_columns");
        let columns = columns.into_iter();
        self.added(
            call,
            columns.map(|(name, column)| (name.as_ref().into(), column.into(), None)),
        )
    }

    /// All columns, one of them with new metadata: a JSON object as text.
    #[track_caller]
    pub fn with_metadata(&self, name: &str, metadata: &str) -> DataFrame {
        let call = ApiCall::of("with_metadata");
        self.added(call, [(name.into(), self.col(name), Some(metadata.into()))])
    }

    fn added(
        &self,
        mut call: ApiCall,
        columns: impl IntoIterator<Item = (Ident, Column, Option<Ident>)>,
    ) -> DataFrame {
        let mut aliases = Vec::new();
        for (name, column, metadata) in columns {
            let alias = Alias {
                expr: call.expr(column),
                names: vec![name],
                metadata,
            };
            aliases.push(Expr::new(ExprKind::Alias(alias), call.origin().clone()));
        }
        let input = self.relation().clone();
        self.derive(call, RelationKind::WithColumns { input, aliases })
    }

    /// All columns, one of them under a new name; nothing happens when there is none of the old one.
    #[track_caller]
    pub fn with_column_renamed(&self, existing: &str, new: &str) -> DataFrame {
        let call = ApiCall::of("with_column_renamed");
        self.renamed(call, vec![(existing.into(), new.into())])
    }

    /// All columns, some of them under new names: pairs of old and new.
    #[track_caller]
    pub fn with_columns_renamed<O: AsRef<str>, N: AsRef<str>>(
        &self,
        renames: impl IntoIterator<Item = (O, N)>,
    ) -> DataFrame {
        let call = ApiCall::of("with_columns_renamed");
        let renames = renames.into_iter();
        self.renamed(
            call,
            renames
                .map(|(old, new)| (old.as_ref().into(), new.as_ref().into()))
                .collect(),
        )
    }

    fn renamed(&self, call: ApiCall, renames: Vec<(Ident, Ident)>) -> DataFrame {
        let input = self.relation().clone();
        self.derive(call, RelationKind::WithColumnsRenamed { input, renames })
    }

    /// All columns under new names, by position.
    #[track_caller]
    pub fn to_df(&self, names: impl IntoNames) -> DataFrame {
        let kind = RelationKind::ToDf {
            input: self.relation().clone(),
            names: names.into_names(),
        };
        self.derive(ApiCall::of("to_df"), kind)
    }

    /// Columns ordered by name and cast, where it is safe, to the fields of a schema: a struct type.
    #[track_caller]
    pub fn to(&self, schema: &DataType) -> DataFrame {
        let kind = RelationKind::ToSchema {
            input: self.relation().clone(),
            schema: schema.clone(),
        };
        self.derive(ApiCall::of("to"), kind)
    }

    /// All columns but those of the given names; names that do not exist are ignored.
    #[track_caller]
    pub fn drop(&self, names: impl IntoNames) -> DataFrame {
        let kind = RelationKind::Drop {
            input: self.relation().clone(),
            columns: Vec::new(),
            names: names.into_names(),
        };
        self.derive(ApiCall::of("drop"), kind)
    }

    /// All columns but the given ones, such as one side's after a join.
    #[track_caller]
    pub fn drop_columns(&self, columns: impl IntoColumns) -> DataFrame {
        let mut call = ApiCall::of("drop");
        let kind = RelationKind::Drop {
            input: self.relation().clone(),
            columns: call.exprs(columns),
            names: Vec::new(),
        };
        self.derive(call, kind)
    }
}
