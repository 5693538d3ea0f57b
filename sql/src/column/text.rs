//! Methods of strings.

use super::{ApiCall, Column, ColumnOrLiteral};

macro_rules! text {
    ($($(#[$doc:meta])* $method:ident;)+) => {
        impl Column {
            $($(#[$doc])*
            #[track_caller]
            pub fn $method(&self, other: impl Into<ColumnOrLiteral>) -> Column {
                self.binary(stringify!($method), stringify!($method), other)
            })+
        }
    };
}

text! {
    /// Whether the string has another inside of it.
    contains;
    /// Whether the string begins with another.
    startswith;
    /// Whether the string ends with another.
    endswith;
    /// Whether the string fits a pattern: `%` is any text, `_` one character, `\` takes the next
    /// one as it is.
    ///
    /// ```
    /// # use flint_sql::functions::col;
    /// let a_names = col("name").like("A%");
    /// # let _ = a_names;
    /// ```
    like;
    /// As [`like`](Self::like), in any case of letters.
    ilike;
    /// Whether a regular expression is found in the string.
    rlike;
}

impl Column {
    /// `length` characters (or bytes) from position `start` on, which is 1 at the first.
    #[track_caller]
    pub fn substr(
        &self,
        start: impl Into<ColumnOrLiteral>,
        length: impl Into<ColumnOrLiteral>,
    ) -> Column {
        let mut call = ApiCall::of("substr");
        let args = [call.expr(self), call.value(start), call.value(length)];
        call.function("substr", args)
    }
}
