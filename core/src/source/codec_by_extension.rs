//! Which files are compressed, by the end of their names ([`Compression`]).

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`, of one member or several.
    Gzip,
    /// `.zst`, of one frame or several.
    Zstd,
    /// `.bz2`, of one stream or several. Read with the cargo feature `bzip2`.
    Bzip2,
    /// `.lz4`: LZ4 frames, as the `lz4` command writes them, or the blocks of Hadoop's `Lz4Codec`.
    /// Read with the cargo feature `lz4`.
    Lz4,
    /// `.snappy`: the blocks of Hadoop's `SnappyCodec`, which Spark writes, or Snappy's framing
    /// format. Read with the cargo feature `snappy`.
    Snappy,
}

/// Ends of names that say how a file is compressed.
const KNOWN: [(&str, Compression); 5] = [
    ("gz", Compression::Gzip),
    ("zst", Compression::Zstd),
    ("bz2", Compression::Bzip2),
    ("lz4", Compression::Lz4),
    ("snappy", Compression::Snappy),
];

/// Ends of names that say that a file is compressed in a way that can't be read. To take such a
/// file for text would give garbage.
const UNSUPPORTED: [&str; 6] = ["deflate", "lzo", "xz", "lzma", "br", "Z"];

impl Compression {
    /// The compression of a file by its name. Upper and lower case are the same (in Spark they are
    /// not), but for `.Z`.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the file, if it is compressed in a way that can't be read, or can
    /// be with a cargo feature that this program was built without, which is named, too.
    ///
    /// ```
    /// use flint_core::source::Compression;
    /// assert_eq!(Compression::of("/logs/2026.gz".as_ref())?, Compression::Gzip);
    /// assert_eq!(Compression::of("/logs/2026.txt".as_ref())?, Compression::None);
    /// assert!(Compression::of("/logs/2026.xz".as_ref()).is_err());
    /// # Ok::<(), flint_core::Error>(())
    /// ```
    pub fn of(path: &Path) -> Result<Compression> {
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let known = KNOWN
            .iter()
            .find(|(e, _)| extension.eq_ignore_ascii_case(e));
        if let Some((_, compression)) = known {
            return match compression.missing() {
                None => Ok(*compression),
                Some(missing) => Err(refused(path, &missing)),
            };
        }
        let unsupported =
            |u: &&str| extension == *u || (u.len() > 1 && extension.eq_ignore_ascii_case(u));
        if UNSUPPORTED.iter().any(unsupported) {
            let reason = format!(
                "it is compressed as .{extension}, which can't be read; .gz and .zst can, and plain files"
            );
            return Err(refused(path, &reason));
        }
        Ok(Compression::None)
    }

    /// Whether a part of a file can be read without what is before it.
    pub fn is_splittable(self) -> bool {
        self == Compression::None
    }

    /// Why files can't be read that are compressed so, if this program can't.
    pub(super) fn missing(self) -> Option<String> {
        let (feature, there) = match self {
            Compression::None | Compression::Gzip | Compression::Zstd => return None,
            Compression::Bzip2 => ("bzip2", cfg!(feature = "bzip2")),
            Compression::Lz4 => ("lz4", cfg!(feature = "lz4")),
            Compression::Snappy => ("snappy", cfg!(feature = "snappy")),
        };
        (!there).then(|| {
            format!("reading it needs the cargo feature `{feature}` of flint-core, without which this program was built")
        })
    }
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::argument("path", format!("`{}`: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Result<Compression> {
        Compression::of(Path::new(name))
    }

    #[test]
    fn known_by_the_end_of_the_name() {
        assert_eq!(of("/d/a.txt"), Ok(Compression::None));
        assert_eq!(of("/d/gz"), Ok(Compression::None));
        assert_eq!(of("/d/a.txt.gz"), Ok(Compression::Gzip));
        assert_eq!(of("/d/A.GZ"), Ok(Compression::Gzip));
        assert_eq!(of("/d/a.zst"), Ok(Compression::Zstd));
        assert_eq!(of("/d/a.z"), Ok(Compression::None));
        for name in ["/d/a.xz", "/d/a.Lzo", "/d/a.Z", "/d/a.deflate"] {
            let message = of(name).unwrap_err().to_string();
            assert!(
                message.contains(name) && message.contains(".zst"),
                "{message}"
            );
        }
    }

    /// With a feature the file is known, without it the error names file and feature.
    #[test]
    fn what_needs_a_feature_says_so() {
        for (name, feature, there, compression) in [
            (
                "/d/a.bz2",
                "bzip2",
                cfg!(feature = "bzip2"),
                Compression::Bzip2,
            ),
            ("/d/a.LZ4", "lz4", cfg!(feature = "lz4"), Compression::Lz4),
            (
                "/d/a.snappy",
                "snappy",
                cfg!(feature = "snappy"),
                Compression::Snappy,
            ),
        ] {
            match of(name) {
                Ok(found) => assert!(there && found == compression, "{name}"),
                Err(error) => {
                    let message = error.to_string();
                    assert!(!there && message.contains(name), "{message}");
                    assert!(
                        message.contains(&format!("feature `{feature}`")),
                        "{message}"
                    );
                }
            }
            assert!(!compression.is_splittable());
        }
    }
}
