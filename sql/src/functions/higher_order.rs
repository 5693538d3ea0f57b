//! Functions that take functions: [`transform`], [`filter`], [`aggregate()`].
//!
//! A closure gets columns that stand for its parameters and gives the column of its body. A
//! parameter's name says how deep it is nested, so that an inner function can use the parameters of
//! those around it.

use std::cell::Cell;

use flint_sql_spec::{Expr, ExprKind, Ident, Lambda};

use super::*;

thread_local! {
    /// How many closures are being called now on this thread.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

struct Nested(usize);

impl Nested {
    fn enter() -> Nested {
        let depth = DEPTH.get();
        DEPTH.set(depth + 1);
        Nested(depth)
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}

/// The lambda that a closure of `names.len()` parameters writes.
fn lambda<const N: usize>(
    call: &mut ApiCall,
    names: [&str; N],
    f: impl FnOnce([Column; N]) -> Column,
) -> Expr {
    let nested = Nested::enter();
    let names = names.map(|name| vec![Ident::from(format!("{name}_{}", nested.0))]);
    let origin = call.origin().clone();
    let variable = |name: &Vec<Ident>| ExprKind::LambdaVariable(name.clone());
    let parameters = names
        .each_ref()
        .map(|name| Column::of(Expr::new(variable(name), origin.clone())));
    let body = call.expr(f(parameters));
    let parameters = names.to_vec();
    Expr::new(ExprKind::Lambda(Lambda { body, parameters }), origin)
}

macro_rules! higher_order {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident),+; $($f:ident $($par:ident)+),+) $(= $spark:literal)?;)+) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(
                $($arg: impl Into<Column>,)+
                $($f: impl FnOnce($(higher_order!(@column $par)),+) -> Column,)+
            ) -> Column {
                const NAME: &str = [$($spark,)? stringify!($name)][0];
                let mut call = ApiCall::of(stringify!($name));
                let mut args = vec![$(call.expr($arg)),+];
                $(args.push(lambda(&mut call, [$(stringify!($par)),+], |[$($par),+]| $f($($par),+)));)+
                call.function(NAME, args)
            }
        )+
    };
    (@column $par:ident) => { Column };
}

higher_order! {
    /// Each element replaced by what the function makes of it.
    ///
    /// ```
    /// use flint_sql::functions::transform;
    /// let doubled = transform("numbers", |n| n * 2);
    /// # let _ = doubled;
    /// ```
    fn transform(col; f x);
    /// Each element replaced by what the function makes of it and its position, from 0 on.
    fn transform_with(col; f x y) = "transform";
    /// The elements for which the function is true.
    fn filter(col; f x);
    /// The elements for which the function is true, given the element and its position, from 0 on.
    fn filter_with(col; f x y) = "filter";
    /// Whether the function is true for an element.
    fn exists(col; f x);
    /// Whether the function is true for every element.
    fn forall(col; f x);
    /// All elements as one value: begun with the first, and with each element made anew.
    ///
    /// ```
    /// use flint_sql::functions::{aggregate, lit};
    /// let sum = aggregate("numbers", lit(0), |sum, n| sum + n);
    /// # let _ = sum;
    /// ```
    fn aggregate(col, initial; merge acc x);
    /// The same as [`aggregate()`], with a function for the result.
    fn aggregate_with(col, initial; merge acc x, finish acc) = "aggregate";
    /// The same as [`aggregate()`].
    fn reduce(col, initial; merge acc x);
    /// The same as [`aggregate_with`].
    fn reduce_with(col, initial; merge acc x, finish acc) = "reduce";
    /// The elements in the order of a function: negative, 0 or positive as the first of two is
    /// before, beside or behind the second.
    fn array_sort_with(col; comparator x y) = "array_sort";
    /// The pairs of a map for which the function is true.
    fn map_filter(col; f k v);
    /// Two maps as one: for each key of either, what the function makes of it and both values.
    fn map_zip_with(col1, col2; f k v1 v2);
    /// The keys of a map replaced by what the function makes of key and value.
    fn transform_keys(col; f k v);
    /// The values of a map replaced by what the function makes of key and value.
    fn transform_values(col; f k v);
    /// Two arrays as one: what the function makes of the elements side by side.
    fn zip_with(left, right; f x y);
}
