//! How much a row may hold, and a batch of rows, which lies in memory as one column.

use flint_sql_columnar::Raised;
use flint_sql_spec::{SqlError, condition};

/// The longest array that Spark makes, in elements; the longest text, in bytes.
pub(crate) const MOST: usize = 2_147_483_632;

/// The most elements that arrays of a batch may have: two gigabytes of eight bytes each.
pub(crate) const MOST_OF_BATCH: usize = 1 << 28;

/// The error of a result that is too long.
pub(crate) fn too_long(function: &str, elements: impl ToString, most: usize) -> Raised {
    SqlError::new(condition::COLLECTION_SIZE_LIMIT_EXCEEDED_FUNCTION)
        .with("numberOfElements", elements.to_string())
        .with("maxRoundedArrayLength", most.to_string())
        .with("functionName", format!("`{function}`"))
        .into()
}

/// The bytes of so many pieces of a size.
///
/// # Errors
/// `COLLECTION_SIZE_LIMIT_EXCEEDED` if they are more than a text can have.
pub(crate) fn bytes(function: &str, size: usize, count: usize) -> Result<usize, Raised> {
    let all = size as u128 * count as u128;
    match usize::try_from(all) {
        Ok(bytes) if bytes <= MOST => Ok(bytes),
        _ => Err(too_long(function, all, MOST)),
    }
}

/// Bytes of a column so far.
#[derive(Debug, Default)]
pub(crate) struct Filled(usize);

impl Filled {
    /// One value more.
    ///
    /// # Errors
    /// `UNSUPPORTED_FEATURE` if the column is full.
    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), Raised> {
        self.0 = self.0.saturating_add(bytes);
        if self.0 <= MOST {
            return Ok(());
        }
        Err(SqlError::new(condition::NOT_SUPPORTED_YET)
            .with(
                "feature",
                "more than two gigabytes of text in a batch of rows",
            )
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_before_two_gigabytes() {
        assert_eq!(bytes("repeat", 3, 5), Ok(15));
        assert!(bytes("repeat", 2, 1 << 30).is_err());
        assert!(bytes("repeat", usize::MAX, usize::MAX).is_err());
        let mut filled = Filled::default();
        assert!(filled.add(MOST).is_ok() && filled.add(1).is_err());
    }
}
