//! `aes_encrypt` and `aes_decrypt`: AES in the modes ECB, CBC and GCM, as Java's ciphers have it.
//!
//! GCM and CBC write the initial vector in front: 12 and 16 bytes, by chance unless they are given.
//! GCM writes a tag of 16 bytes behind. ECB and CBC fill the last block (PKCS #7).

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use datafusion::logical_expr::Volatility;
use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use crate::arguments::{Arguments, Cells};
use crate::each::{Cell, binaries, kernel};
use crate::scalar::{Kernel, Scalar};
use arrow::array::{BinaryArray, StringArray};

/// The family of ciphers.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    // Another initial vector for each row.
    Scalar {
        name: "aes_encrypt",
        make: |_| encrypt(),
        volatility: Volatility::Volatile,
    },
    Scalar::new("aes_decrypt", |_| decrypt(false)),
    Scalar::new("try_aes_decrypt", |_| decrypt(true)),
];

const BLOCK: usize = 16;
const GCM_VECTOR: usize = 12;
const BOTH: &str = "`aes_encrypt`/`aes_decrypt`";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Ecb,
    Cbc,
    Gcm,
}

impl Mode {
    /// The mode by its name and that of its padding.
    fn named(mode: &str, padding: &str) -> Result<Mode, Raised> {
        let any = |name: &str, of: [&str; 2]| of.iter().any(|one| one.eq_ignore_ascii_case(name));
        let found = match mode.to_ascii_uppercase().as_str() {
            "ECB" if any(padding, ["PKCS", "DEFAULT"]) => Mode::Ecb,
            "CBC" if any(padding, ["PKCS", "DEFAULT"]) => Mode::Cbc,
            "GCM" if any(padding, ["NONE", "DEFAULT"]) => Mode::Gcm,
            _ => {
                return Err(SqlError::new(condition::UNSUPPORTED_FEATURE_AES_MODE)
                    .with("mode", mode)
                    .with("padding", padding)
                    .with("functionName", BOTH)
                    .into());
            }
        };
        Ok(found)
    }

    fn name(self) -> &'static str {
        match self {
            Mode::Ecb => "ECB",
            Mode::Cbc => "CBC",
            Mode::Gcm => "GCM",
        }
    }

    fn refuses(self, what: condition::Condition) -> Raised {
        SqlError::new(what)
            .with("mode", self.name())
            .with("functionName", "`aes_encrypt`")
            .into()
    }
}

fn failed(message: &str) -> Raised {
    SqlError::new(condition::INVALID_PARAMETER_VALUE_AES_CRYPTO_ERROR)
        .with("parameter", "`expr`, `key`")
        .with("functionName", BOTH)
        .with("detailMessage", message)
        .into()
}

/// The arguments that both directions have.
struct Given {
    text: Cells<BinaryArray>,
    key: Cells<BinaryArray>,
    mode: Cells<StringArray>,
    padding: Cells<StringArray>,
}

impl Given {
    fn of(args: &Arguments) -> Result<Given, Raised> {
        Ok(Given {
            text: args.binaries(0)?,
            key: args.binaries(1)?,
            mode: args.strings(2)?,
            padding: args.strings(3)?,
        })
    }

    /// Text, key and mode of a row.
    fn row(&self, row: usize) -> Cell<(&[u8], Key, Mode)> {
        let mode = self.mode.get(row).zip(self.padding.get(row));
        let all = (self.text.get(row), self.key.get(row), mode);
        let (Some(text), Some(key), Some((mode, padding))) = all else {
            return Ok(None);
        };
        let key = Key::new(key)?;
        Ok(Some((text, key, Mode::named(mode, padding)?)))
    }
}

/// `aes_encrypt(text, key, mode, padding, vector, data)`.
fn encrypt() -> Result<Kernel> {
    kernel(|args| {
        let given = Given::of(args)?;
        let (vector, data) = (args.binaries(4)?, args.binaries(5)?);
        binaries(args.rows(), |row| {
            let (Some(vector), Some(data)) = (vector.get(row), data.get(row)) else {
                return Ok(None);
            };
            let Some((text, key, mode)) = given.row(row)? else {
                return Ok(None);
            };
            if mode == Mode::Ecb && !vector.is_empty() {
                return Err(mode.refuses(condition::UNSUPPORTED_FEATURE_AES_MODE_IV));
            }
            if mode != Mode::Gcm && !data.is_empty() {
                return Err(mode.refuses(condition::UNSUPPORTED_FEATURE_AES_MODE_AAD));
            }
            Ok(Some(match mode {
                Mode::Ecb => key.ecb_encrypt(text),
                Mode::Cbc => key.cbc_encrypt(text, &vector_of(mode, vector)?),
                Mode::Gcm => key.gcm_encrypt(text, &vector_of(mode, vector)?, data)?,
            }))
        })
    })
}

/// The vector that is given, or one by chance.
fn vector_of<const N: usize>(mode: Mode, given: &[u8]) -> Result<[u8; N], Raised> {
    if given.is_empty() {
        let mut vector = [0; N];
        getrandom::fill(&mut vector).map_err(|error| failed(&error.to_string()))?;
        return Ok(vector);
    }
    given.try_into().map_err(|_| {
        SqlError::new(condition::INVALID_PARAMETER_VALUE_AES_IV_LENGTH)
            .with("mode", mode.name())
            .with("parameter", "`iv`")
            .with("functionName", BOTH)
            .with("actualLength", given.len().to_string())
            .into()
    })
}

/// `aes_decrypt(text, key, mode, padding, data)`.
fn decrypt(forgiving: bool) -> Result<Kernel> {
    kernel(move |args| {
        let given = Given::of(args)?;
        let data = args.binaries(4)?;
        binaries(args.rows(), |row| {
            let Some(data) = data.get(row) else {
                return Ok(None);
            };
            let found = given.row(row).and_then(|found| {
                let Some((text, key, mode)) = found else {
                    return Ok(None);
                };
                decrypted(text, &key, mode, data).map(Some)
            });
            if forgiving {
                Ok(found.unwrap_or(None))
            } else {
                found
            }
        })
    })
}

fn decrypted(text: &[u8], key: &Key, mode: Mode, data: &[u8]) -> Result<Vec<u8>, Raised> {
    if mode != Mode::Gcm && !data.is_empty() {
        return Err(mode.refuses(condition::UNSUPPORTED_FEATURE_AES_MODE_AAD));
    }
    match mode {
        Mode::Ecb => key.ecb_decrypt(text),
        Mode::Cbc => match text.split_first_chunk::<BLOCK>() {
            Some((vector, rest)) => key.cbc_decrypt(rest, vector),
            None => Err(failed("the text is shorter than an initial vector")),
        },
        Mode::Gcm => match text.split_first_chunk::<GCM_VECTOR>() {
            Some((vector, rest)) => key.gcm_decrypt(rest, vector, data),
            None => Err(failed("the text is shorter than an initial vector")),
        },
    }
}

/// A key of one of the three lengths.
enum Key {
    Short(Box<Aes128>),
    Middle(Box<Aes192>),
    Long(Box<Aes256>),
}

type Block = [u8; BLOCK];

impl Key {
    fn new(key: &[u8]) -> Result<Key, Raised> {
        let found = match key.len() {
            16 => Aes128::new_from_slice(key)
                .ok()
                .map(|key| Key::Short(Box::new(key))),
            24 => Aes192::new_from_slice(key)
                .ok()
                .map(|key| Key::Middle(Box::new(key))),
            32 => Aes256::new_from_slice(key)
                .ok()
                .map(|key| Key::Long(Box::new(key))),
            _ => None,
        };
        found.ok_or_else(|| {
            SqlError::new(condition::INVALID_PARAMETER_VALUE_AES_KEY_LENGTH)
                .with("parameter", "`key`")
                .with("functionName", BOTH)
                .with("actualLength", key.len().to_string())
                .into()
        })
    }

    fn encrypt(&self, block: Block) -> Block {
        let mut block = Array::from(block);
        match self {
            Key::Short(key) => key.encrypt_block(&mut block),
            Key::Middle(key) => key.encrypt_block(&mut block),
            Key::Long(key) => key.encrypt_block(&mut block),
        }
        block.into()
    }

    fn decrypt(&self, block: Block) -> Block {
        let mut block = Array::from(block);
        match self {
            Key::Short(key) => key.decrypt_block(&mut block),
            Key::Middle(key) => key.decrypt_block(&mut block),
            Key::Long(key) => key.decrypt_block(&mut block),
        }
        block.into()
    }

    fn ecb_encrypt(&self, text: &[u8]) -> Vec<u8> {
        let blocks = padded(text);
        blocks
            .into_iter()
            .flat_map(|block| self.encrypt(block))
            .collect()
    }

    fn ecb_decrypt(&self, text: &[u8]) -> Result<Vec<u8>, Raised> {
        let blocks = whole_blocks(text)?;
        let out = blocks.iter().flat_map(|block| self.decrypt(*block));
        unpadded(out.collect())
    }

    fn cbc_encrypt(&self, text: &[u8], vector: &Block) -> Vec<u8> {
        let mut out = vector.to_vec();
        let mut last = *vector;
        for block in padded(text) {
            last = self.encrypt(mixed(block, last));
            out.extend_from_slice(&last);
        }
        out
    }

    fn cbc_decrypt(&self, text: &[u8], vector: &Block) -> Result<Vec<u8>, Raised> {
        let mut out = Vec::with_capacity(text.len());
        let mut last = *vector;
        for block in whole_blocks(text)? {
            out.extend_from_slice(&mixed(self.decrypt(*block), last));
            last = *block;
        }
        unpadded(out)
    }

    fn gcm_encrypt(&self, text: &[u8], vector: &[u8; 12], data: &[u8]) -> Result<Vec<u8>, Raised> {
        let payload = Payload {
            msg: text,
            aad: data,
        };
        let nonce = Array::<u8, U12>::from(*vector);
        let sealed = match self {
            Key::Short(key) => AesGcm::<_, U12>::from((**key).clone()).encrypt(&nonce, payload),
            Key::Middle(key) => AesGcm::<_, U12>::from((**key).clone()).encrypt(&nonce, payload),
            Key::Long(key) => AesGcm::<_, U12>::from((**key).clone()).encrypt(&nonce, payload),
        };
        let sealed = sealed.map_err(|_| failed("the text is too long"))?;
        Ok([vector.as_slice(), &sealed].concat())
    }

    fn gcm_decrypt(&self, text: &[u8], vector: &[u8; 12], data: &[u8]) -> Result<Vec<u8>, Raised> {
        let payload = Payload {
            msg: text,
            aad: data,
        };
        let nonce = Array::<u8, U12>::from(*vector);
        let opened = match self {
            Key::Short(key) => AesGcm::<_, U12>::from((**key).clone()).decrypt(&nonce, payload),
            Key::Middle(key) => AesGcm::<_, U12>::from((**key).clone()).decrypt(&nonce, payload),
            Key::Long(key) => AesGcm::<_, U12>::from((**key).clone()).decrypt(&nonce, payload),
        };
        opened.map_err(|_| failed("the tag is that of another text, key or data"))
    }
}

fn mixed(mut block: Block, with: Block) -> Block {
    for (byte, other) in block.iter_mut().zip(with) {
        *byte ^= other;
    }
    block
}

/// Whole blocks: each byte that was missing is how many were.
fn padded(text: &[u8]) -> Vec<Block> {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut blocks = blocks.to_vec();
    let mut last = [(BLOCK - rest.len()) as u8; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    blocks.push(last);
    blocks
}

fn whole_blocks(text: &[u8]) -> Result<&[Block], Raised> {
    match text.as_chunks::<BLOCK>() {
        (blocks, []) => Ok(blocks),
        _ => Err(failed("the text is not whole blocks of 16 bytes")),
    }
}

/// The text without what filled its last block. No text is no block.
fn unpadded(mut text: Vec<u8>) -> Result<Vec<u8>, Raised> {
    let Some(&count) = text.last() else {
        return Ok(text);
    };
    let kept = text.len().checked_sub(usize::from(count));
    match kept {
        Some(kept)
            if (1..=BLOCK as u8).contains(&count)
                && text[kept..].iter().all(|byte| *byte == count) =>
        {
            text.truncate(kept);
            Ok(text)
        }
        _ => Err(failed(
            "the last block is not filled as it must be; the key may be another",
        )),
    }
}
