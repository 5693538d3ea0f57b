//! Lists of columns as arguments.

use super::{CaseWhen, Column};

/// One or several columns, by name or made: what `select`, `group_by` and the like take.
///
/// A name, a [`Column`], arrays, vectors and slices of either, tuples that mix them, and `()` for
/// none.
///
/// ```
/// use flint_sql::{IntoColumns, functions::col};
/// assert_eq!("a".into_columns().len(), 1);
/// assert_eq!(["a", "b"].into_columns().len(), 2);
/// assert_eq!(("a", col("b") + 1, "c.*").into_columns().len(), 3);
/// assert_eq!(().into_columns().len(), 0);
/// ```
pub trait IntoColumns {
    /// The columns in order.
    fn into_columns(self) -> Vec<Column>;
}

macro_rules! one {
    ($($one:ty),+) => {
        $(impl IntoColumns for $one {
            fn into_columns(self) -> Vec<Column> {
                vec![self.into()]
            }
        })+
    };
}

one!(&str, String, &String, Column, &Column, CaseWhen);

impl<C: Into<Column>, const N: usize> IntoColumns for [C; N] {
    fn into_columns(self) -> Vec<Column> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<C: Into<Column>> IntoColumns for Vec<C> {
    fn into_columns(self) -> Vec<Column> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<C: Clone + Into<Column>> IntoColumns for &[C] {
    fn into_columns(self) -> Vec<Column> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl<C: Clone + Into<Column>> IntoColumns for &Vec<C> {
    fn into_columns(self) -> Vec<Column> {
        self.as_slice().into_columns()
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Into<Column>),*> IntoColumns for ($($name,)*) {
            #[allow(non_snake_case, reason = "a tuple's parts are called like their types")]
            fn into_columns(self) -> Vec<Column> {
                let ($($name,)*) = self;
                vec![$($name.into()),*]
            }
        }
    };
}

tuples!();
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
