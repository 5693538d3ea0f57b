//! Hashes, checksums and ciphers.

use super::*;

functions! {
    /// The cyclic redundancy check of 32 bits.
    fn crc32(col: Column);
    /// Spark's Murmur3 hash of 32 bits, with seed 42.
    fn hash(..columns);
    /// The XXH64 hash of 64 bits, with seed 42.
    fn xxhash64(..columns);
    /// MD5 as hexadecimal text.
    fn md5(col: Column);
    /// SHA-1 as hexadecimal text.
    fn sha(col: Column);
    /// The same as [`sha`].
    fn sha1(col: Column);
    /// SHA-2 of 224, 256, 384 or 512 bits as hexadecimal text; 0 means 256, others give null.
    fn sha2(col: Column, bits: ColumnOrLiteral);
    /// A message's code of authentication by SHA-256.
    fn hmac(key: Column, message: Column);
    /// A message's code of authentication by a hash of choice.
    fn hmac_with(key: Column, message: Column, algorithm: Column) = "hmac";
    /// Encrypts with AES in mode GCM.
    fn aes_encrypt(input: Column, key: Column);
    /// Encrypts with AES, with mode, padding, initial vector and data to be authenticated.
    fn aes_encrypt_with(input: Column, key: Column, mode: Column, padding: Column, iv: Column, aad: Column) = "aes_encrypt";
    /// Decrypts AES in mode GCM.
    fn aes_decrypt(input: Column, key: Column);
    /// Decrypts AES, with mode, padding and data to be authenticated.
    fn aes_decrypt_with(input: Column, key: Column, mode: Column, padding: Column, aad: Column) = "aes_decrypt";
    /// Decrypts AES in mode GCM, or gives null.
    fn try_aes_decrypt(input: Column, key: Column);
    /// Decrypts AES with options, or gives null.
    fn try_aes_decrypt_with(input: Column, key: Column, mode: Column, padding: Column, aad: Column) = "try_aes_decrypt";
}
