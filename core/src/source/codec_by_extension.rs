//! Which files are compressed, by the end of their names ([`Compression`]).

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`, of one member or several.
    Gzip,
    /// `.zst`, of one frame or several.
    Zstd,
}

/// Ends of names that say that a file is compressed in a way that can't be read. To take such a
/// file for text would give garbage.
const UNSUPPORTED: [&str; 9] = [
    "bz2", "deflate", "lz4", "snappy", "lzo", "xz", "lzma", "br", "Z",
];

impl Compression {
    /// The compression of a file by its name. Upper and lower case are the same (in Spark they are
    /// not), but for `.Z`.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the file, if it is compressed in a way that can't be read.
    pub fn of(path: &Path) -> Result<Compression> {
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        if extension.eq_ignore_ascii_case("gz") {
            return Ok(Compression::Gzip);
        }
        if extension.eq_ignore_ascii_case("zst") {
            return Ok(Compression::Zstd);
        }
        let refused =
            |u: &&str| extension == *u || (u.len() > 1 && extension.eq_ignore_ascii_case(u));
        if UNSUPPORTED.iter().any(refused) {
            return Err(Error::argument(
                "path",
                format!(
                    "`{}` is compressed as .{extension}, which can't be read; .gz and .zst can, and plain files",
                    path.display()
                ),
            ));
        }
        Ok(Compression::None)
    }

    /// Whether a part of a file can be read without what is before it.
    pub fn is_splittable(self) -> bool {
        self == Compression::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_by_the_end_of_the_name() {
        let of = |name: &str| Compression::of(Path::new(name));
        assert_eq!(of("/d/a.txt"), Ok(Compression::None));
        assert_eq!(of("/d/gz"), Ok(Compression::None));
        assert_eq!(of("/d/a.txt.gz"), Ok(Compression::Gzip));
        assert_eq!(of("/d/A.GZ"), Ok(Compression::Gzip));
        assert_eq!(of("/d/a.zst"), Ok(Compression::Zstd));
        assert_eq!(of("/d/a.z"), Ok(Compression::None));
        for name in [
            "/d/a.bz2",
            "/d/a.lz4",
            "/d/a.Snappy",
            "/d/a.Z",
            "/d/a.deflate",
        ] {
            let message = of(name).unwrap_err().to_string();
            assert!(
                message.contains(name) && message.contains(".zst"),
                "{message}"
            );
        }
    }
}
