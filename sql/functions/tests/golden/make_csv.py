"""Writes how Apache Spark reads and writes records of CSV: `make_csv.py > csv.jsonl`.

Needs pyspark 4.3.0 and Java 17. Three kinds of lines. `read`: from_csv of lines under options, with
the error's condition where there is one. `schema`: schema_of_csv. `write`: to_csv of values.
"""

import json
import re
import sys

from pyspark.sql import SparkSession, functions as F

LINES = [
    "a,b,c,d", "a,b", "a", "a,b,c,d,e", ",,,", ",", "a,,b,", '"a","b","c","d"', '"a,b",c', '"a""b",c,d,e',
    '"a\\"b",c', '"a\\\\",c', '"a\\\\"b",c', '"a\\x",c', '""', '"",', ',""', '"" ,a', '"a', '"a,b', '"a""',
    'a"b,c', 'a"b"c,d', '"a"b,c', '"a"b"c,d', '"a" b,c', '"a" ,c', '"a"  "b",c', ' "a" , b ', '  a  ,  b  ',
    "  ", 'x,"a"b,c"d,e', '"a\nb",c', "a\nb,c", "a\rb,c", "#a,b", "a#,b", "é,ü€,𝄞", "a;b|c", "a||b||c",
    "a|b||c", '"a||b"||c', '"a"||b', '"a"b||c', 'a"||b', "a\tb", "NULL,x,", '"NULL",x', "\\,a", 'a\\"b,c',
    "''a'',b", "'a,b',c", '"a","b"x,"c",d', 'a,"b""', '"\\\\",b', '"a\\', "\u0000a,b", '"a"\u0000,b', 'a,"b" x, "c',
    "||", "|a|", "a||", '"x\\"||y"||z', "long" * 30 + ",b", '"",""', '"""",a', '"a"","b"', '"a" "b" ,c',
]

OPTIONS = [
    {}, {"ignoreLeadingWhiteSpace": "true"}, {"ignoreTrailingWhiteSpace": "true"},
    {"ignoreLeadingWhiteSpace": "true", "ignoreTrailingWhiteSpace": "true", "nullValue": "NULL", "emptyValue": "EMPTY"},
    {"escape": '"'}, {"quote": "'"}, {"quote": ""}, {"comment": "#"}, {"sep": "||"}, {"sep": "||", "escape": '"'},
    {"sep": "||", "ignoreLeadingWhiteSpace": "true", "ignoreTrailingWhiteSpace": "true"}, {"sep": ";"}, {"sep": "\\t"},
    {"unescapedQuoteHandling": "STOP_AT_CLOSING_QUOTE"}, {"unescapedQuoteHandling": "BACK_TO_DELIMITER"},
    {"unescapedQuoteHandling": "SKIP_VALUE"}, {"unescapedQuoteHandling": "RAISE_ERROR"},
    {"nullValue": "NULL"}, {"emptyValue": "EMPTY"}, {"maxCharsPerColumn": "5"}, {"maxColumns": "2"},
    {"charToEscapeQuoteEscaping": "#"}, {"escape": ""}, {"mode": "FAILFAST"},
]

TYPED = [
    ("TINYINT", {}, ["1", "-128", "128", "+5", " 1", "1.0", "", "x"]),
    ("SMALLINT", {}, ["32767", "32768"]),
    ("INT", {}, ["1", "-2147483648", "2147483648", "1e3", "0x1", "1_0", "-", "+", "00012"]),
    ("BIGINT", {}, ["9223372036854775807", "9223372036854775808", "1L"]),
    ("FLOAT", {}, ["1.5", "1e40", "NaN", "nan", "Inf", "-Inf", "Infinity", "+Infinity", "inf", "1f", "1d", " 1 ", "-0", ".5", "5.", "1e", "INF"]),
    ("DOUBLE", {}, ["1.5", "1e400", "NaN", "Inf", "-Inf", "Infinity", "1,5"]),
    ("DOUBLE", {"nanValue": "nix", "positiveInf": "plus", "negativeInf": "minus"}, ["nix", "plus", "minus", "NaN", "Inf", "Infinity"]),
    ("DECIMAL(10,2)", {}, ["1", "1.239", "-1.235", "123456789.99", "99999999.995", "1e3", "+1", " 1", "x", "1,000.5", ".5", "1E-2"]),
    ("DECIMAL(10,2)", {"locale": "de-DE"}, ["1", "1,5", "1.000,5", "1.5", "-3"]),
    ("DECIMAL(10,2)", {"locale": "en-GB"}, ["1,000.5", "1.239", "1e3"]),
    ("BOOLEAN", {}, ["true", "TRUE", "False", "t", "1", "yes", " true", ""]),
    ("STRING", {}, [" a ", "", "null"]),
    ("BINARY", {}, ["abc", "é"]),
    ("DATE", {}, ["2024-02-29", "2024-2-9", "2023-02-29", "2024-02-29T00:00:00", " 2024-02-29", "2024", "12024-01-01", "-0001-01-01"]),
    ("DATE", {"preferDate": "false"}, ["2024-02-29", "2024-2-9", "2024-02-29T00:00:00", "2024"]),
    ("DATE", {"dateFormat": "dd/MM/yyyy"}, ["29/02/2024", "1/2/2024", "2024-02-29", "31/02/2024"]),
    ("DATE", {"dateFormat": "dd/MM/yyyy", "enableDateTimeParsingFallback": "true"}, ["29/02/2024", "2024-02-29", "x"]),
    ("DATE", {"dateFormat": "d MMM yyyy"}, ["1 Feb 2024", "01 Feb 2024", "1 FEB 2024"]),
    ("TIMESTAMP", {}, ["2024-02-29 12:34:56.789", "2024-02-29T12:34:56Z", "2024-02-29", "2024-02-29 12:34:56+02:00", "2024", "x", "2024-02-29 25:00:00"]),
    ("TIMESTAMP", {"timestampFormat": "dd/MM/yyyy HH:mm"}, ["29/02/2024 12:34", "2024-02-29 12:34:56", "29/02/2024"]),
    ("TIMESTAMP", {"timestampFormat": "dd/MM/yyyy"}, ["26/08/2015"]),
    ("TIMESTAMP", {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"}, ["2024-02-29T12:34:56", "2024-02-29T12:34:56.123", "2024-02-29T12:34:56.123+01:00", "2024-02-29 12:34:56"]),
    ("TIMESTAMP", {"timestampFormat": "yyyy-MM-dd HH:mm", "timeZone": "America/Los_Angeles"}, ["2024-02-29 12:34"]),
    ("TIMESTAMP", {"timeZone": "America/Los_Angeles"}, ["2024-02-29 12:34"]),
    ("TIMESTAMP_NTZ", {}, ["2024-02-29 12:34:56.789", "2024-02-29T12:34:56Z", "2024-02-29", "x"]),
    ("TIMESTAMP_NTZ", {"timestampNTZFormat": "dd/MM/yyyy HH:mm"}, ["29/02/2024 12:34", "2024-02-29 12:34:56"]),
    ("TIME", {}, ["12:34:56", "12:34:56.789", "12:34", "x"]),
    ("TIME", {"timeFormat": "HH-mm-ss"}, ["12-34-56", "12:34:56"]),
    ("INTERVAL YEAR TO MONTH", {}, ["INTERVAL '1-2' YEAR TO MONTH", "1-2", "x"]),
    ("INTERVAL DAY TO SECOND", {}, ["INTERVAL '1 02:03:04.5' DAY TO SECOND", "1 02:03:04", "x"]),
    ("INTERVAL", {}, ["1 month 2 days", "x"]),
    ("ARRAY<INT>", {}, ["[1]"]),
]

SCHEMAS = [
    ("1,abc", {}), ("1,2147483648,9223372036854775808,1.5,1e3,true,NaN,Inf,,x", {}),
    ("2024-02-29,2024-02-29 12:34:56,2024-02-29T12:34:56Z,12:34:56,2024", {}),
    ("2024-02-29,2024-02-29 12:34:56", {"preferDate": "false"}),
    ("29/02/2024,2024-02-29", {"dateFormat": "dd/MM/yyyy"}),
    ("29/02/2024 12:34,2024-02-29 01:02:03", {"timestampFormat": "dd/MM/yyyy HH:mm"}),
    ("1|2", {"sep": "|"}), ("2024-1-2,2024-01,0x1,1f,1.,.5,-", {}), ("NULL,1", {"nullValue": "NULL"}), ("1,5;2", {"sep": ";", "locale": "de-DE"}),
    ("a,b", {"inferSchema": "false"}), ("99999999999999999999999999999999999999,999999999999999999999999999999999999999", {}),
    ("+1, 1,1 ,1d,0x10,TRUE,tRue", {}), ("1", {"mode": "DROPMALFORMED"}), ("1", {"sep": ""}),
    ("1", {"quote": "ab"}), ("1", {"mode": "WHATEVER"}), ("1", {"lineSep": "abc"}), ("1", {"sep": "\\"}), ("1", {"sep": "\\q"}),
    ("1", {"maxColumns": "x"}), ("1", {"unescapedQuoteHandling": "x"}),
]

VALUES = [
    ("named_struct('a', 1, 'b', 'x', 'c', null, 'd', '')", [{}, {"nullValue": "NULL"}, {"emptyValue": "E"}, {"quoteAll": "true"},
        {"quoteAll": "true", "nullValue": "NULL"}, {"sep": "||"}, {"sep": "\\t"}, {"quoteAll": "true", "emptyValue": "E"}]),
    ("named_struct('a', 'x,y', 'b', 'q\"r', 'c', ' pad ', 'd', 'e\\\\f')", [{}, {"quoteAll": "true"}, {"escape": '"'}, {"escapeQuotes": "false"},
        {"ignoreLeadingWhiteSpace": "false", "ignoreTrailingWhiteSpace": "false"}, {"quote": "'"}, {"sep": "||"}, {"quote": ""},
        {"charToEscapeQuoteEscaping": "#"}, {"quoteAll": "true", "charToEscapeQuoteEscaping": "\\"}]),
    ("named_struct('a', 'l\\nm', 'b', 'l\\rm', 'c', '\"q\"', 'd', '#h')", [{}, {"quoteAll": "true"}, {"comment": "#"}, {"escapeQuotes": "false"}, {"lineSep": "|"}]),
    ("named_struct('a', '#h', 'b', '\\\\\"', 'c', 'a\\\\,b', 'd', '\"x,y\"')", [{}, {"comment": "#"}, {"escape": "#"}]),
    ("named_struct('a', 'a||b', 'b', 'a|b', 'c', '  ', 'd', ',')", [{}, {"sep": "||"}, {"sep": "|"}, {"ignoreTrailingWhiteSpace": "false"}]),
    ("named_struct('a', 1.5D, 'b', 1e10D, 'c', 'NaN'::double, 'd', '-Infinity'::float)", [{}, {"nanValue": "nix"}]),
    ("named_struct('a', 1.50BD, 'b', 0.0000000001BD, 'c', true, 'd', X'6162')", [{}]),
    ("named_struct('a', DATE'2024-02-29', 'b', TIMESTAMP'2024-02-29 12:34:56.789', 'c', TIMESTAMP_NTZ'2024-02-29 12:34:56', 'd', TIME'12:34:56.5')",
        [{}, {"dateFormat": "dd/MM/yyyy", "timestampFormat": "dd.MM.yyyy HH:mm", "timestampNTZFormat": "HH:mm", "timeFormat": "HH-mm"}, {"timeZone": "America/Los_Angeles"}]),
    ("named_struct('a', INTERVAL '1-2' YEAR TO MONTH, 'b', INTERVAL '1 02:03:04.5' DAY TO SECOND, 'c', make_interval(1,2,3,4), 'd', INTERVAL '3' DAY)", [{}]),
    ("named_struct('a', array(1, null, 2), 'b', map('k', 1.5D, 'l', null), 'c', named_struct('x', 'a,b', 'y', null), 'd', array(DATE'2024-02-29'))", [{}, {"dateFormat": "dd/MM"}, {"nullValue": "NULL"}]),
    ("named_struct('a', '')", [{}, {"emptyValue": "E"}]), ("named_struct('a', CAST(null AS STRING))", [{}, {"nullValue": "N"}]),
    ("CAST(null AS STRUCT<a: INT>)", [{}]),
]

NAMES = ["a", "b", "c", "d"]


def condition(error):
    found = re.findall(r"\[([A-Z_][A-Z_0-9]*(?:\.[A-Z_0-9]+)?)\]", str(error))
    # What has no condition is an error of Java's.
    return found[0] if found else None


def sql_text(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r").replace("\u0000", "\\0") + "'"


def sql_map(options):
    if not options:
        return ""
    return ", map(" + ", ".join(f"{sql_text(k)}, {sql_text(v)}" for k, v in options.items()) + ")"


def read(spark, lines, schema, options):
    options = {"columnNameOfCorruptRecord": "bad", **options}
    frame = spark.createDataFrame([(n, line) for n, line in enumerate(lines)], "n INT, line STRING")
    parsed = frame.select("n", F.from_csv("line", schema, options).alias("r"))
    columns = [F.col("r." + field.name).cast("string") for field in parsed.schema["r"].dataType.fields]
    return [None if row["null"] else list(row)[2:] for row in
            parsed.select("n", F.col("r").isNull().alias("null"), *columns).orderBy("n").collect()]


def reads(spark, schema, options, lines):
    """All lines at once, or one by one if one of them fails."""
    out = {"kind": "read", "schema": schema, "options": options}
    try:
        rows = read(spark, lines, schema, options)
        return [{**out, "line": line, "row": row} for line, row in zip(lines, rows)]
    except Exception:
        found = []
        for line in lines:
            try:
                found.append({**out, "line": line, "row": read(spark, [line], schema, options)[0]})
            except Exception as error:
                found.append({**out, "line": line, "error": condition(error)})
        return found


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    out = []
    for options in OPTIONS:
        out += reads(spark, "a STRING, b STRING, c STRING, d STRING, bad STRING", options, LINES)
        print(options, file=sys.stderr)
    for data_type, options, lines in TYPED:
        options = {"sep": ";", **options}
        out += reads(spark, f"a {data_type}, bad STRING", options, lines)
        print(data_type, file=sys.stderr)
    for line, options in SCHEMAS:
        entry = {"kind": "schema", "line": line, "options": options}
        try:
            entry["schema"] = spark.sql(f"SELECT schema_of_csv({sql_text(line)}{sql_map(options)})").collect()[0][0]
        except Exception as error:
            entry["error"] = condition(error)
        out.append(entry)
    for value, all_options in VALUES:
        for options in all_options:
            entry = {"kind": "write", "value": value, "options": options}
            try:
                entry["line"] = spark.sql(f"SELECT to_csv({value}{sql_map(options)})").collect()[0][0]
            except Exception as error:
                entry["error"] = condition(error)
            out.append(entry)
    for entry in out:
        print(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    main()
