//! Operators of Rust on columns: `+ - * / %`, `& | !` and unary `-`.

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

use super::{ApiCall, Column, ColumnOrLiteral};

impl Column {
    /// A call of a binary operator or function with this column in front.
    #[track_caller]
    pub(super) fn binary(
        &self,
        method: &str,
        function: &str,
        other: impl Into<ColumnOrLiteral>,
    ) -> Column {
        let mut call = ApiCall::of(method);
        let args = [call.expr(self), call.value(other)];
        call.function(function, args)
    }

    /// A call of a function of this column alone.
    #[track_caller]
    pub(super) fn unary(&self, method: &str, function: &str) -> Column {
        let mut call = ApiCall::of(method);
        let args = [call.expr(self)];
        call.function(function, args)
    }
}

macro_rules! binary {
    ($($trait:ident $method:ident $function:literal, $($left:ty)*;)+) => {
        $(
            impl<R: Into<ColumnOrLiteral>> $trait<R> for Column {
                type Output = Column;

                #[track_caller]
                fn $method(self, right: R) -> Column {
                    self.binary($function, $function, right)
                }
            }

            impl<R: Into<ColumnOrLiteral>> $trait<R> for &Column {
                type Output = Column;

                #[track_caller]
                fn $method(self, right: R) -> Column {
                    self.binary($function, $function, right)
                }
            }

            $(
                impl $trait<Column> for $left {
                    type Output = Column;

                    #[track_caller]
                    fn $method(self, right: Column) -> Column {
                        Column::from(ColumnOrLiteral::from(self)).binary($function, $function, right)
                    }
                }

                impl $trait<&Column> for $left {
                    type Output = Column;

                    #[track_caller]
                    fn $method(self, right: &Column) -> Column {
                        Column::from(ColumnOrLiteral::from(self)).binary($function, $function, right)
                    }
                }
            )*
        )+
    };
}

binary! {
    Add add "+", i32 i64 f64;
    Sub sub "-", i32 i64 f64;
    Mul mul "*", i32 i64 f64;
    Div div "/", i32 i64 f64;
    Rem rem "%", i32 i64 f64;
    BitAnd bitand "and", bool;
    BitOr bitor "or", bool;
}

macro_rules! unary {
    ($($trait:ident $method:ident $function:literal;)+) => {
        $(
            impl $trait for Column {
                type Output = Column;

                #[track_caller]
                fn $method(self) -> Column {
                    self.unary($function, $function)
                }
            }

            impl $trait for &Column {
                type Output = Column;

                #[track_caller]
                fn $method(self) -> Column {
                    self.unary($function, $function)
                }
            }
        )+
    };
}

unary! {
    Neg neg "negative";
    Not not "not";
}
