"""Asks Spark 4.3 for a grid of casts: values of every flat type to every type, in the ANSI, the legacy
and the TRY mode.

    python make_casts.py > casts.jsonl 2>/dev/null

One line per pair of types: {"from", "to", "zone", "cases": [[value, ansi, legacy, try], ..]}. A value
is the text that a cast from STRING makes it of (binary: hex). An answer is the result cast to STRING
(binary: hex), null for NULL, or {"error": condition, "parameters": {..}}. A mode that knows no such
cast has no answers: the string "-". Parameters are there for the first errors of a condition only.
Values that the day of the run has a part in are left out.
"""

import datetime
import json
import sys
from collections import Counter

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

ZONE = "America/Los_Angeles"

NUMBERS = ["0", "1", "-1", "127", "128", "-129", "32767", "-32769", "2147483647", "-2147483649",
           "9223372036854775807", "-9223372036854775808", "86399", "86400", "999999", "1600000000"]
FRACTIONS = ["0.5", "1.5", "-1.5", "2.5", "0.05", "-0.049", "127.9", "-128.9", "99.995", "1.005", "86399.9999996"]
FLOATS = NUMBERS + FRACTIONS + ["-0.0", "NaN", "Infinity", "-Infinity", "1e10", "1e-10", "1.0E7", "9999999.5",
          "0.001", "0.00099", "1e38", "-1e39", "3.4028235e38", "1e-45", "0.1", "123456.789", "1e20"]
DECIMALS = {
    "decimal(10,2)": ["0", "0.01", "-0.01", "1.5", "-1.5", "2.50", "127.99", "128", "99999999.99", "-99999999.99", "0.5", "0.49", "12345678.9"],
    "decimal(38,0)": ["0", "1", "-1", "99999999999999999999999999999999999999", "-99999999999999999999999999999999999999",
                      "9223372036854775808", "-9223372036854775809", "9007199254740993", "123456789012345678901234567"],
    "decimal(38,18)": ["0", "0.000000000000000001", "-0.000000000000000001", "3.141592653589793238", "99999999999999999999.999999999999999999",
                       "0.1", "0.5", "0.1000000000000000055", "1234567890.123456789012345678"],
    "decimal(3,3)": ["0.999", "-0.001", "0", "0.5"],
}
# Words like "now", which constants know and columns do not, are left out; so are digits of other
# scripts, which Java reads as decimals.
STRINGS = [
    "", " ", "abc", "0", "1", " 42 ", "\t\n 7 \r", "+5", "-5", "--5", "+", "-", ".", "1.", ".5", "1.5", "-0.5", "0.0", "-0", "00012",
    "1e3", "1E-3", "1.5E+2", "1e", "e1", "1e400", "-1e400", "1e40", "127", "128", "-128", "-129", "32768", "2147483647", "2147483648",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1L", "1d", "1.5f", "1D", "0x10", "1_000", "1,000",
    "NaN", "nan", "Infinity", "-infinity", "+Inf", "-INF", "inf", "NULL", "null",
    "12345678901234567890.123", "99999999.994", "99999999.995", "99999999999999999999999999999999999999", "100000000000000000000000000000000000000",
    "0.0000000000000000001", "1e-30", "1234567890123456789012345678901234567890123456789", "127.5", "-128.7", "1\u00a0", "\u00a01", "\u20281",
    "t", "T", "true", " True ", "tRUe", "y", "Yes", "yes ", "f", "false", "n", "NO", "on", "off", "tr", "01",
    "2020", "2020-1", "2020-01-5", " 2020-01-01 ", "2020-02-29", "2019-02-29", "2020-02-30", "2020-13-01", "2020-00-10", "2020-1-1x", "2020-01-01T", "2020-01-01T10:11:12",
    "2020-01-01 abc", "+2020-01-01", "-0044-03-15", "0000-01-01", "0001-01-01", "1582-10-10", "9999-12-31", "10000-01-01", "99999-01-01", "5881580-07-11", "5881580-07-12", "-5877641-06-23", "1234567-01-01", "20200101", "2020/01/01", "2020-001-01", "123", "12345",
    "2020-01-01 10", "2020-01-01 10:", "2020-01-01 10:11", "2020-01-01 1:2:3", "2020-01-01 10:11:12.", "2020-01-01 10:11:12.1", "2020-01-01 10:11:12.123456789", "2020-01-01 10:11:12.123456Z",
    "2020-01-01T10:11:12Z", "2020-01-01T10:11:12 UTC", "2020-01-01T10:11:12+01:00", "2020-01-01T10:11:12+1", "2020-01-01T10:11:12-1:30", "2020-01-01T10:11:12+0130", "2020-01-01T10:11:12 +01:02:03",
    "2020-01-01T10:11:12GMT+8", "2020-01-01T10:11:12UTC+08:30", "2020-01-01T10:11:12UT-3", "2020-01-01 10:11:12 America/New_York", "2020-06-01 10:11:12 Europe/Paris", "2020-01-01 10:11:12 PST", "2020-01-01 10:11:12 EST", "2020-01-01 10:11:12 CET",
    "2020-01-01 10:11:12 Nowhere/Land", "2020-01-01T10:11:12+19:00", "2020-01-01T24:00:00", "2020-01-01T23:60:00", "2020-01-01T23:59:60", "2020-01-01Z", "2020Z", "10:11", "T10:11:12", "10:11:12.5 UTC", "12:", ":12",
    "2021-03-14 02:30:00", "2021-11-07 01:30:00", "2021-11-07 01:30:00-08:00", "1883-11-18 12:00:00", "1800-01-01 00:00:00", "0001-01-01 00:00:00", "-290308-12-21 19:59:05.224192", "294247-01-10T04:00:54.775807Z", "294247-01-10T04:00:54.775808Z", "300000-01-01 00:00:00",
    "1970-01-01", "1969-12-31 23:59:59.999999",
    "1-2", "+1-2", "-1-2", "- 1-2", "1-12", "1-11", "0-0", "10", "-10", "+-1", "178956970-7", "-178956970-8", "178956970-8", "2147483647", "INTERVAL '1-2' YEAR TO MONTH", "interval '-1-2' year to month", "INTERVAL -'1-2' YEAR TO MONTH", "INTERVAL '3' YEAR", "INTERVAL '3' MONTH",
    "1 02:03:04", "1 2:3:4.5", "-1 02:03:04.123456789", "+1 02:03", "1 02", "02:03:04", "2:3", "02:03:04.5", "1 24:00:00", "106751991 04:00:54.775807", "106751991 04:00:54.775808", "-106751991 04:00:54.775808", "INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '1' DAY", "INTERVAL '10' HOUR", "INTERVAL '10:11' HOUR TO MINUTE", "INTERVAL '1.5' SECOND", "INTERVAL '-99' SECOND", "INTERVAL '1 2' DAY TO HOUR",
    "1 day", "interval 1 day", "INTERVAL 1 month -2 days 3 hours", "1 year 2 months 3 weeks 4 days 5 hours 6 minutes 7.008 seconds 9 milliseconds 10 microseconds", "1.5 seconds", "1.5 days", "interval", "1 days 2", "1 fortnight", "-1 day +3 hours", "- 1 day", "1 day 1 day", "99999999999 days", "1 DAYS", "interval '1 day'", "interval '1' day", ".5 second", "-.5 seconds", "1. seconds", "0.0000001 seconds", "0.1234567890 seconds", "1day", "5 second",
    "10:11:12.123456", "10:11:12.123456789", "1:2", "1:2:3", "23:59:59.999999", "24:00", "10:11 AM", "10:11:12 PM", "12:00 am", "12:30 pm", "13:00 PM", "00:30 AM", " 10:11:12 ", "10", "10:1:12", "10:11:12 pM", "10:11:12.1PM",
]
# Doubles that Java before 19 prints with more digits than they need are left out.
VALUES = {
    "void": [None],
    "boolean": ["true", "false"],
    "tinyint": ["0", "1", "-1", "127", "-128"],
    "smallint": ["0", "1", "-1", "128", "-129", "32767", "-32768"],
    "int": ["0", "1", "-1", "127", "128", "-129", "32768", "65537", "2147483647", "-2147483648", "86400", "178956970"],
    "bigint": NUMBERS + ["-62135596800", "253402300800", "9223372036854", "9223372036855", "-9223372036855"],
    "float": FLOATS,
    "double": FLOATS + ["1e308", "4.9e-324", "9.2233720368547758E18", "-9.2233720368547758E18", "2147483647.9", "2147483648.0", "1.7976931348623157e308", "2e-3", "100", "1e21", "0.3", "123456789.123456789"],
    **DECIMALS,
    "string": STRINGS,
    "binary": ["", "61", "616263", "31", "C3A9", "FF", "2020", "20313220", "323032302D30312D3031"],
    "date": ["1970-01-01", "2020-02-29", "0000-01-01", "-0044-03-15", "9999-12-31", "+10000-01-01", "+294247-01-11", "+5881580-07-11", "-5877641-06-23", "1582-10-10", "2021-03-14", "1969-12-31"],
    "timestamp": ["1970-01-01 00:00:00Z", "2020-02-29 12:13:14.123456", "2021-03-14 02:30:00", "2021-11-07 01:30:00-08:00", "1960-01-01 00:00:00.5Z", "0001-01-01 00:00:00", "-0044-03-15 01:02:03", "+10000-01-01 00:00:00", "1883-11-18 12:00:00", "1800-01-01 10:00:00", "294247-01-10T04:00:54.775807Z", "1969-12-31 23:59:59.999999Z", "1970-01-01 00:02:07Z", "2020-01-01 23:59:59.1"],
    "timestamp_ntz": ["1970-01-01 00:00:00", "2020-02-29 12:13:14.123456", "2021-03-14 02:30:00", "2021-11-07 01:30:00", "1960-01-01 00:00:00.5", "0001-01-01 00:00:00", "-0044-03-15 01:02:03", "+10000-01-01 00:00:00", "1800-01-01 10:00:00", "294247-01-10T04:00:54.775807", "1969-12-31 23:59:59.999999"],
    "time(6)": ["00:00:00", "10:11:12.123456", "23:59:59.999999", "12:00", "00:02:07"],
    "time(0)": ["00:00:00", "23:59:59"],
    "interval": ["1 year 2 months 3 days 4 hours 5 minutes 6.789 seconds", "-1 month", "0 days", "-0.5 seconds", "25 hours", "-1 day 1 microsecond", "13 months -1 day", "-14 months", "100 hours -1 second"],
    "interval year to month": ["1-2", "-1-2", "0-0", "178956970-7", "-178956970-8", "0-11", "-0-5", "10-8", "-10-8"],
    "interval year": ["1", "-1", "0", "178956970"],
    "interval month": ["1", "-14", "0", "2147483647", "200"],
    "interval day to second": ["1 02:03:04.5", "-1 02:03:04.000001", "0 00:00:00", "106751991 04:00:54.775807", "-106751991 04:00:54.775808", "0 23:59:59.999999", "0 00:00:01", "0 00:00:00.500000"],
    "interval day": ["1", "-1", "0", "106751991", "200"],
    "interval hour": ["25", "-1"],
    "interval minute": ["61", "-1"],
    "interval second": ["61.5", "-0.5", "0.999999"],
    "interval day to hour": ["1 02", "-1 02"],
    "interval day to minute": ["1 02:03"],
    "interval hour to minute": ["25:03", "-1:03"],
    "interval hour to second": ["25:03:04.5"],
    "interval minute to second": ["61:04.5", "-1:04.5"],
}
TARGETS = ["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", *DECIMALS, "decimal(18,6)", "decimal(20,0)", "decimal(5,1)", "string", "binary", "date", "timestamp",
           "timestamp_ntz", "time(6)", "time(0)", "time(9)", "interval", "interval year to month", "interval year", "interval month", "interval day to second",
           "interval day", "interval hour", "interval minute", "interval second", "interval day to hour", "interval day to minute", "interval hour to minute", "interval hour to second", "interval minute to second"]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def source(value, of):
    if value is None:
        return "NULL"
    if of == "binary":
        return f"X'{value}'"
    return f"CAST({quoted(value)} AS {of})"


def shown(expression, to):
    return f"hex({expression})" if to == "binary" else f"CAST({expression} AS STRING)"


def ask(spark, values, of, to, cast):
    """One answer per value: all in one query, and one by one when that fails."""
    query = lambda values: "SELECT " + ", ".join(shown(f"{cast}({source(v, of)} AS {to})", to) for v in values)
    try:
        return list(spark.sql(query(values)).collect()[0])
    except PySparkException as error:
        if len(values) == 1:
            return [{"error": error.getCondition(), "parameters": error.getMessageParameters()}]
        half = len(values) // 2
        return ask(spark, values[:half], of, to, cast) + ask(spark, values[half:], of, to, cast)


def known(spark, of, to, cast):
    try:
        spark.sql(f"SELECT {cast}(CAST(NULL AS {of}) AS {to})")
        return True
    except PySparkException:
        return False


def shortened(cases):
    """The cases without the parameters of all but the first errors of each condition and mode."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    days = {str(today + datetime.timedelta(days=days)) for days in (-1, 0)}
    seen, kept = Counter(), []
    for value, *answers in cases:
        if any(isinstance(answer, str) and answer[:10] in days for answer in answers):
            continue
        for mode, answer in enumerate(answers):
            if isinstance(answer, dict):
                seen[mode, answer["error"]] += 1
                if seen[mode, answer["error"]] > 4:
                    answers[mode] = {"error": answer["error"]}
        kept.append([value, *answers])
    return kept


def main():
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", ZONE).config("spark.sql.maxMetadataStringLength", 100).getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    for of, values in VALUES.items():
        for to in TARGETS:
            columns = []
            for ansi, cast in [(True, "CAST"), (False, "CAST"), (True, "TRY_CAST")]:
                # The values themselves are made in ANSI mode, so that none is NULL by mistake.
                spark.conf.set("spark.sql.ansi.enabled", ansi)
                columns.append(ask(spark, values, of, to, cast) if known(spark, of, to, cast) else "-")
            if columns == ["-", "-", "-"]:
                continue
            answers = [column if column != "-" else ["-"] * len(values) for column in columns]
            cases = shortened([list(case) for case in zip(values, *answers)])
            line = {"from": of, "to": to, "zone": ZONE, "cases": cases}
            print(json.dumps(line, ensure_ascii=False))
            sys.stdout.flush()


main()
