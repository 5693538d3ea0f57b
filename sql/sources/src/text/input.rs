//! [`Input`]: the content of one file, or of a range of it, as a format of text reads it.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::{Buf, Bytes};
use datafusion::error::{DataFusionError, Result};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore};
use tokio::runtime::Handle;

use super::codec::Codec;

/// The content of a file.
pub(crate) struct Input {
    /// Plain bytes: of the whole file, or from the start of the range to the file's end.
    pub(crate) bytes: Box<dyn Read + Send>,
    /// The range of plain bytes whose records are asked for; `None` for all of the file.
    pub(crate) range: Option<Range<u64>>,
    /// How long the file is, packed as it is.
    pub(super) size: u64,
    /// Whether reading waits for something other than a local disk, which a thread of the executor
    /// must not.
    pub(super) waits: bool,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// Opens a file, or a range of one that is not packed.
///
/// # Errors
/// If the store fails, or the file cannot be unpacked.
pub(crate) async fn open_file(
    store: &dyn ObjectStore,
    path: &Path,
    range: Option<Range<u64>>,
) -> Result<Input> {
    let from = range.as_ref().map_or(0, |range| range.start);
    let options = GetOptions {
        range: (from > 0).then_some(GetRange::Offset(from)),
        ..GetOptions::default()
    };
    let found = store.get_opts(path, options).await?;
    let size = found.meta.size;
    let (raw, waits): (Box<dyn Read + Send>, bool) = match found.payload {
        GetResultPayload::File(mut file, _) => {
            file.seek(SeekFrom::Start(found.range.start))?;
            (Box::new(file), false)
        }
        GetResultPayload::Stream(stream) => {
            let stream = StreamBytes {
                stream,
                runtime: Handle::current(),
                ready: Bytes::new(),
            };
            (Box::new(stream), true)
        }
    };
    let codec = Codec::of_name(path.filename().unwrap_or_default());
    if codec == Codec::Plain {
        return Ok(Input {
            bytes: raw,
            range,
            size,
            waits,
        });
    }
    // The first bytes decide about the format, and may have to be waited for.
    let bytes = match waits {
        false => codec.reader(raw),
        true => tokio::task::spawn_blocking(move || codec.reader(raw))
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?,
    };
    Ok(Input {
        bytes: bytes?,
        range: None,
        size,
        waits,
    })
}

/// Bytes of a store, for a thread that may wait.
struct StreamBytes {
    stream: BoxStream<'static, object_store::Result<Bytes>>,
    runtime: Handle,
    ready: Bytes,
}

impl Read for StreamBytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(bytes) => self.ready = bytes?,
                None => return Ok(0),
            }
        }
        let count = out.len().min(self.ready.len());
        self.ready.copy_to_slice(&mut out[..count]);
        Ok(count)
    }
}
