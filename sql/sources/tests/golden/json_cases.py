"""JSON files, plain and nasty, and how they are read."""

import bz2
import gzip
import zlib
from pathlib import Path


def files(**contents):
    """Writes files byte for byte; `__` in a name is a dot."""
    def write(path):
        Path(path).mkdir(parents=True)
        for name, content in contents.items():
            (Path(path) / name.replace("__", ".")).write_bytes(content)
    return write


def lines(text):
    return files(f__json=text.encode())


def j(schema=None, conf=None, paths=None, **options):
    read = {"format": "json", "options": {k: str(v) for k, v in options.items()}}
    if schema:
        read["schema"] = schema
    if conf:
        read["conf"] = conf
    if paths:
        read["paths"] = paths
    return read


def modes(schema, **options):
    """The three modes, the permissive one with and without its column."""
    return [
        j(schema, **options),
        j(schema + ", _corrupt_record STRING", **options),
        j(schema, mode="DROPMALFORMED", **options),
        j(schema, mode="FAILFAST", **options),
    ]


ALL = "bo BOOLEAN, by TINYINT, sh SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, de DECIMAL(10,2), s STRING, da DATE, ts TIMESTAMP, tn TIMESTAMP_NTZ"

VALUES = ["true", "false", "null", "0", "1", "-1", "127", "128", "32768", "4294967296", "9223372036854775808",
          "1.0", "1.5", "-0.0", "1e3", "1E400", "12345678.125", "99999999.995", "1e-7", "100000000.0", "0.1",
          '""', '"x"', '"1"', '"true"', '" 1 "', '"1.5"', '"NaN"', '"Infinity"', '"-Infinity"', '"+Infinity"', '"INF"', '"-INF"', '"+INF"',
          '"2024-02-29"', '"2024-02-30"', '"2024-2-9"', '"2024-02-29 12:34:56"', '"2024-02-29T12:34:56"', '"2024-02-29T12:34:56.789"',
          '"2024-02-29T12:34:56.789012Z"', '"2024-02-29T12:34:56+01:00"', '"2024-02-29T12:34:56.789+0130"', '"2024"', '"2024-02"', '"12:0x"', '"0001-01-01"', '"10000-01-01"',
          '"AQID"', '"1,234.5"', '"\\u00e9\\n"', '{}', '{"a":1}', '[]', '[1]', '[1, 2.50, {"b": null}]', '{"a": {"b": [1,"x"]}, "c": 1.10}']

INFER = {
    "ints": '{"a":1}\n{"a":2}\n', "wide": '{"a":1}\n{"a":9223372036854775808}\n',
    "long_double": '{"a":1}\n{"a":1.5}\n', "big_double": '{"a":9223372036854775808}\n{"a":1.5}\n',
    "huge": '{"a":123456789012345678901234567890123456789012}\n', "mixed": '{"a":1}\n{"a":"x"}\n',
    "bool_int": '{"a":true}\n{"a":1}\n', "nulls": '{"a":null,"b":[],"c":{},"d":[null],"e":{"f":null}}\n',
    "names": '{"b":1,"a":2,"C":3,"é":4,"B2":5}\n{"z":1}\n', "nested": '{"a":{"x":1}}\n{"a":{"y":"t"}}\n{"a":null}\n',
    "arrays": '{"a":[1,2]}\n{"a":[1.5]}\n{"a":["x"]}\n', "array_struct": '{"a":[{"x":1},{"y":2}]}\n',
    "struct_prim": '{"a":{"x":1}}\n{"a":1}\n', "array_prim": '{"a":[1]}\n{"a":1}\n',
    "top_array": '[{"a":1},{"b":2}]\n{"c":3}\n', "top_prim": '1\n"x"\n', "top_null": 'null\n{"a":1}\n',
    "times": '{"a":"2024-02-29T12:34:56","b":"2024-02-29","c":"2024-02-29T12:34:56Z","d":"x"}\n',
    "times_mixed": '{"a":"2024-02-29T12:34:56","b":"2024-02-29T12:34:56"}\n{"a":"x","b":"2024-02-29T12:34:56Z"}\n',
    "bad": '{"a":1}\n{"a":\n{"b":2}\n', "all_bad": '{"a"\nx\n', "empty": '', "blank": '\n \n\n{"a":1}\n',
    "twice": '{"a":1,"a":"x"}\n', "case": '{"a":1,"A":2}\n', "empty_name": '{"":1}\n',
    "floats": '{"a":1e2,"b":0.1,"c":123.456,"d":1E400}\n', "nan": '{"a":NaN,"b":Infinity,"c":-Infinity,"d":+Infinity}\n',
    "zeros": '{"a":007}\n', "corrupt_named": '{"a":1,"_corrupt_record":"y"}\n{"a":\n',
}


def written(spark, query, by=(), **options):
    """What Spark's own writer makes."""
    def write(path):
        spark.sql(query).coalesce(1).write.options(**options).partitionBy(*by).json(path)
    return write


def all_json_cases(spark):
    from cases import NESTED, TYPES
    cases = {
        "json_written_types": (written(spark, TYPES, ignoreNullFields="false"), [
            j("id INT, b BOOLEAN, i8 TINYINT, i16 SMALLINT, i32 INT, i64 BIGINT, f32 FLOAT, f64 DOUBLE, d DECIMAL(5,2), s STRING, bin BINARY, day DATE, at TIMESTAMP, at_ntz TIMESTAMP_NTZ"), j()]),
        "json_written_nested": (written(spark, NESTED), [
            j("id INT, xs ARRAY<INT>, m MAP<STRING,INT>, s STRUCT<x: INT, y: ARRAY<STRING>>, deep ARRAY<STRUCT<k: STRING, m: MAP<INT, ARRAY<DOUBLE>>>>"), j()]),
        "json_written_partitions": (written(spark, "SELECT id, id % 2 AS p, CASE WHEN id < 3 THEN 'x y' END AS q FROM range(5)", by=["p", "q"]), [
            j(), j("id INT, p STRING"), j("id INT"), j(paths=["/p=1"])]),
        "json_written_gzip": (written(spark, "SELECT id, 'x' || id AS s FROM range(100)", compression="gzip"), [j(), j("s STRING")]),
        "json_written_bzip2": (written(spark, "SELECT id FROM range(10)", compression="bzip2"), [j()]),
        "json_written_deflate": (written(spark, "SELECT id FROM range(10)", compression="deflate"), [j()]),
        "json_written_lz4": (written(spark, "SELECT id FROM range(10)", compression="lz4"), [j()]),
        "json_written_snappy": (written(spark, "SELECT id FROM range(10)", compression="snappy"), [j()]),
    }
    text = "".join('{"id":%d,%s}\n' % (n, ",".join(f'"{c.split()[0]}":{v}' for c in ALL.split(", "))) for n, v in enumerate(VALUES))
    cases["json_values"] = (lines(text), [
        j(f"id INT, {ALL}"), j(f"id INT, {ALL}, _corrupt_record STRING"),
        j(f"id INT, {ALL}", conf={"spark.sql.json.enablePartialResults": "false"}),
        j(f"id INT, {ALL}", timeZone="Asia/Tokyo"),
        j("id INT, da DATE, ts TIMESTAMP, tn TIMESTAMP_NTZ", dateFormat="yyyy-MM-dd", timestampFormat="yyyy-MM-dd HH:mm:ss", timestampNTZFormat="yyyy-MM-dd HH:mm:ss"),
        j("id INT, de DECIMAL(10,2), s STRING", mode="DROPMALFORMED"),
        j("id INT, i INT, s STRING", mode="DROPMALFORMED"),
        j("id INT, f FLOAT, d DOUBLE, i INT", allowNonNumericNumbers="false"),
        j("id INT, i INT", mode="FAILFAST"),
        j("id INT, s STRUCT<a: INT, c: STRING>, i ARRAY<INT>, l MAP<STRING, STRING>, d STRUCT<a: STRUCT<b: ARRAY<STRING>>>, f ARRAY<STRUCT<a: INT, b: STRING>>"),
        j("id INT, s STRUCT<a: INT, c: STRING>, i ARRAY<INT>, l MAP<STRING, INT>, _corrupt_record STRING"),
        j("id INT, i INT, x STRING, s STRING, I BIGINT", conf={"spark.sql.caseSensitive": "true"}),
        j("ID INT, S STRING, nope DATE"),
        j(), j(primitivesAsString="true"), j(prefersDecimal="true"),
    ])
    cases["json_binary"] = (lines('{"a":1,"b":"AQID"}\n{"a":2,"b":""}\n{"a":3,"b":"AQ=="}\n{"a":4,"b":"A-Q"}\n{"a":5,"b":null}\n{"a":6,"b":7}\n'),
        [j("a INT, b BINARY, _corrupt_record STRING")])
    numbers = ["ints", "wide", "long_double", "big_double", "huge", "mixed", "bool_int", "floats"]
    broken = ["bad", "all_bad", "top_prim", "corrupt_named", "blank"]
    infer = []
    for name in INFER:
        one = [f"/{name}.json"]
        infer.append(j(paths=one))
        if name in numbers:
            infer += [j(paths=one, primitivesAsString="true"), j(paths=one, prefersDecimal="true")]
        if name in broken:
            infer += [j(paths=one, mode="DROPMALFORMED"), j(paths=one, mode="FAILFAST"), j(paths=one, columnNameOfCorruptRecord="bad")]
        if name.startswith("times"):
            infer += [j(paths=one, inferTimestamp="true"), j(paths=one, inferTimestamp="true", conf={"spark.sql.timestampType": "TIMESTAMP_NTZ"})]
        if name.startswith("top") or name == "empty":
            infer.append(j(paths=one, multiLine="true"))
    infer += [j(paths=["/nulls.json"], dropFieldIfAllNull="true"), j(paths=["/zeros.json"], allowNumericLeadingZeros="true"),
              j(paths=["/case.json"], conf={"spark.sql.caseSensitive": "true"}), j(paths=["/arrays.json", "/ints.json"])]
    cases["json_infer"] = (files(**{f"{name}__json": content.encode() for name, content in INFER.items()}), infer)
    nasty = {
        "ragged": b'{"a":1,"b":"x"}\n{"a":2}\n{"b":"y","a":3,"c":[1]}\n{"a":4} {"a":5}\n{"a":6},\n{"a":7}x\n[{"a":8},{"a":9}]\n[]\n[1]\n1\nnull\n"s"\n{}\n{"a":10,"b":{"c":1}}\n{"a":"x","b":"kept"}\n',
        "cut": b'{"a":1,"b":"x"}\n{"a":2,"b":"y\n{"a":3,"b":\n{"a":4,"b"\n{"a":5,\n{"a":6\n{\n{"a":7,"b":"z"',
        "utf8": b'{"a":1,"b":"\xc3\xa9"}\n{"a":2,"b":"\xff\xfe"}\n{"a":4,"b":"\xed\xa0\x80"}\n{"a":5,"b":"\xf0\x9f\x98\x80"}\n{"a":6,"b":"\\ud83d\\ude00"}\n{"a":7,"b":"\\ud83d"}\n{"\xff":1,"a":8}\n',
        "bom": b'\xef\xbb\xbf{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n\xef\xbb\xbf{"a":3,"b":"z"}\n',
        "nul": b'{"a":1,"b":"x\x00y"}\n\x00{"a":2,"b":"y"}\n{"a":3,\x00"b":"z"}\n{"a":4,"b":"\\u0000"}\n{"a":5}\x00\n',
        "crlf": b'{"a":1,"b":"x"}\r\n{"a":2,"b":"y"}\n{"a":3,"b":"z"}\r{"a":4,"b":"w"}\r\n\r\n\n{"a":5,\r\n"b":"v"}\n',
        "deep": b'{"a":1,"b":"x"}\n{"a":2,"b":' + b"[" * 10000 + b"]" * 10000 + b'}\n{"a":4,"c":' + b"[" * 10000 + b"]" * 10000 + b'}\n{"a":5,"b":' + b"[" * 990 + b"]" * 990 + b'}\n{"a":6,"b":' + b"[" * 999 + b"]" * 999 + b'}\n',
        "number": b'{"a":1,"b":"x"}\n{"a":2,"b":' + b"1" * 1001 + b'}\n{"a":' + b"1" * 2000 + b',"b":"n"}\n{"a":3,"b":' + b"1" * 1000 + b'}\n{"a":4,"c":' + b"1" * 2000 + b'}\n{"a":5,"b":"z"}\n',
        "twice": b'{"a":1,"a":2,"b":"x","b":null}\n{"a":null,"a":3}\n{"a":"x","a":4}\n{"a":5,"A":6}\n',
        "escapes": b'{"a":1,"b":"\\q"}\n{"a":2,"b":"\\/\\b\\f\\n\\r\\t\\"\\\\"}\n{"a":3,"b":"tab\there"}\n{"a":5,"b":\'x\'}\n{\'a\':6,"b":"x"}\n{a:7,"b":"x"}\n{"a":8, /* c */ "b":"x"}\n{"a":9} // c\n{"a":007,"b":"x"}\n{"a":-08,"b":"x"}\n{"a":+9,"b":"x"}\n{"a":.5,"b":"x"}\n{"a":5.,"b":"x"}\n{"a":1,"b":"x",}\n{"a":1 "b":"x"}\n# c\n{"a":True,"b":"x"}\n{"a":nul,"b":"x"}\n{"b":1.50,"a":1}\n{"b": [1, 2.0 , {"x" : null}],"a":2}\n{"b":{"c":"d\\u00e9\\/"},"a":3}\n{"b":NaN,"a":4}\n{"b":"p","a":NaN}\n{a$_1:1,"a":5}\n{"a":6,"b":\'it\\\'s "q"\'}\n',
    }
    for name, content in nasty.items():
        reads = modes("a INT, b STRING") + [
            j(), j("a INT, b STRING, _corrupt_record STRING", multiLine="true"),
            j("a INT, b ARRAY<INT>, c STRING, _corrupt_record STRING"),
        ]
        if name == "escapes":
            for option in ["allowComments", "allowUnquotedFieldNames", "allowNumericLeadingZeros", "allowBackslashEscapingAnyCharacter", "allowUnquotedControlChars"]:
                reads.append(j("a INT, b STRING, _corrupt_record STRING", **{option: "true"}))
            reads.append(j("a INT, b STRING, _corrupt_record STRING", allowSingleQuotes="false"))
            reads.append(j("a DOUBLE, b STRING, _corrupt_record STRING", allowNonNumericNumbers="false"))
        if name == "deep":
            reads += [j("a INT, b STRING, _corrupt_record STRING", maxNestingDepth=n) for n in [10, 20000]]
        if name == "number":
            reads += [j("a INT, b STRING, _corrupt_record STRING", maxNumLen=n) for n in [10, 20000]]
        if name == "twice":
            reads.append(j("a INT, b STRING", conf={"spark.sql.caseSensitive": "true"}))
        cases[f"q11_json_{name}"] = (files(f__json=content), reads)
    one = b'{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'
    cases["json_codecs"] = (files(a__json__gz=gzip.compress(one, mtime=0), b__json__bz2=bz2.compress(one), c__json__deflate=zlib.compress(one), d__json=one),
        [j("a INT, b STRING"), j(), j("a INT, b STRING", pathGlobFilter="*.gz"), j("a INT, b STRING", multiLine="true"), j("a INT", compression="gzip"), j("a INT", pathGlobFilter="*.nope")])
    cut = gzip.compress(b"".join(b'{"a":%d,"b":"%d"}\n' % (n, n * n) for n in range(2000)), mtime=0)
    cases["q11_json_cut_gzip"] = (files(a__json__gz=cut[:len(cut) // 2], b__json=one),
        [j("a INT, b STRING"), j(), j("a INT, b STRING", mode="FAILFAST"), j("a INT, b STRING", paths=["/b.json"])])
    cases["q11_json_not_gzip"] = (files(a__json__gz=one), [j("a INT, b STRING"), j("a INT, b STRING", ignoreCorruptFiles="true"), j(ignoreCorruptFiles="true")])
    cases["json_multi"] = (files(a__json=b'\n{\n "a": 1,\n "b": "x"\n}\n', b__json=b'[{"a":2},\n{"a":3,"b":"z"}]', c__json=b'{"a":4}{"a":5}', d__json=b'{"a":\n', e__json=b''),
        modes("a INT, b STRING", multiLine="true") + [j(multiLine="true"), j(multiLine="true", mode="DROPMALFORMED"), j(multiLine="true", samplingRatio="1.0"), j()])
    cases["json_line_sep"] = (files(a__json=b'{"a":1}||{"a":2}||\n{"a":3}||'), [j("a INT", lineSep="||"), j(lineSep="||"), j("a INT", lineSep=""), j("a INT", lineSep="|")])
    cases["json_encodings"] = (files(a__json='{"a":"é"}\n{"a":"日"}\n'.encode("utf-16-le")),
        [j("a STRING", encoding="UTF-16LE", lineSep="\n"), j("a STRING", encoding="UTF-16LE"), j("a STRING", encoding="UTF-16LE", multiLine="true"), j(encoding="UTF-16LE", lineSep="\n"),
         j("a STRING", charset="UTF-16LE", lineSep="\n"), j("a STRING", encoding="nope"), j("a STRING", multiLine="true")])
    cases["json_latin"] = (files(a__json='{"a":"é"}\n{"a":"ü"}\n'.encode("latin-1")), [j("a STRING", encoding="ISO-8859-1"), j("a STRING", encoding="US-ASCII"), j("a STRING"), j("a STRING", encoding="windows-1252"), j("a STRING", encoding="utf8"), j("a STRING", encoding="GBK")])
    cases["json_options"] = (lines('{"a":1,"b":"2024-02-29"}\n'), [
        j("a INT", mode="WRONG"), j("a INT", multiLine="yes"), j("a INT", timeZone="Nowhere"), j(samplingRatio="0"), j(samplingRatio="x"),
        j("a INT", nonsense="1"), j("a INT", dateFormat="QQQQQ"),
        j("a INT, _corrupt_record INT"), j("a INT, x STRING", columnNameOfCorruptRecord="x"), j("a INT, A INT"), j("a INTERVAL YEAR"),
        j("a VOID"), j("b TIMESTAMP", timestampFormat="yyyy-MM-dd"), j("a INT", rowTag="x"), j("a INT", compression="zip"),
        j("a INT", maxStringLen="2"), j("b STRING, _corrupt_record STRING", maxStringLen="2"), j("a INT", columnNameOfCorruptRecord=""), j("a TIME"), j("b STRING, a INT", enableDateTimeParsingFallback="true")])
    return cases
