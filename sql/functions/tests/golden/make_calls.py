"""Asks Spark 4.3 for answers of functions about text: patterns, digests, encodings, URLs, ciphers.

    python make_calls.py > calls.jsonl 2>/dev/null

Needs pyspark 4.3.0 and Java 17. One line per call: {"function", "types", "args", "result", "answer"}.
Arguments are texts of the types beside them (binary: hex), null for NULL; all are there, defaults too.
The answer is the result cast to STRING (binary: hex, arrays: JSON), null for NULL, or
{"error": condition, "parameters": {..}}; errors of Java's that have no condition are left out.
"""

import json
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

# Patterns of Java with texts that tell how they are meant.
PATTERNS = [
    ("a", ["", "a", "bab", "A"]), ("", ["", "ab"]), ("a*", ["baaac", ""]), ("(a*)*", ["baaac"]), ("x|", ["axb"]),
    ("(a)|b", ["ab", "ba"]), ("(\\d+)-(\\d+)", ["100-200, 300-400", "1-", "\u0661-\u0662"]),
    ("^a", ["ab", "ba", "a\na"]), ("a$", ["ba", "a\n", "a\r\n", "a\r", "a\u2028", "a\u0085", "a\n\n", "ab"]),
    ("$", ["", "a", "a\n", "\r\n", "\n"]), ("^", ["", "a\n"]), ("^$", ["", "\n", "a"]), ("a\\Z", ["a\n", "a"]), ("a\\z", ["a\n", "a"]), ("\\Aa", ["a\na"]),
    ("(?m)^a$", ["b\na\nc", "a\r\na", "\u2028a\u2029"]), ("(?m)^", ["", "a\n", "a\nb", "\r\nb"]), ("(?m)$", ["", "a\n", "a\r\nb"]), ("(?md)a$", ["a\rb", "a\nb"]),
    (".", ["\n", "\r", "\u0085", "\u2028", "\u000b", "\U0001F600"]), ("(?s).", ["\n"]), ("(?d).", ["\r", "\n"]), ("a.c", ["abc", "a\nc"]), ("(?s)a.*c", ["xa\nc"]),
    ("(?i)straSSe", ["STRASSE", "stra\u00dfe"]), ("(?i)k", ["K", "\u212a"]), ("(?iu)k", ["\u212a"]), ("(?i)\u00e4", ["\u00c4", "\u00e4"]), ("(?iu)\u00e4", ["\u00c4"]), ("(?i)[a-c]+", ["xABCd"]), ("(?i)[^a]", ["A", "B"]), ("a(?i)b(?-i)c", ["aBc", "aBC"]), ("a(?i:b)c", ["aBc", "aBC"]),
    ("\\d+", ["a12", "\u0663"]), ("\\D", ["1", "\u0663"]), ("\\w+", ["\u00e4b_1", "-"]), ("\\W", ["\u00e4", "a"]), ("\\s", ["\u00a0", " ", "\u000b"]), ("\\S+", [" ab\u00a0c"]), ("\\h", ["\u00a0", "\t", "\n"]), ("\\H", ["\t", "a"]), ("\\v", ["\u000b", "\u2028", " "]), ("\\V", ["\n", "a"]), ("\\R", ["\r\n", "\u0085", "a"]), ("a\\R\\nb", ["a\r\nb"]),
    ("\\bfoo\\b", ["a foo b", "foobar", "\u00e4foo"]), ("\\Bo", ["foo", "o"]), ("\\b", ["ab cd"]),
    ("[a-z&&[^aeiou]]+", ["aebcde"]), ("[a-d[m-p]]+", ["xadmpz"]), ("[a-z&&def]", ["a", "d"]), ("[^a-z&&[def]]", ["a", "d", "1"]), ("[a-z&&[^m-p]&&[^b]]+", ["abcmz"]), ("[]a]", ["]", "a"]), ("[a-]", ["-", "b"]), ("[-a]", ["-"]), ("[a\\-z]", ["-", "b"]), ("[a^]", ["^"]), ("[\\d.]+", ["x1.5"]), ("[^\\d]", ["1", "a"]), ("[\\]]", ["]"]), ("[a&&b]", ["a"]), ("[&&a]", ["a", "&"]), ("[a&b]", ["&"]), ("[\\w&&[^\\d]]+", ["12ab3"]), ("[\\Qa-c\\E]+", ["a-c", "b"]), ("[\\p{Lu}\\d]+", ["aB1"]), ("[^\\p{L}]+", ["a12\u00e4"]), ("[\\x41-\\x43]+", ["ABCD"]), ("[[:alpha:]]", ["a", ":", "z"]), ("[#]", ["#"]), ("[ ]", [" "]), ("[a-c-e]", ["-", "d"]), ("[^]]", ["]", "a"]), ("[a[]", ["a"]), ("[~@]", ["~"]), ("[--a]", [".", "b"]),
    ("\\p{Alpha}+", ["a\u00e4b"]), ("\\p{Upper}", ["\u00c4", "A", "a"]), ("\\p{Punct}", ["$", "\u00a7", "a"]), ("\\p{L}+", ["a\u00e4\u03b1"]), ("\\pL", ["\u03b1"]), ("\\PL", ["1", "a"]), ("\\p{IsGreek}", ["\u03b1", "a"]), ("\\p{IsAlphabetic}", ["\u00e4"]), ("\\p{InGreek}", ["\u03b1"]), ("\\p{javaLowerCase}", ["\u00e4", "A"]), ("\\p{javaWhitespace}", ["\u00a0", " "]), ("\\p{Sc}", ["$", "\u20ac"]), ("\\P{Upper}", ["A", "a"]), ("\\p{Lu}", ["\u00c4"]), ("\\p{script=Latin}", ["a"]), ("\\p{gc=Nd}", ["1"]), ("\\p{Blank}", ["\t", "\n"]), ("\\p{Space}", ["\u000b"]), ("\\p{XDigit}+", ["xfg"]), ("\\p{Cntrl}", ["\u0001"]), ("\\p{ASCII}", ["\u00e4", "a"]), ("\\p{Graph}", [" ", "!"]), ("\\p{Print}", [" ", "\t"]), ("\\p{Alnum}", ["_", "a"]), ("\\p{Nope}", ["a"]), ("\\p{IsNope}", ["a"]), ("(?U)\\w+", ["\u00e4b"]), ("(?U)\\d", ["\u0663"]), ("(?U)\\p{Lower}", ["\u00e4"]),
    ("a{2}", ["aaa"]), ("a{2,}", ["aaaa", "a"]), ("a{1,2}?", ["aaa"]), ("a{,2}", ["a{,2}"]), ("a{", ["a{"]), ("a{x}", ["a"]), ("{1}", ["a"]), ("a}", ["a}"]), ("a]", ["a]"]), ("a{2}{3}", ["aaaaaa"]), ("a**", ["a"]), ("a+?b", ["aab"]), ("*a", ["a"]), ("+", ["a"]), ("a|*", ["a"]), ("a{2,1}", ["a"]),
    ("(", ["a"]), (")", ["a"]), ("a)", ["a"]), ("[", ["a"]), ("[a", ["a"]), ("[b-a]", ["a"]), ("\\", ["a"]), ("\\y", ["a"]), ("(?<n", ["a"]), ("(?z)", ["a"]), ("(?<1a>b)", ["b"]), ("\\q", ["q"]), ("\\-", ["-"]), ("\\_", ["_"]), ("[\\y]", ["y"]), ("[]", ["a"]), ("()", ["a"]), ("(?:)", ["a"]),
    ("\\Qa.b\\E+", ["a.bb", "axb"]), ("\\Qa.b", ["a.b"]), ("a\\E", ["a"]), ("\\x41", ["A"]), ("\\x{1F600}", ["\U0001F600"]), ("\\u0041", ["A"]), ("\\uD83D\\uDE00", ["\U0001F600"]), ("\\0101", ["A"]), ("\\07", ["\u0007"]), ("\\cA", ["\u0001"]), ("\\t\\n\\r\\f\\a\\e", ["\t\n\r\f\u0007\u001b"]), ("\\x4", ["a"]), ("\\08", ["a"]),
    ("(?x) a b # no\n c", ["abc", "a b c"]), ("(?x)[a b]", [" ", "b"]), ("(?x)a\\ b", ["a b"]), ("a#b", ["a#b"]), ("a b", ["a b"]),
    ("(a)\\1", ["aa", "ab"]), ("(?<x>a)\\k<x>", ["aa"]), ("(a)(b)?\\2", ["ab", "abb"]), ("\\1(a)", ["aa"]), ("(a)\\11", ["aa1"]), ("(?i)(a)\\1", ["aA"]),
    ("a(?=b)", ["ab", "ac"]), ("a(?!b)", ["ab", "ac"]), ("(?<=a)b", ["ab", "cb"]), ("(?<!a)b", ["ab", "cb"]), ("a++a", ["aaa"]), ("a*+b", ["aab"]), ("(?>a|ab)c", ["abc", "ac"]), ("(?<=a{1,2})b", ["aab"]), ("a?+a", ["a", "aa"]), ("a{1,2}+a", ["aa", "aaa"]), ("(?=(a+))\\1b", ["aab"]), ("foo(?=bar)$", ["foobar"]), ("(?<=\\d)(?=(\\d{3})+$)", ["1234567"]), ("\\Ga", ["aab"]),
    ("(?<year>\\d{4})-(?<month>\\d\\d)", ["2024-05"]), ("(a(b)?)+", ["abab", "aba"]), ("(a|ab)(c|bcd)(d*)", ["abcd"]), ("(?:a|b)+", ["xabay"]), ("[,;]\\s*", ["a, b;c"]), ("\\|", ["a|b"]), ("\\.", ["a.b.c", "..."]), (".*", ["ab", "", "a\nb"]), (".+", ["a\nb"]), ("\u00e4+", ["\u00e4\u00e4"]), ("\U0001F600", ["a\U0001F600b\U0001F600"]), ("[\U0001F600-\U0001F64F]", ["\U0001F603"]), ("a|b|", ["ab"]), ("(?s)^.*$", ["a\nb\n"]), ("\\w+@\\w+\\.com", ["mail joe@spark.com now"]), ("%SystemDrive%\\\\Users.*", ["%SystemDrive%\\Users\\John"]),
]

REPLACEMENTS = [
    ("(a)(b)?", "ab a", ["$1", "$2", "$0$0", "[$1]", "\\$1", "\\\\", "$3", "$", "$x", "${n}", "\\", "x$1y", "$10", "$1$2$1", "", "\U0001F600", "a\\b", "${1}", "$ 1"]),
    ("(?<n>\\d+)", "a12", ["${n}", "<${n}>", "${m}", "${n", "$n", "${}", "${1n}"]),
    ("", "abc", ["-", ""]), ("b*", "abc", ["-"]), ("^", "a\nb", [">"]), ("$", "a\n", ["!"]), ("x", "abc", ["$9"]),
]

SPLITS = [("oneAtwoBthreeC", "[ABC]", [-1, 0, 1, 2, 3, 10]), ("", ",", [-1, 1]), ("a,b,,", ",", [-1, 0, 2, 3]), (",a", ",", [-1]), ("hello", "", [-1, 0, 2, 5, 9]), ("\u00e4\U0001F600x", "", [-1, 2]), ("", "", [-1]),
          ("abc", "(?=b)", [-1]), ("aXbxc", "(?i)x", [-1]), ("a1b2c", "\\d*", [-1, 2]), ("ab", "^", [-1]), ("a|b|c", "|", [-1]), ("a|b|c", "\\|", [-1]), ("aaa", "a", [-1, 1]), ("a.b", ".", [-1]), ("abc", "$", [-1]), ("ab\n", "$", [-1]), ("x", "[", [-1])]

LIKES = [("abc", "a%"), ("abc", "_b_"), ("abc", "a"), ("a\nc", "a_c"), ("a%c", "a\\%c"), ("abc", "a\\%c"), ("a_c", "a\\_c"), ("a\\c", "a\\\\c"), ("", ""), ("", "%"), ("abc", "a\\bc"), ("abc", "abc\\"), ("\U0001F600", "_"), ("a.c", "a.c"), ("abc", "a.c"), ("a/c", "a//c"), ("a%c", "a/%c"), ("ABC", "abc"), ("abc", "%"), ("ab", "a%b%"), ("a]c", "a]c"), ("\u00c4", "\u00e4"), ("a\r\nb", "a%b"), ("a+", "a+"), ("(x)", "(_)")]

TEXTS = ["", "Spark", "Spark SQL", "\u00e4\u00f6\u00fc \u20ac", "\U0001F600", "abc" * 40, "The quick brown fox", "a", "ab", "abc", "abcd", "abcde"]

URLS = ["http://user:pw@spark.apache.org:8080/a/b%20c?query=1&x=%41&query=2#frag", "http://spark.apache.org/path?query=1", "http://spark.apache.org", "mailto:joe@x.org", "/relative/path?x=1", "inva lid://x", "http://[::1]:80/x", "ftp://h/p?q", "http://h?=1&a=&b", "file:///etc/passwd", "http://h/p?a.b=1&aXb=2", "", "http://\u00e4.de/\u00fc?x=\u00f6", "http://h:abc/", "http://h/%zz", "http://a_b.com/x", "HTTP://H/?a=b#"]

ENCODED = ["https://spark.apache.org", "a b+c&d=e/f?g", "\u00e4\u20ac\U0001F600", "*-._~!'()", "", "%"]
DECODED = ["https%3A%2F%2Fspark.apache.org", "a+b%20c", "%C3%A4", "%E2%82", "%zz", "%4", "%", "\u00e4", "", "%2B", "a%"]

CHARSETS = ["UTF-8", "utf-8", "US-ASCII", "us-ascii", "ISO-8859-1", "UTF-16", "UTF-16BE", "utf-16le", "UTF-32", "UTF8", "windows-1252", "latin1", "nope"]


def cases():
    s, i, b, l = "string", "int", "binary", "bigint"
    for pattern, texts in PATTERNS:
        for text in texts:
            yield "rlike", [s, s], [text, pattern]
            yield "regexp_replace", [s, s, s, i], [text, pattern, "<$0>", 1]
            yield "regexp_extract_all", [s, s, i], [text, pattern, 0]
            yield "split", [s, s, i], [text, pattern, -1]
        for function in ("regexp_count", "regexp_substr"):
            yield function, [s, s], [texts[0], pattern]
        yield "regexp_instr", [s, s, i], [texts[0], pattern, 0]
        for group in (0, 1):
            yield "regexp_extract", [s, s, i], [texts[0], pattern, group]
    for pattern, text, replacements in REPLACEMENTS:
        for replacement in replacements:
            yield "regexp_replace", [s, s, s, i], [text, pattern, replacement, 1]
    for position in (-1, 0, 1, 2, 3, 4, 6, 7, 8, 9, None):
        yield "regexp_replace", [s, s, s, i], ["\u00e4b ab ab", "^?b", "X", position]
        yield "regexp_replace", [s, s, s, i], ["ab", "$", "X", position]
        yield "regexp_replace", [s, s, s, i], ["", "$", "X", position]
    for group in (-1, 0, 1, 2, 3, None):
        for function in ("regexp_extract", "regexp_extract_all", "regexp_instr"):
            for text in ("a1b2", "", "a"):
                yield function, [s, s, i], [text, "([a-z])(\\d)?", group]
            yield function, [s, s, i], ["xx", "(a)", group]
            yield function, [s, s, i], ["xx", "(", group]
    for function, types in (("rlike", [s, s]), ("regexp_count", [s, s]), ("regexp_substr", [s, s]), ("split", [s, s, i])):
        rest = [-1] if len(types) == 3 else []
        yield function, types, [None, "a"] + rest
        yield function, types, ["a", None] + rest
        yield function, types, [None, "("] + rest
    yield "regexp_substr", [s, s], ["\U0001F600a", "a"]
    yield "regexp_instr", [s, s, i], ["\U0001F600a", "a", 0]
    for text, pattern, limits in SPLITS:
        for limit in limits:
            yield "split", [s, s, i], [text, pattern, limit]
    for text, pattern in LIKES:
        for function in ("like", "ilike"):
            yield function, [s, s, s], [text, pattern, "\\"]
            yield function, [s, s, s], [text, pattern, "/"]
    for text in TEXTS + [None]:
        bytes_ = None if text is None else text.encode().hex()
        for function in ("md5", "sha1", "crc32", "base64", "to_base32"):
            yield function, [b], [bytes_]
        for bits in (0, 224, 256, 384, 512, 1, None):
            yield "sha2", [b, i], [bytes_, bits]
        yield "hash", [s], [text]
        yield "xxhash64", [s], [text]
        yield "hash", [b, i], [bytes_, 1]
        yield "xxhash64", [b, i], [bytes_, 1]
        for charset in CHARSETS:
            yield "encode", [s, s], [text, charset]
    for type_, values in (("boolean", ["true", "false"]), ("tinyint", ["-1", "5"]), ("smallint", ["-300", "7"]), (i, ["0", "-1", "2147483647"]), (l, ["0", "-1", "9223372036854775807", "123456789012"]), ("float", ["0", "-0.0", "1.5", "NaN", "Infinity"]), ("double", ["0", "-0.0", "-1.5", "NaN", "1e300"]), ("date", ["2020-02-29", "1960-01-01"]), ("timestamp", ["2020-02-29 01:02:03.4", "1960-01-01 00:00:00"]), ("decimal(10,2)", ["1.50", "-99999999.99"]), ("decimal(38,4)", ["0", "1.5", "-1", "-1.28", "127", "0.0128", "12345678901234567890.1234", "-12345678901234567890.1234"])):
        for value in values + [None]:
            yield "hash", [type_, s], [value, "x"]
            yield "xxhash64", [type_, s], [value, "x"]
    for bytes_ in ["", "41", "C3A4", "80", "C3", "FFFE4100", "FEFF0041", "0041", "4100", "00", "D83DDE00", "D83D", "E4", "00000041", "FF", "41C3", None]:
        for charset in CHARSETS:
            yield "decode", [b, s], [bytes_, charset]
    for text in ["", "U3BhcmsgU1FM", "YQ==", "YQ", "YWI=", "YQ=", "Y", "YWJj\nZGVm", "Y Q = =", "a!", "====", "YQ==YQ==", "-_", "+/", "\u00e4", "YWJjZ", None]:
        yield "unbase64", [s], [text]
        yield "from_base32", [s], [text]
        for form in ("base64", "BASE64", "hex", "utf-8", "utf8", "nope"):
            yield "to_binary", [s, s], [text, form]
            yield "try_to_binary", [s, s], [text, form]
    for text in ["MZXW6YTBOI======", "MZXW6YTBOI", "mzxw6", "M", "MZ======", "01", "MZXW6===", "MY======", "M=", "MZXW6YQ=", "MZ XW", None]:
        yield "from_base32", [s], [text]
    for text in ["61", "F", "zz", "616263", ""]:
        yield "to_binary", [s, s], [text, "hex"]
        yield "try_to_binary", [s, s], [text, "hex"]
    for url in URLS + [None]:
        for part in ("HOST", "PATH", "QUERY", "REF", "PROTOCOL", "FILE", "AUTHORITY", "USERINFO", "host", "NOPE"):
            yield "parse_url", [s, s], [url, part]
        for key in ("query", "x", "a", "a.b", "b", "", "(", None):
            yield "parse_url", [s, s, s], [url, "QUERY", key]
        yield "parse_url", [s, s, s], [url, "HOST", "x"]
        yield "try_parse_url", [s, s], [url, "HOST"]
        yield "try_parse_url", [s, s, s], [url, "QUERY", "query"]
    for text in ENCODED + [None]:
        yield "url_encode", [s], [text]
    for text in DECODED + [None]:
        yield "url_decode", [s], [text]
        yield "try_url_decode", [s], [text]
    key, iv, gcm_iv, plain = b"abcdefghijklmnop".hex(), "00" * 16, "00" * 12, b"Spark".hex()
    for bits in (16, 24, 32, 15):
        long_key = (key * 2)[: bits * 2]
        yield "aes_encrypt", [b, b, s, s, b, b], [plain, long_key, "GCM", "DEFAULT", gcm_iv, b"This is an AAD".hex()]
        yield "aes_encrypt", [b, b, s, s, b, b], [plain, long_key, "CBC", "DEFAULT", iv, ""]
        yield "aes_encrypt", [b, b, s, s, b, b], [plain, long_key, "ECB", "PKCS", "", ""]
    for mode, padding, vector, aad in (("gcm", "none", gcm_iv, ""), ("GCM", "PKCS", "", ""), ("CBC", "NONE", "", ""), ("ECB", "DEFAULT", "", ""), ("ECB", "DEFAULT", gcm_iv, ""), ("ECB", "DEFAULT", "", "41"), ("CBC", "PKCS", iv, "41"), ("CBC", "PKCS", gcm_iv, ""), ("GCM", "NONE", iv, ""), ("CTR", "DEFAULT", "", ""), ("GCM", "DEFAULT", gcm_iv, "")):
        yield "aes_encrypt", [b, b, s, s, b, b], [plain, key, mode, padding, vector, aad]
    yield "aes_encrypt", [b, b, s, s, b, b], ["", key, "ECB", "PKCS", "", ""]
    yield "aes_encrypt", [b, b, s, s, b, b], ["00" * 32, key, "CBC", "PKCS", iv, ""]
    yield "aes_encrypt", [b, b, s, s, b, b], [None, key, "ECB", "PKCS", "", ""]
    for name in ("aes_decrypt", "try_aes_decrypt"):
        for text, mode, padding, aad in (("6E7CA17BBB468D3084B5744BCA729FB7B2B7BCB8E4472847D02670489D95FA97DBBA7D3210", "GCM", "DEFAULT", ""), ("6E7CA17BBB468D3084B5744BCA729FB7B2B7BCB8E4472847D02670489D95FA97DBBA7D3211", "GCM", "DEFAULT", ""), ("00", "GCM", "DEFAULT", ""), ("", "ECB", "PKCS", ""), ("00" * 15, "ECB", "PKCS", ""), ("00" * 16, "ECB", "PKCS", ""), ("00" * 16, "CBC", "PKCS", ""), ("00" * 32, "CBC", "PKCS", ""), ("00" * 8, "CBC", "PKCS", ""), ("00" * 32, "CBC", "PKCS", "41"), ("00", "XYZ", "PKCS", "")):
            yield name, [b, b, s, s, b], [text, b"0000111122223333".hex(), mode, padding, aad]
    for hexes in ("", "00", "1010", "FFFF", None):
        yield "bitmap_count", [b], [hexes]
    for number in ("0", "1", "-1", "123", "32767", "32768", "32769", "-32768", "-32769", "9223372036854775807", "-9223372036854775808", None):
        yield "bitmap_bit_position", [l], [number]
        yield "bitmap_bucket_number", [l], [number]
    for text in ["Hi there! Good morning.", "", "  ", "Mr. Smith went. He isn't back? No", "a,b c-d e_f", "3.14 is pi. 1,000 too", "One\n\nTwo", "x@y.com", "\u00c4h so. \u00dcber!", "(yes) [no] \"q\"", None]:
        yield "sentences", [s, s, s], [text, "en", "US"]
        yield "sentences", [s, s, s], [text, "", ""]
    for text in ["AbCD123-@$#", "", "\u00e4\u00c4\u0661 \U0001F600", None]:
        for masks in (["X", "x", "n", None], ["Q", "q", "d", "o"], [None, None, None, None], [None, "q", None, "*"]):
            yield "mask", [s, s, s, s, s], [text] + masks
    for text in ["a", "it's", "\\", "", "a\\'b", None]:
        yield "quote", [s], [text]
    for text in ["Miller", "", "1x", "\u00e4", "Ashcraft", "Tymczak", "Pfister", "a b", None]:
        yield "soundex", [s], [text]


def literal(type_, value):
    if value is None:
        return f"CAST(NULL AS {type_})"
    if type_ == "binary":
        return f"X'{value}'"
    if type_ == "string":
        return "CAST(? AS STRING)"
    return f"CAST('{value}' AS {type_})"


def answer(spark, function, types, args):
    texts = [literal(type_, value) for type_, value in zip(types, args)]
    shown = [value for type_, value in zip(types, args) if type_ == "string" and value is not None]
    if function in ("like", "ilike"):
        escape = "'\\\\'" if args[2] == "\\" else f"'{args[2]}'"
        call, shown = f"{texts[0]} {function} {texts[1]} ESCAPE {escape}", shown[:2]
    else:
        call = f"{function}({', '.join(texts)})"
    frame = spark.sql(f"SELECT {call} AS c", args=shown)
    of = frame.schema["c"].dataType.simpleString()
    read = {"binary": "hex(c)"}.get(of, "to_json(c)" if of.startswith("array") else "CAST(c AS STRING)")
    try:
        return of, frame.selectExpr(read).collect()[0][0]
    except PySparkException as error:
        return of, {"error": error.getCondition(), "parameters": error.getMessageParameters()}


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    seen = set()
    for function, types, args in cases():
        args = [None if value is None else str(value) for value in args]
        key = json.dumps([function, args])
        if key in seen:
            continue
        seen.add(key)
        try:
            of, found = answer(spark, function, types, args)
        except Exception as error:  # An error of Java's own: Spark has no condition for it.
            sys.stderr.write(f"FAULT {function} {args}: {str(error)[:300]}\n")
            continue
        line = {"function": function, "types": types, "args": args, "result": of, "answer": found}
        sys.stdout.write(json.dumps(line) + "\n")


main()
