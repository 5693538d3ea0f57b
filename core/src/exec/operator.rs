//! Operators: the narrow one-to-one steps of a stage.
//!
//! A stage holds [`OperatorDef`]s; each task makes its own [`Operator`]s from them. An operator is
//! one monomorphic loop from a chunk of `T` to a chunk of `U`; only the call per chunk is virtual.

use std::alloc::Layout;
use std::marker::PhantomData;
use std::mem;
use std::sync::Arc;

use super::chunk::{AnyChunk, CHUNK};
use super::context::TaskContext;
use crate::closure::{Decoder, EncodedDef, Encoder, Erase, Portable, Shipped, encode_def};
use crate::data::Data;
use crate::error::{Error, Result};

/// What an operator says after a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The input is used up.
    Done,
    /// The output is full; call again with the same input.
    Again,
}

/// An operator at work in one task.
pub(crate) trait Operator {
    /// Moves records from `input` to `output`. `input` need not be empty afterwards: after
    /// [`Flow::Done`] the caller clears it.
    fn push(&mut self, input: &mut dyn AnyChunk, output: &mut dyn AnyChunk) -> Result<Flow>;
}

/// The description of an operator, shared by all tasks of a stage.
pub(crate) trait OperatorDef: Send + Sync {
    /// Makes the operator of one task.
    fn create(&self, cx: &TaskContext, partition: usize) -> Box<dyn Operator>;
    /// Turns the description into bytes.
    fn encode(&self) -> Result<EncodedDef>;
}

/// How a program holds an operator.
pub(crate) type OperatorHandle = Arc<dyn OperatorDef>;

impl<D: OperatorDef + 'static> Erase<OperatorHandle> for D {
    fn erase(self: Arc<Self>) -> OperatorHandle {
        self
    }
}

/// The vector behind an erased chunk.
pub(crate) fn typed<T: Data>(chunk: &mut dyn AnyChunk) -> Result<&mut Vec<T>> {
    // The two sides of an operator are typed when lineage is built; a miss is a bug of ours.
    chunk.as_any_mut().downcast_mut::<Vec<T>>().ok_or_else(|| {
        Error::Internal(format!(
            "a chunk does not hold `{}`",
            std::any::type_name::<T>()
        ))
    })
}

macro_rules! portable_closure_def {
    ($name:ident) => {
        impl<T, U, E: Data, F: Send + Sync + 'static> Portable for $name<T, U, E, F>
        where
            T: 'static,
            U: 'static,
        {
            fn encode(&self, out: &mut Encoder) -> Result<()> {
                self.code.encode(out)
            }

            fn decode(input: &mut Decoder<'_>) -> Result<Self> {
                Ok($name {
                    code: Arc::new(Shipped::decode(input)?),
                    types: PhantomData,
                })
            }
        }

        impl<T, U, E, F> $name<T, U, E, F> {
            pub(crate) fn new(code: Shipped<E, F>) -> Self {
                $name {
                    code: Arc::new(code),
                    types: PhantomData,
                }
            }
        }
    };
}

/// The types that a definition goes from and to. Always `Send + Sync`: nothing of them is held.
type Types<T, U> = PhantomData<fn(T) -> U>;

/// `map`: one record for one record.
pub(crate) struct Map<T, U, E, F> {
    code: Arc<Shipped<E, F>>,
    types: Types<T, U>,
}

portable_closure_def!(Map);

impl<T: Data, U: Data, E: Data, F: Fn(&E, T) -> U + Send + Sync + 'static> OperatorDef
    for Map<T, U, E, F>
{
    fn create(&self, _: &TaskContext, _: usize) -> Box<dyn Operator> {
        Box::new(Map::<T, U, E, F> {
            code: Arc::clone(&self.code),
            types: PhantomData,
        })
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, OperatorHandle>(self)
    }
}

impl<T: Data, U: Data, E: Data, F: Fn(&E, T) -> U + Send + Sync + 'static> Operator
    for Map<T, U, E, F>
{
    fn push(&mut self, input: &mut dyn AnyChunk, output: &mut dyn AnyChunk) -> Result<Flow> {
        let (env, f) = (&*self.code.env, &self.code.f);
        let (input, output) = (typed::<T>(input)?, typed::<U>(output)?);
        if Layout::new::<T>() == Layout::new::<U>() && output.is_empty() {
            // `collect` writes into the memory that it reads; the spare memory goes the other way.
            let (records, spare) = (mem::take(input), mem::take(output));
            *output = records.into_iter().map(|x| f(env, x)).collect();
            *input = spare.into_iter().filter_map(|_| None).collect();
        } else {
            output.extend(input.drain(..).map(|x| f(env, x)));
        }
        Ok(Flow::Done)
    }
}

/// `filter`: keeps the records for which the closure holds.
pub(crate) struct Filter<T, U, E, F> {
    code: Arc<Shipped<E, F>>,
    types: Types<T, U>,
}

portable_closure_def!(Filter);

impl<T: Data, E: Data, F: Fn(&E, &T) -> bool + Send + Sync + 'static> OperatorDef
    for Filter<T, T, E, F>
{
    fn create(&self, _: &TaskContext, _: usize) -> Box<dyn Operator> {
        Box::new(Filter::<T, T, E, F> {
            code: Arc::clone(&self.code),
            types: PhantomData,
        })
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, OperatorHandle>(self)
    }
}

impl<T: Data, E: Data, F: Fn(&E, &T) -> bool + Send + Sync + 'static> Operator
    for Filter<T, T, E, F>
{
    fn push(&mut self, input: &mut dyn AnyChunk, output: &mut dyn AnyChunk) -> Result<Flow> {
        let (env, f) = (&*self.code.env, &self.code.f);
        let (input, output) = (typed::<T>(input)?, typed::<T>(output)?);
        let kept = if mem::needs_drop::<T>() {
            keep_by_swapping(input, |x| f(env, x))
        } else {
            keep_by_copying(input, |x| f(env, x))
        };
        input.truncate(kept);
        if output.is_empty() {
            mem::swap(input, output);
        } else {
            output.append(input);
        }
        Ok(Flow::Done)
    }
}

/// Moves the records for which `keep` holds to the front, in order, and returns their number.
/// Without branches on the answer: each record is swapped to the end of the kept ones, which grow
/// by 0 or 1.
fn keep_by_swapping<T>(records: &mut [T], mut keep: impl FnMut(&T) -> bool) -> usize {
    let mut kept = 0;
    for i in 0..records.len() {
        let grows = keep(&records[i]);
        records.swap(kept, i);
        kept += usize::from(grows);
    }
    kept
}

/// Records that [`keep_by_copying`] looks at together, in a loop that is unrolled.
const BLOCK: usize = 8;

/// The same for records that own nothing, whose clones are copies: one load and one store for each,
/// kept or not.
fn keep_by_copying<T: Clone>(records: &mut [T], keep: impl Fn(&T) -> bool) -> usize {
    let (mut kept, mut seen) = (0, 0);
    while let Some((block, _)) = records[seen..].split_first_chunk::<BLOCK>() {
        let block = block.clone();
        seen += BLOCK;
        // The kept ones end at or before this block: there is room, and nothing unseen is lost.
        let Some((to, _)) = records[kept..].split_first_chunk_mut::<BLOCK>() else {
            break;
        };
        let mut grown = 0;
        for record in block {
            let grows = keep(&record);
            to[grown] = record;
            grown += usize::from(grows);
        }
        kept += grown;
    }
    for i in seen..records.len() {
        let record = records[i].clone();
        let grows = keep(&record);
        records[kept] = record;
        kept += usize::from(grows);
    }
    kept
}

/// `flat_map`: any number of records for one. Bounded: it hands over the chunk when it is full.
pub(crate) struct FlatMap<T, U, E, F> {
    code: Arc<Shipped<E, F>>,
    types: Types<T, U>,
}

portable_closure_def!(FlatMap);

impl<T, U, I, E, F> OperatorDef for FlatMap<T, U, E, F>
where
    T: Data,
    U: Data,
    I: IntoIterator<Item = U> + 'static,
    E: Data,
    F: Fn(&E, T) -> I + Send + Sync + 'static,
{
    fn create(&self, _: &TaskContext, _: usize) -> Box<dyn Operator> {
        Box::new(FlatMapping::<T, U, I, E, F> {
            code: Arc::clone(&self.code),
            rest: Vec::new().into_iter(),
            current: None,
            types: PhantomData,
        })
    }

    fn encode(&self) -> Result<EncodedDef> {
        encode_def::<_, OperatorHandle>(self)
    }
}

/// A [`FlatMap`] at work: the input that is still to do, and the record in the middle of which
/// the output was full.
struct FlatMapping<T, U, I: IntoIterator<Item = U>, E, F> {
    code: Arc<Shipped<E, F>>,
    rest: std::vec::IntoIter<T>,
    current: Option<I::IntoIter>,
    types: Types<T, U>,
}

impl<T, U, I, E, F> Operator for FlatMapping<T, U, I, E, F>
where
    T: Data,
    U: Data,
    I: IntoIterator<Item = U>,
    E: Data,
    F: Fn(&E, T) -> I + Send + Sync + 'static,
{
    fn push(&mut self, input: &mut dyn AnyChunk, output: &mut dyn AnyChunk) -> Result<Flow> {
        let (env, f) = (&*self.code.env, &self.code.f);
        let (input, output) = (typed::<T>(input)?, typed::<U>(output)?);
        if !input.is_empty() {
            self.rest = mem::take(input).into_iter();
        }
        loop {
            if let Some(items) = &mut self.current {
                let room = CHUNK.saturating_sub(output.len());
                let before = output.len();
                output.extend(items.by_ref().take(room));
                if output.len() - before == room {
                    return Ok(Flow::Again);
                }
                self.current = None;
            }
            match self.rest.next() {
                Some(record) => self.current = Some(f(env, record).into_iter()),
                None => return Ok(Flow::Done),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_keeps_the_same_whether_records_are_copied_or_swapped() {
        for n in 0..70_u64 {
            for mask in [0, 1, 2, 5, u64::MAX] {
                let keep = |x: &u64| x & mask == 0 || mask == u64::MAX;
                let records: Vec<u64> = (0..n).map(|x| x.wrapping_mul(0x9E37_79B9)).collect();
                let expected: Vec<u64> = records.iter().copied().filter(keep).collect();
                let (mut copied, mut swapped) = (records.clone(), records);
                let kept = keep_by_copying(&mut copied, keep);
                assert_eq!(copied[..kept], expected, "{n} {mask:x}");
                let kept = keep_by_swapping(&mut swapped, keep);
                assert_eq!(swapped[..kept], expected, "{n} {mask:x}");
            }
        }
    }
}
