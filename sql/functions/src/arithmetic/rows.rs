//! Loops over one or two columns of numbers.
//!
//! A row is computed in two steps. The quick one gives a value and whether it is in doubt: it runs
//! over all rows, also over what lies below nulls, and has no branches, so the compiler can make
//! vector code of it. Only when a chunk has doubtful rows, the exact one is asked about them: it may
//! give a value, null, or an error. Where both sides are columns their null masks are merged as
//! bits; a constant is never repeated.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, BooleanBufferBuilder, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::ArrowNativeType;
use flint_sql_columnar::Raised;
use flint_sql_spec::Result;

use crate::arguments::{Arguments, Cells};
use crate::scalar::Kernel;
use crate::site::Site;

/// Rows that are computed before doubt is looked into.
const CHUNK: usize = 1024;

/// What a doubtful row comes to.
pub(crate) type Settled<T> = Result<Option<T>, Raised>;

/// A kernel of two arguments. `quick` gives a row's value, or true if `exact` must settle it.
///
/// # Errors
/// If the result's type has no layout.
pub(crate) fn binary<A, B, R>(
    site: &Site,
    quick: impl Fn(A::Native, B::Native) -> (R::Native, bool) + Send + Sync + 'static,
    exact: impl Fn(A::Native, B::Native) -> Settled<R::Native> + Send + Sync + 'static,
) -> Result<Kernel>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments| {
        let array = pairs::<A, B, R>(arguments, &quick, &exact)?;
        Ok(Arc::new(array.with_data_type(layout.clone())))
    }))
}

/// A kernel of one argument, as [`binary`].
///
/// # Errors
/// If the result's type has no layout.
pub(crate) fn unary<A, R>(
    site: &Site,
    quick: impl Fn(A::Native) -> (R::Native, bool) + Send + Sync + 'static,
    exact: impl Fn(A::Native) -> Settled<R::Native> + Send + Sync + 'static,
) -> Result<Kernel>
where
    A: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let layout = site.result_layout()?;
    Ok(Arc::new(move |arguments| {
        let array = singles::<A, R>(arguments, &quick, &exact)?;
        Ok(Arc::new(array.with_data_type(layout.clone())))
    }))
}

/// Rows computed so far.
struct Filled<T> {
    values: Vec<T>,
    nulls: Option<NullBuffer>,
    /// Rows that turned out null.
    missing: Vec<usize>,
}

impl<T: ArrowNativeType> Filled<T> {
    fn new(rows: usize, nulls: Option<NullBuffer>) -> Filled<T> {
        Filled {
            values: Vec::with_capacity(rows),
            nulls,
            missing: Vec::new(),
        }
    }

    /// Adds rows, and says whether some are in doubt.
    fn push(&mut self, rows: impl Iterator<Item = (T, bool)>) -> bool {
        let mut doubt = false;
        self.values.extend(rows.map(|(value, doubtful)| {
            doubt |= doubtful;
            value
        }));
        doubt
    }

    /// Settles the rows of a chunk that aren't null; `settle` gives `None` for one without doubt.
    fn settle(
        &mut self,
        range: Range<usize>,
        settle: impl Fn(usize) -> Option<Settled<T>>,
    ) -> Result<(), Raised> {
        for row in range {
            if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            match settle(row).transpose()? {
                None => {}
                Some(Some(value)) => self.values[row] = value,
                Some(None) => self.missing.push(row),
            }
        }
        Ok(())
    }

    fn finish<R: ArrowPrimitiveType<Native = T>>(self) -> PrimitiveArray<R> {
        let rows = self.values.len();
        let nulls = if self.missing.is_empty() {
            self.nulls
        } else {
            let mut bits = BooleanBufferBuilder::new(rows);
            match &self.nulls {
                Some(nulls) => bits.append_buffer(nulls.inner()),
                None => bits.append_n(rows, true),
            }
            self.missing
                .iter()
                .for_each(|row| bits.set_bit(*row, false));
            Some(NullBuffer::new(bits.finish()))
        };
        PrimitiveArray::new(self.values.into(), nulls)
    }
}

fn chunks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows)
        .step_by(CHUNK)
        .map(move |start| start..rows.min(start + CHUNK))
}

fn value<T: ArrowPrimitiveType>(cells: &Cells<PrimitiveArray<T>>, row: usize) -> T::Native {
    let row = if cells.is_constant() { 0 } else { row };
    cells.array().values()[row]
}

fn pairs<A, B, R>(
    arguments: &Arguments,
    quick: &impl Fn(A::Native, B::Native) -> (R::Native, bool),
    exact: &impl Fn(A::Native, B::Native) -> Settled<R::Native>,
) -> Result<PrimitiveArray<R>, Raised>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let rows = arguments.rows();
    let (left, right) = (arguments.numbers::<A>(0)?, arguments.numbers::<B>(1)?);
    if left.is_constant_null() || right.is_constant_null() {
        return Ok(PrimitiveArray::new_null(rows));
    }
    let mut filled = Filled::new(rows, NullBuffer::union(left.nulls(), right.nulls()));
    let (a, b) = (left.array().values(), right.array().values());
    for range in chunks(rows) {
        let doubt = match (left.is_constant(), right.is_constant()) {
            (false, false) => {
                let both = a[range.clone()].iter().zip(&b[range.clone()]);
                filled.push(both.map(|(a, b)| quick(*a, *b)))
            }
            (false, true) => {
                let b = b[0];
                filled.push(a[range.clone()].iter().map(|a| quick(*a, b)))
            }
            (true, false) => {
                let a = a[0];
                filled.push(b[range.clone()].iter().map(|b| quick(a, *b)))
            }
            (true, true) => filled.push(std::iter::repeat_n(quick(a[0], b[0]), range.len())),
        };
        if doubt {
            filled.settle(range, |row| {
                let (a, b) = (value(&left, row), value(&right, row));
                quick(a, b).1.then(|| exact(a, b))
            })?;
        }
    }
    Ok(filled.finish())
}

fn singles<A, R>(
    arguments: &Arguments,
    quick: &impl Fn(A::Native) -> (R::Native, bool),
    exact: &impl Fn(A::Native) -> Settled<R::Native>,
) -> Result<PrimitiveArray<R>, Raised>
where
    A: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let array = arguments.array(0)?;
    let column = Arguments::new(vec![array.into()], arguments.rows()).numbers::<A>(0)?;
    let mut filled = Filled::new(arguments.rows(), column.array().nulls().cloned());
    let values = column.array().values();
    for range in chunks(arguments.rows()) {
        if filled.push(values[range.clone()].iter().map(|a| quick(*a))) {
            filled.settle(range, |row| {
                quick(values[row]).1.then(|| exact(values[row]))
            })?;
        }
    }
    Ok(filled.finish())
}
