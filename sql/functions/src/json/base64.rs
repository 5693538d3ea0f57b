//! Base64, as Jackson reads and writes the bytes of strings.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes that a text stands for; blanks are passed over. `None` for other characters, and for a
/// text that ends too early.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut count, mut padding) = (0_u32, 0, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count >= 2 => {
                padding += 1;
                0
            }
            0..=b' ' if count == 0 => continue,
            _ => return None,
        };
        if padding > 0 && byte != b'=' {
            return None;
        }
        group = group << 6 | u32::from(digit);
        count += 1;
        if count == 4 {
            bytes.extend(&group.to_be_bytes()[1..4 - padding]);
            (group, count, padding) = (0, 0, 0);
        }
    }
    (count == 0).then_some(bytes)
}

/// Appends bytes as text.
pub(crate) fn encode(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for bytes in [&b""[..], b"h", b"he", b"hel", b"hello"] {
            let mut text = String::new();
            encode(bytes, &mut text);
            assert_eq!(decode(&text).expect("base64"), bytes);
        }
        assert_eq!(decode("AQID").expect("base64"), [1, 2, 3]);
        for wrong in ["x", "INF", "-INF", "a=b=", "AQID1"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
