//! The unsafe half of portable closures: entry points as offsets, and closures without captures
//! made from nothing.
//!
//! # Why this is sound
//!
//! *Entry points.* All code of an executable is mapped as one image at one base address, so the
//! distance between two of its functions is the same in every process that runs the very same
//! file. [`Entry::offset`] takes that distance from [`anchor`]; [`Entry::at`] adds it to the
//! anchor's address of its own process. The result is the address of the same function provided
//! that the executable is the same, which callers must have checked by [`build_hash`], and that
//! the offset came from [`Entry::offset`]; hence `at` is unsafe. Every entry point has one and the
//! same signature, so the pointer's type can't be wrong either.
//!
//! *Closures.* A value of a type without size has no bytes, so nothing could be uninitialised.
//! What remains is whether a value of that type *may exist*: a type without size can be a witness
//! that something happened. [`conjure`] is only asked for a closure type `F` in a process whose
//! program was encoded from an existing value of that `F`; the program says that the value was
//! there, and `F: Send + Sync + 'static` says that it may be used from any thread at any time.

#![allow(unsafe_code)]

use std::any::Any;
use std::sync::OnceLock;

use super::portable::Decoder;
use crate::error::{Error, Result};
use crate::shuffle::hash_of;

/// Decodes one definition; the box holds the erased handle (`Arc<dyn …>`) that its caller knows.
pub(crate) type EntryFn = fn(&mut Decoder<'_>) -> Result<Box<dyn Any + Send + Sync>>;

/// The function that offsets are counted from. Kept apart from every other function.
#[inline(never)]
fn anchor(input: &mut Decoder<'_>) -> Result<Box<dyn Any + Send + Sync>> {
    Err(Error::Internal(format!(
        "the anchor was called with {} bytes",
        input.remaining()
    )))
}

/// An entry point of this executable.
#[derive(Clone, Copy)]
pub(crate) struct Entry(EntryFn);

impl Entry {
    pub(crate) fn new(f: EntryFn) -> Self {
        Entry(f)
    }

    /// The distance from the anchor: the same in every process of this executable.
    pub(crate) fn offset(self) -> u64 {
        (self.0 as usize as u64).wrapping_sub(anchor as EntryFn as usize as u64)
    }

    /// The entry point at an offset.
    ///
    /// # Safety
    /// `offset` must be a result of [`Entry::offset`] in a process that runs the very same
    /// executable file.
    pub(crate) unsafe fn at(offset: u64) -> Self {
        let address = (anchor as EntryFn as usize as u64).wrapping_add(offset) as usize;
        // SAFETY: by the caller's promise `address` is that of a function of this image with the
        // type `EntryFn` (see the module's text), and function pointers have the size of `usize`.
        Entry(unsafe { std::mem::transmute::<usize, EntryFn>(address) })
    }

    pub(crate) fn call(self, input: &mut Decoder<'_>) -> Result<Box<dyn Any + Send + Sync>> {
        (self.0)(input)
    }
}

/// A closure that captures nothing, out of nothing.
///
/// # Safety
/// A value of `F` must have existed in the program that asks for it (it was encoded), and `F`
/// must be usable from any thread for ever (`Send + Sync + 'static` at the call).
///
/// # Panics
/// If `F` has a size: a bug of the caller, who must have checked.
pub(crate) unsafe fn conjure<F: Send + Sync + 'static>() -> F {
    assert_eq!(
        size_of::<F>(),
        0,
        "only a closure without captures can be made from nothing"
    );
    // SAFETY: reading a type without size reads no bytes, and a dangling pointer is aligned and not
    // null, which is all that such a read asks of it. That a value may exist is the caller's promise.
    unsafe { std::ptr::NonNull::<F>::dangling().as_ptr().read() }
}

/// A hash of this process's executable file, in hexadecimal; the same in every process that runs
/// the same file. Read once per process.
///
/// # Errors
/// [`Error::Io`] if the executable can't be read.
pub fn build_hash() -> Result<&'static str> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(h) = HASH.get() {
        return Ok(h);
    }
    // On Linux this link stays readable when the file was replaced or deleted, and then still
    // leads to the image that runs.
    let path = std::path::Path::new("/proc/self/exe");
    let path = if path.exists() {
        path.to_owned()
    } else {
        std::env::current_exe().map_err(|e| Error::io("find", "the executable", e))?
    };
    let bytes = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
    let hash = format!(
        "{:016x}{:08x}",
        hash_of(&bytes[..]),
        crc32fast::hash(&bytes)
    );
    Ok(HASH.get_or_init(|| hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forty_two(_: &mut Decoder<'_>) -> Result<Box<dyn Any + Send + Sync>> {
        Ok(Box::new(42_u64))
    }

    #[test]
    fn an_entry_point_survives_as_an_offset() {
        let offset = Entry::new(forty_two).offset();
        // SAFETY: the offset was taken in this very process.
        let entry = unsafe { Entry::at(offset) };
        let value = entry
            .call(&mut Decoder::new(&[]))
            .expect("the function succeeds");
        assert_eq!(value.downcast_ref::<u64>(), Some(&42));
    }

    #[test]
    fn a_closure_without_captures_is_made_from_nothing() {
        fn again<F: Fn(i32) -> i32 + Send + Sync + 'static>(_: &F) -> F {
            // SAFETY: a value of `F` exists, it is the argument.
            unsafe { conjure::<F>() }
        }
        let f = |x: i32| x * 2 + 1;
        assert_eq!(again(&f)(20), 41);
    }

    #[test]
    #[should_panic(expected = "without captures")]
    fn a_closure_with_captures_is_not() {
        fn again<F: Fn() -> i32 + Send + Sync + 'static>(_: &F) -> F {
            // SAFETY: a value of `F` exists; it has a size, which is checked before anything.
            unsafe { conjure::<F>() }
        }
        let k = 7;
        again(&move || k)();
    }

    #[test]
    fn the_build_hash_is_stable() {
        assert_eq!(
            build_hash().expect("readable"),
            build_hash().expect("readable")
        );
    }
}
