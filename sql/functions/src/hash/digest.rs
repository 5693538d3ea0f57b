//! Digests of bytes: MD5, the SHA family, CRC-32, and HMAC over them.

use arrow::datatypes::{Int32Type, Int64Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::digest::common::BlockSizeUser;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use crate::display::sql_value;
use crate::each::{binaries, kernel, numbers, texts};
use crate::scalar::{Kernel, Scalar};

/// The family of digests.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    Scalar::new("md5", |_| digits(|bytes| hexadecimal(&Md5::digest(bytes)))),
    Scalar::new("sha1", |_| {
        digits(|bytes| hexadecimal(&Sha1::digest(bytes)))
    }),
    Scalar::new("sha2", |_| sha2()),
    Scalar::new("crc32", |_| crc32()),
    Scalar::new("hmac", |_| hmac()),
];

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digits(digest: fn(&[u8]) -> String) -> Result<Kernel> {
    kernel(move |args| {
        let bytes = args.binaries(0)?;
        texts(args.rows(), |row| Ok(bytes.get(row).map(digest)))
    })
}

/// SHA-2 of so many bits, 0 for 256; NULL for others.
fn sha2() -> Result<Kernel> {
    kernel(|args| {
        let (bytes, bits) = (args.binaries(0)?, args.numbers::<Int32Type>(1)?);
        texts(args.rows(), |row| {
            let Some((bytes, bits)) = bytes.get(row).zip(bits.get(row)) else {
                return Ok(None);
            };
            Ok(match bits {
                224 => Some(hexadecimal(&Sha224::digest(bytes))),
                0 | 256 => Some(hexadecimal(&Sha256::digest(bytes))),
                384 => Some(hexadecimal(&Sha384::digest(bytes))),
                512 => Some(hexadecimal(&Sha512::digest(bytes))),
                _ => None,
            })
        })
    })
}

fn crc32() -> Result<Kernel> {
    kernel(|args| {
        let bytes = args.binaries(0)?;
        numbers::<Int64Type>(args.rows(), |row| {
            Ok(bytes
                .get(row)
                .map(|bytes| i64::from(crc32fast::hash(bytes))))
        })
    })
}

/// `hmac(key, message, algorithm)`; names of algorithms in any case, with or without a hyphen.
fn hmac() -> Result<Kernel> {
    kernel(|args| {
        let (key, message) = (args.binaries(0)?, args.binaries(1)?);
        let algorithm = args.strings(2)?;
        binaries(args.rows(), |row| {
            let all = (key.get(row), message.get(row), algorithm.get(row));
            let (Some(key), Some(message), Some(algorithm)) = all else {
                return Ok(None);
            };
            authenticated(key, message, algorithm).map(Some)
        })
    })
}

fn authenticated(key: &[u8], message: &[u8], algorithm: &str) -> Result<Vec<u8>, Raised> {
    if key.is_empty() {
        let error = SqlError::new(condition::INVALID_PARAMETER_VALUE_HMAC_CRYPTO_ERROR)
            .with("parameter", "`key`")
            .with("functionName", "`hmac`")
            .with("detailMessage", "Empty key");
        return Err(error.into());
    }
    Ok(match algorithm.to_ascii_uppercase().as_str() {
        "SHA-224" | "SHA224" => keyed::<Sha224>(key, message),
        "SHA-256" | "SHA256" => keyed::<Sha256>(key, message),
        "SHA-384" | "SHA384" => keyed::<Sha384>(key, message),
        "SHA-512" | "SHA512" => keyed::<Sha512>(key, message),
        "SHA-1" | "SHA1" => keyed::<Sha1>(key, message),
        "MD5" => keyed::<Md5>(key, message),
        _ => {
            return Err(
                SqlError::new(condition::INVALID_PARAMETER_VALUE_HMAC_ALGORITHM)
                    .with("parameter", "`algorithm`")
                    .with("functionName", "`hmac`")
                    .with("algorithm", sql_value(algorithm))
                    .into(),
            );
        }
    })
}

/// HMAC (RFC 2104) over a digest. Keys longer than a block are digested first.
fn keyed<D: Digest + BlockSizeUser>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = vec![0; D::block_size()];
    if key.len() > block.len() {
        let digest = D::digest(key);
        block[..digest.len()].copy_from_slice(&digest);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = D::new().chain_update(padded(0x36)).chain_update(message);
    let outer = D::new()
        .chain_update(padded(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().to_vec()
}
