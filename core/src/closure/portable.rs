//! Definitions as bytes: [`Portable`], its [`Encoder`] and [`Decoder`].

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::address::{Entry, conjure};
use crate::error::{CallSite, Error, Result};

/// Something that can be rebuilt in another process of the same executable.
pub(crate) trait Portable: Sized + Send + Sync + 'static {
    /// Appends what [`Portable::decode`] needs.
    fn encode(&self, out: &mut Encoder) -> Result<()>;
    /// Rebuilds the value.
    fn decode(input: &mut Decoder<'_>) -> Result<Self>;
}

/// Collects the bytes of a definition.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends a value, behind its length.
    pub(crate) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let bytes = postcard::to_allocvec(value).map_err(|e| Error::Codec {
            op: "encode".to_owned(),
            type_name: std::any::type_name::<T>().to_owned(),
            reason: e.to_string(),
        })?;
        self.bytes
            .extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    /// "Appends" a closure: checks that there is nothing to append.
    pub(crate) fn closure<F>(&mut self, _: &F, site: &'static Location<'static>) -> Result<()> {
        if size_of::<F>() == 0 {
            return Ok(());
        }
        Err(Error::NotPortable {
            site: CallSite::from(site),
            reason: format!("it captures {} bytes of its surroundings", size_of::<F>()),
            fix: "pass what it needs through `rdd.with(env)` and take it as the first argument"
                .to_owned(),
        })
    }
}

/// Reads the bytes of a definition.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Decoder { bytes }
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        if n > self.bytes.len() {
            return Err(Error::corrupt(
                "stage program",
                format!("{n} bytes wanted, {} left", self.bytes.len()),
            ));
        }
        let (head, tail) = self.bytes.split_at(n);
        self.bytes = tail;
        Ok(head)
    }

    /// Reads a value written by [`Encoder::value`].
    pub(crate) fn value<T: DeserializeOwned>(&mut self) -> Result<T> {
        let len = self.take(8)?;
        let len = u64::from_le_bytes(len.try_into().expect("eight bytes were taken"));
        let bytes = self.take(usize::try_from(len).unwrap_or(usize::MAX))?;
        postcard::from_bytes(bytes).map_err(|e| Error::Codec {
            op: "decode".to_owned(),
            type_name: std::any::type_name::<T>().to_owned(),
            reason: e.to_string(),
        })
    }

    /// The closure that [`Encoder::closure`] accepted.
    #[allow(unsafe_code)]
    pub(crate) fn closure<F: Send + Sync + 'static>(&mut self) -> Result<F> {
        if size_of::<F>() != 0 {
            return Err(Error::Internal(format!(
                "a program holds the closure `{}`, which has captures",
                std::any::type_name::<F>()
            )));
        }
        // SAFETY: this runs inside the entry point of a definition that was encoded from a value
        // holding an `F`; the bounds say that it may be used anywhere.
        Ok(unsafe { conjure::<F>() })
    }
}

/// A definition in a program: its entry point and its bytes.
pub(crate) type EncodedDef = (u64, Vec<u8>);

/// Encodes `def`, to be decoded by `erase(D::decode(..))`. `H` is the handle the receiver expects
/// (`Arc<dyn OperatorDef>` and the like), made by the [`Erase`] implementation.
pub(crate) fn encode_def<D: Portable + Erase<H>, H: Send + Sync + 'static>(
    def: &D,
) -> Result<EncodedDef> {
    fn entry<D: Portable + Erase<H>, H: Send + Sync + 'static>(
        input: &mut Decoder<'_>,
    ) -> Result<Box<dyn Any + Send + Sync>> {
        let handle: H = Arc::new(D::decode(input)?).erase();
        Ok(Box::new(handle))
    }
    let mut out = Encoder::new();
    def.encode(&mut out)?;
    Ok((Entry::new(entry::<D, H>).offset(), out.into_bytes()))
}

/// Turns a definition into the handle by which programs hold it.
pub(crate) trait Erase<H> {
    fn erase(self: Arc<Self>) -> H;
}

/// Decodes a definition made by [`encode_def`] in a process of the same executable.
///
/// The caller must have compared [`super::build_hash`] with the sender's.
#[allow(unsafe_code)]
pub(crate) fn decode_def<H: 'static>(def: &EncodedDef) -> Result<H> {
    // SAFETY: programs are decoded by `StageProgram::decode` alone, which refuses another
    // executable's before it comes here; offsets in them come from `Entry::offset`.
    let entry = unsafe { Entry::at(def.0) };
    let handle = entry.call(&mut Decoder::new(&def.1))?;
    handle
        .downcast::<H>()
        .map(|h| *h)
        .map_err(|_| Error::Internal("a program's definition is of another kind".to_owned()))
}
