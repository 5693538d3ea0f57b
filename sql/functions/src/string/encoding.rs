//! Validity of UTF-8. Texts are valid always here, so that the answers are known; bytes are looked at.

use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition};

use crate::each::{Cell, booleans, kernel, texts};
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("is_valid_utf8", is_valid),
    Scalar::new("make_valid_utf8", |site| {
        text(site, |bytes| {
            Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
        })
    }),
    Scalar::new("validate_utf8", |site| {
        text(site, |bytes| match str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(invalid(bytes)),
        })
    }),
    Scalar::new("try_validate_utf8", |site| {
        text(site, |bytes| {
            Ok(str::from_utf8(bytes).ok().map(str::to_owned))
        })
    }),
];

fn is_binary(site: &Site) -> bool {
    site.arguments.first() == Some(&DataType::Binary)
}

fn is_valid(site: &Site) -> Result<Kernel> {
    if is_binary(site) {
        return kernel(|args| {
            let bytes = args.binaries(0)?;
            let valid = |bytes: &[u8]| str::from_utf8(bytes).is_ok();
            booleans(args.rows(), |row| Ok(bytes.get(row).map(valid)))
        });
    }
    kernel(|args| {
        let text = args.strings(0)?;
        booleans(args.rows(), |row| Ok(text.get(row).map(|_| true)))
    })
}

/// Bytes as text; texts as they are.
fn text(site: &Site, read: fn(&[u8]) -> Cell<String>) -> Result<Kernel> {
    if is_binary(site) {
        return kernel(move |args| {
            let bytes = args.binaries(0)?;
            texts(args.rows(), |row| bytes.get(row).map_or(Ok(None), read))
        });
    }
    kernel(|args| args.array(0))
}

/// The error, with bytes beyond ASCII as hexadecimal digits.
fn invalid(bytes: &[u8]) -> Raised {
    let shown = bytes.iter().map(|byte| match byte {
        0x20..0x7f => char::from(*byte).to_string(),
        byte => format!("\\x{byte:02X}"),
    });
    SqlError::new(condition::INVALID_UTF8_STRING)
        .with("str", shown.collect::<String>())
        .into()
}
