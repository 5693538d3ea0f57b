//! Where and how the blocks of a persisted RDD are kept: [`StorageLevel`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Spark's storage level: memory, disk or both, as records or as encoded bytes, and how often.
///
/// The named levels are Spark's 13. A level can be written as its name and read back; any other
/// combination ([`StorageLevel::new`]) has no name, and is written as Spark writes it.
///
/// - *Deserialised* levels keep the records themselves: fast to read, large. The `_SER` levels and
///   `OFF_HEAP` keep encoded bytes. There is no heap to be off, so `OFF_HEAP` bytes count against
///   the same memory as all others.
/// - `MEMORY_ONLY` blocks that don't fit, or must make room, are forgotten and computed again when
///   they are next needed. `MEMORY_AND_DISK` blocks go to disk.
/// - `_2` and `_3` levels ask for copies on other executors. On a single executor there is one copy.
///
/// ```
/// use flint_core::storage::level::StorageLevel;
///
/// let level: StorageLevel = "MEMORY_AND_DISK".parse()?;
/// assert_eq!(level, StorageLevel::MEMORY_AND_DISK);
/// assert_eq!(level.to_string(), "MEMORY_AND_DISK");
/// assert_eq!(level.description(), "Disk Memory Deserialized 1x Replicated");
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StorageLevel {
    use_disk: bool,
    use_memory: bool,
    use_off_heap: bool,
    deserialized: bool,
    replication: u8,
}

macro_rules! levels {
    ($($(#[$doc:meta])* $name:ident: $disk:literal $memory:literal $off_heap:literal $deserialized:literal $copies:literal;)*) => {
        impl StorageLevel {
            $(
                $(#[$doc])*
                ///
                /// ```
                /// use flint_core::StorageLevel;
                #[doc = concat!("let level: StorageLevel = \"", stringify!($name), "\".parse()?;")]
                #[doc = concat!("assert_eq!(level, StorageLevel::", stringify!($name), ");")]
                /// # Ok::<(), flint_core::Error>(())
                /// ```
                pub const $name: StorageLevel = StorageLevel {
                    use_disk: $disk,
                    use_memory: $memory,
                    use_off_heap: $off_heap,
                    deserialized: $deserialized,
                    replication: $copies,
                };
            )*

            /// Spark's named levels.
            pub const NAMED: &'static [(&'static str, StorageLevel)] =
                &[$((stringify!($name), StorageLevel::$name)),*];
        }
    };
}

levels! {
    /// Not kept.
    NONE: false false false false 1;
    /// On disk.
    DISK_ONLY: true false false false 1;
    /// On disk, of two executors.
    DISK_ONLY_2: true false false false 2;
    /// On disk, of three executors.
    DISK_ONLY_3: true false false false 3;
    /// In memory, as records. What `cache()` of an RDD means.
    MEMORY_ONLY: false true false true 1;
    /// In memory, as records, of two executors.
    MEMORY_ONLY_2: false true false true 2;
    /// In memory, encoded.
    MEMORY_ONLY_SER: false true false false 1;
    /// In memory, encoded, of two executors.
    MEMORY_ONLY_SER_2: false true false false 2;
    /// In memory, as records, else on disk.
    MEMORY_AND_DISK: true true false true 1;
    /// In memory, as records, else on disk, of two executors.
    MEMORY_AND_DISK_2: true true false true 2;
    /// In memory, encoded, else on disk.
    MEMORY_AND_DISK_SER: true true false false 1;
    /// In memory, encoded, else on disk, of two executors.
    MEMORY_AND_DISK_SER_2: true true false false 2;
    /// In memory, encoded, else on disk; Spark would keep it out of the Java heap.
    OFF_HEAP: true true true false 1;
}

impl StorageLevel {
    /// A level of one's own.
    ///
    /// # Errors
    /// [`Error::Argument`] where Spark refuses it: `replication` outside 1 to 39, off-heap and
    /// deserialised at once, or off-heap without memory.
    pub fn new(
        use_disk: bool,
        use_memory: bool,
        use_off_heap: bool,
        deserialized: bool,
        replication: u8,
    ) -> Result<Self> {
        if !(1..40).contains(&replication) {
            return Err(Error::argument(
                "replication",
                format!("must be 1 to 39, not {replication}"),
            ));
        }
        if use_off_heap && (deserialized || !use_memory) {
            return Err(Error::argument(
                "use_off_heap",
                "off-heap storage is in memory and serialized",
            ));
        }
        Ok(StorageLevel {
            use_disk,
            use_memory,
            use_off_heap,
            deserialized,
            replication,
        })
    }

    /// Whether blocks may be on disk.
    pub fn use_disk(self) -> bool {
        self.use_disk
    }

    /// Whether blocks may be in memory.
    pub fn use_memory(self) -> bool {
        self.use_memory
    }

    /// Whether Spark would keep blocks out of the Java heap.
    pub fn use_off_heap(self) -> bool {
        self.use_off_heap
    }

    /// Whether blocks in memory are records, not bytes.
    pub fn deserialized(self) -> bool {
        self.deserialized
    }

    /// On how many executors blocks should be.
    pub fn replication(self) -> u8 {
        self.replication
    }

    /// Whether blocks are kept at all.
    pub fn is_persistent(self) -> bool {
        self.use_disk || self.use_memory
    }

    /// Spark's name, if the level is one of the named ones.
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED
            .iter()
            .find(|(_, level)| *level == self)
            .map(|(name, _)| *name)
    }

    /// What Spark's storage page says: `Disk Memory Deserialized 1x Replicated`.
    pub fn description(self) -> String {
        let memory = match (self.use_memory, self.use_off_heap) {
            (false, _) => "",
            (true, false) => "Memory ",
            (true, true) => "Memory (off heap) ",
        };
        let disk = if self.use_disk { "Disk " } else { "" };
        let form = if self.deserialized {
            "Deserialized"
        } else {
            "Serialized"
        };
        format!("{disk}{memory}{form} {}x Replicated", self.replication)
    }
}

impl Default for StorageLevel {
    /// [`StorageLevel::NONE`].
    fn default() -> Self {
        StorageLevel::NONE
    }
}

impl fmt::Display for StorageLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name() {
            return f.write_str(name);
        }
        f.write_str("StorageLevel(")?;
        for (set, word) in [
            (self.use_disk, "disk, "),
            (self.use_memory, "memory, "),
            (self.use_off_heap, "offheap, "),
            (self.deserialized, "deserialized, "),
        ] {
            f.write_str(if set { word } else { "" })?;
        }
        write!(f, "{} replicas)", self.replication)
    }
}

impl FromStr for StorageLevel {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let named = Self::NAMED.iter().find(|(n, _)| *n == name);
        named.map(|(_, level)| *level).ok_or_else(|| {
            let names: Vec<_> = Self::NAMED.iter().map(|(n, _)| *n).collect();
            Error::argument(
                "storage level",
                format!("`{name}` is none of {}", names.join(", ")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_come_back() {
        assert_eq!(StorageLevel::NAMED.len(), 13);
        for (name, level) in StorageLevel::NAMED {
            assert_eq!(level.to_string(), *name);
            assert_eq!(name.parse::<StorageLevel>().unwrap(), *level);
        }
        let error = "MEMORY".parse::<StorageLevel>().unwrap_err().to_string();
        assert!(
            error.contains("`MEMORY`") && error.contains("DISK_ONLY_3"),
            "{error}"
        );
    }

    #[test]
    fn descriptions_are_sparks() {
        assert_eq!(StorageLevel::NONE.description(), "Serialized 1x Replicated");
        assert_eq!(
            StorageLevel::DISK_ONLY_3.description(),
            "Disk Serialized 3x Replicated"
        );
        assert_eq!(
            StorageLevel::OFF_HEAP.description(),
            "Disk Memory (off heap) Serialized 1x Replicated"
        );
    }

    #[test]
    fn own_levels_are_checked_and_shown() {
        let own = StorageLevel::new(true, true, false, true, 4).unwrap();
        assert_eq!(
            (own.name(), own.to_string().as_str()),
            (None, "StorageLevel(disk, memory, deserialized, 4 replicas)")
        );
        assert_eq!(
            StorageLevel::new(false, true, false, true, 1).unwrap(),
            StorageLevel::MEMORY_ONLY
        );
        assert!(StorageLevel::new(true, true, false, true, 0).is_err());
        assert!(StorageLevel::new(true, true, false, true, 40).is_err());
        assert!(StorageLevel::new(true, true, true, true, 1).is_err());
        assert!(!StorageLevel::NONE.is_persistent() && own.is_persistent());
    }
}
