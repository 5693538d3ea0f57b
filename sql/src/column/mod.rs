//! [`Column`]: an expression over the columns of a DataFrame, to be resolved later.
//!
//! A column is a piece of spec and a cheap handle: operators and methods wrap it and never fail.
//! What cannot be said in the spec at all, such as a name with an odd backtick, is kept as a fault,
//! travels with whatever is built of the column, and comes out where the DataFrame is used. Every
//! expression remembers the method that made it and the line of the program that called it.
//!
//! Arguments are of three kinds, as in Spark: names or columns ([`Into<Column>`]), values or columns
//! ([`ColumnOrLiteral`]), and lists of names and columns ([`IntoColumns`]).

mod call;
mod case_when;
mod compare;
mod list;
mod literal;
mod name;
mod operator;
mod order;
mod structure;
mod text;

pub use case_when::CaseWhen;
pub use list::IntoColumns;
pub use literal::ColumnOrLiteral;

pub(crate) use call::ApiCall;
pub(crate) use compare::subquery;
pub(crate) use name::column_expr;
pub(crate) use order::sort_order;

use flint_sql_spec::{
    Alias, Cast, CastMode, DataType, Expr, ExprKind, Ident, Origin, SqlError, WindowExpr, WindowRef,
};

use crate::window::WindowSpec;

/// An expression over the columns of a DataFrame.
///
/// Made by [`col`](crate::functions::col), [`lit`](crate::functions::lit),
/// [`DataFrame::col`](crate::DataFrame::col) or one of the [`functions`](crate::functions), and
/// combined with operators: `+ - * / %` compute, `& | !` are `AND`, `OR`, `NOT`. Rust's own `==`
/// and `<` cannot give a column, so comparisons are methods.
///
/// ```
/// use flint_sql::functions::{col, lit};
/// let price = col("quantity") * col("price") - 1;
/// let wanted = price.gt(100) & col("name").startswith("a") & !col("sold").is_null();
/// # let _ = (wanted, lit(1));
/// ```
#[derive(Clone)]
#[must_use = "columns do nothing until a DataFrame uses them"]
pub struct Column {
    pub(crate) expr: Expr,
    pub(crate) fault: Option<SqlError>,
}

impl Column {
    /// The expression as spec, or why it cannot be one.
    ///
    /// # Errors
    /// `INVALID_ATTRIBUTE_NAME_SYNTAX` for a name with odd backticks or empty parts.
    pub fn to_expr(&self) -> crate::Result<Expr> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(self.expr.clone()),
        }
    }

    /// Names the column.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let twice = (col("n") * 2).alias("twice");
    /// # let _ = twice;
    /// ```
    #[track_caller]
    pub fn alias(&self, name: &str) -> Column {
        self.named("alias", vec![name.into()], None)
    }

    /// The same as [`alias`](Self::alias).
    #[track_caller]
    pub fn name(&self, name: &str) -> Column {
        self.named("name", vec![name.into()], None)
    }

    /// Names the columns of a generator that makes several, such as `posexplode`.
    #[track_caller]
    pub fn as_multi<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Column {
        let names = names.into_iter().map(Ident::from).collect();
        self.named("as", names, None)
    }

    /// Names the column and gives it metadata: a JSON object as text.
    #[track_caller]
    pub fn alias_with_metadata(&self, name: &str, metadata: &str) -> Column {
        self.named("alias", vec![name.into()], Some(metadata.into()))
    }

    #[track_caller]
    fn named(&self, method: &str, names: Vec<Ident>, metadata: Option<Ident>) -> Column {
        let mut call = ApiCall::of(method);
        let expr = call.expr(self);
        call.column(ExprKind::Alias(Alias {
            expr,
            names,
            metadata,
        }))
    }

    /// Converts to another type: a [`DataType`] or its name in SQL, such as `"decimal(10,2)"`.
    ///
    /// In ANSI mode a value that cannot be converted is an error, else it is null.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let day = col("text").cast("date");
    /// # let _ = day;
    /// ```
    #[track_caller]
    pub fn cast(&self, to: impl Into<TypeName>) -> Column {
        self.converted("cast", to.into(), CastMode::Session)
    }

    /// The same as [`cast`](Self::cast).
    #[track_caller]
    pub fn astype(&self, to: impl Into<TypeName>) -> Column {
        self.converted("astype", to.into(), CastMode::Session)
    }

    /// Converts to another type; a value that cannot be converted becomes null.
    #[track_caller]
    pub fn try_cast(&self, to: impl Into<TypeName>) -> Column {
        self.converted("try_cast", to.into(), CastMode::Try)
    }

    #[track_caller]
    fn converted(&self, method: &str, to: TypeName, mode: CastMode) -> Column {
        let mut call = ApiCall::of(method);
        let expr = call.expr(self);
        call.column(ExprKind::Cast(Cast {
            expr,
            to: to.0,
            mode,
        }))
    }

    /// Computes the function over a window of rows.
    ///
    /// ```
    /// # use flint_sql::{Window, functions::{col, sum}};
    /// let running = sum("amount").over(&Window::partition_by("shop").order_by("day"));
    /// # let _ = (running, col("a"));
    /// ```
    #[track_caller]
    pub fn over(&self, window: &WindowSpec) -> Column {
        let mut call = ApiCall::of("over");
        let function = call.expr(self);
        call.absorb(window.fault());
        call.column(ExprKind::Window(WindowExpr {
            function,
            window: WindowRef::Spec(window.to_spec()),
        }))
    }

    /// Applies a function of columns: `c.transform(f)` is `f(c)`, for chains.
    pub fn transform(&self, f: impl FnOnce(Column) -> Column) -> Column {
        f(self.clone())
    }

    /// Marks a column of the query around a subquery.
    ///
    /// Names that the subquery does not know are looked up outside of it anyway, so this says it
    /// for the reader only.
    pub fn outer(&self) -> Column {
        self.clone()
    }

    pub(crate) fn of(expr: Expr) -> Column {
        Column { expr, fault: None }
    }

    /// The same column, made at `origin` unless it is known where it was made.
    pub(crate) fn or_at(self, origin: &Origin) -> Column {
        match self.expr.origin() {
            Origin::Unknown => Column {
                expr: self.expr.with_origin(origin.clone()),
                fault: self.fault.map(|fault| fault.or_at(origin)),
            },
            _ => self,
        }
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.fault {
            Some(fault) => write!(f, "Column({fault})"),
            None => write!(f, "Column({:?})", self.expr),
        }
    }
}

impl From<&Column> for Column {
    fn from(column: &Column) -> Column {
        column.clone()
    }
}

impl From<Expr> for Column {
    fn from(expr: Expr) -> Column {
        Column::of(expr)
    }
}

impl From<&str> for Column {
    /// The column of a name: `"a"`, `"t.a"`, `` "`a.b`" ``, `"*"`.
    fn from(name: &str) -> Column {
        name::column(name, None)
    }
}

impl From<&String> for Column {
    fn from(name: &String) -> Column {
        name.as_str().into()
    }
}

impl From<String> for Column {
    fn from(name: String) -> Column {
        name.as_str().into()
    }
}

/// A type, or its name in SQL.
#[derive(Debug, Clone)]
pub struct TypeName(pub(crate) DataType);

impl From<DataType> for TypeName {
    fn from(data_type: DataType) -> TypeName {
        TypeName(data_type)
    }
}

impl From<&DataType> for TypeName {
    fn from(data_type: &DataType) -> TypeName {
        TypeName(data_type.clone())
    }
}

impl From<&str> for TypeName {
    fn from(text: &str) -> TypeName {
        TypeName(DataType::Unparsed(text.into()))
    }
}
