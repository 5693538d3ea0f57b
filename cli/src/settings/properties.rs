//! Files of properties, as Java reads them: what `spark-defaults.conf` is written in.
//!
//! A line is a key and a value with blanks, `=` or `:` between them; `#` and `!` begin lines that are
//! comments; a backslash at the end carries a line on; `\t`, `\n`, `\r`, `\f` and `\uXXXX` are
//! characters, and any other character behind a backslash is itself. Blanks around values go away, as
//! Spark has it.

/// The pairs of a text, in their order.
pub(super) fn read(text: &str) -> Vec<(String, String)> {
    lines(text).iter().map(|line| pair(line)).collect()
}

/// Lines as they are meant: carried on, without comments and empty ones.
fn lines(text: &str) -> Vec<String> {
    let mut whole = Vec::new();
    let mut carried: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let is_new = carried.is_none();
        if is_new && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let mut joined = carried.take().unwrap_or_default();
        let slashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if slashes % 2 == 1 {
            joined.push_str(&line[..line.len() - 1]);
            carried = Some(joined);
        } else {
            joined.push_str(line);
            whole.push(joined);
        }
    }
    whole.extend(carried);
    whole
}

fn pair(line: &str) -> (String, String) {
    let mut escaped = false;
    let end = line.find(|c: char| {
        let ends = !escaped && (c.is_whitespace() || c == '=' || c == ':');
        escaped = c == '\\' && !escaped;
        ends
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start();
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (unescaped(key), unescaped(value.trim()))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let Some(next) = after.chars().next() else {
            return out;
        };
        rest = &after[next.len_utf8()..];
        let code = rest.get(..4).filter(|_| next == 'u');
        let character = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match (next, character.and_then(char::from_u32)) {
            (_, Some(character)) => {
                out.push(character);
                rest = &rest[4..];
            }
            ('t', _) => out.push('\t'),
            ('n', _) => out.push('\n'),
            ('r', _) => out.push('\r'),
            ('f', _) => out.push('\u{c}'),
            (other, _) => out.push(other),
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lines_are_javas() {
        let text = "\
# comment
! comment
spark.a  one two \n\
  spark.b=x=y
spark.c : z
spark.d \\
   carried \\
   on
spark.e\\=f g\\u0041\\t\\\\
spark.g
";
        let expected = [
            ("spark.a", "one two"),
            ("spark.b", "x=y"),
            ("spark.c", "z"),
            ("spark.d", "carried on"),
            ("spark.e=f", "gA\t\\"),
            ("spark.g", ""),
        ];
        let found = read(text);
        assert!(
            found
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .eq(expected),
            "{found:?}"
        );
    }
}
