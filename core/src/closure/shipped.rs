//! A user's closure with its environment.

use std::panic::Location;
use std::sync::Arc;

use super::portable::{Decoder, Encoder, Portable};
use crate::data::Data;
use crate::error::Result;

/// A closure `f` that takes the environment `env` as its first argument, and the place in the
/// user's program that made it.
pub(crate) struct Shipped<E, F> {
    pub(crate) env: Arc<E>,
    pub(crate) f: F,
    site: &'static Location<'static>,
}

impl<E, F: Clone> Clone for Shipped<E, F> {
    fn clone(&self) -> Self {
        Shipped {
            env: Arc::clone(&self.env),
            f: self.f.clone(),
            site: self.site,
        }
    }
}

impl<E, F> Shipped<E, F> {
    pub(crate) fn new(env: Arc<E>, f: F, site: &'static Location<'static>) -> Self {
        Shipped { env, f, site }
    }

    /// "Encodes" a further closure of the same call.
    pub(crate) fn encode_also<K>(&self, kernel: &K, out: &mut Encoder) -> Result<()> {
        out.closure(kernel, self.site)
    }
}

impl<E: Data, F: Send + Sync + 'static> Portable for Shipped<E, F> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        out.closure(&self.f, self.site)?;
        out.value(&*self.env)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        let f = input.closure::<F>()?;
        let env = Arc::new(input.value::<E>()?);
        Ok(Shipped {
            env,
            f,
            site: Location::caller(),
        })
    }
}
