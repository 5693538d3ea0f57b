"""Asks Spark for the answers in operators.jsonl: `python operators.py > operators.jsonl`.

One line a question: {"name", "types", "values", "result", "answer" or "error"}, and "ansi" where the
modes differ. Values are texts that are cast to the types; null stands for NULL. The answer is text
too, null for NULL. An error is its condition and its parameters. Intervals are numbers of months, of
days, and of microseconds.
"""

import itertools
import json

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

INTEGERS = {
    "tinyint": ["0", "1", "-1", "7", "-3", "127", "-128", None],
    "smallint": ["0", "1", "-1", "300", "32767", "-32768", None],
    "int": ["0", "1", "-1", "7", "-3", "2147483647", "-2147483648", None],
    "bigint": ["0", "1", "-1", "3037000500", "9223372036854775807", "-9223372036854775808", None],
}
FLOATS = ["0.0", "-0.0", "1.5", "-2.5", "1e300", "1.7976931348623157E308", "Infinity", "-Infinity",
          "NaN", None]
FLOATS4 = ["0.0", "-0.0", "1.5", "-2.5", "3.4028235E38", "Infinity", "NaN", None]
NINES = "9" * 38
DECIMALS = [
    ("decimal(15,2)", "decimal(15,2)", ["0", "1.05", "-1.05", "9999999999999.99", None],
     ["0", "0.07", "-3.50", "-9999999999999.99", None]),
    ("decimal(5,0)", "decimal(7,3)", ["0", "5", "-99999"], ["0", "0.001", "-9999.999", "3.333"]),
    ("decimal(32,4)", "decimal(16,2)",
     ["0", "1.0005", "-" + "9" * 28 + ".9999", "9" * 28 + ".9999"],
     ["0", "0.95", "-1.04", "9" * 14 + ".99", "-" + "9" * 14 + ".99"]),
    ("decimal(38,18)", "decimal(38,18)",
     ["0", "0.000000000000000001", "-0.5", "1.5", "12345678901234567890.123456789012345678",
      "9" * 20 + "." + "9" * 18],
     ["0", "0.000000000000000003", "-0.000000000000000005", "0.5", "-7",
      "9" * 20 + "." + "9" * 18, "-" + "9" * 20 + "." + "9" * 18]),
    ("decimal(38,0)", "decimal(38,0)", ["0", "1", "-1", NINES, "-" + NINES, "5" + "0" * 37, None],
     ["0", "1", "-1", "3", NINES, "-" + NINES, "7" + "0" * 20]),
    ("decimal(38,38)", "decimal(38,38)",
     ["0", "0." + "0" * 37 + "1", "0." + NINES, "-0.5"],
     ["0", "0." + "0" * 37 + "1", "-0." + NINES, "0.25"]),
    ("decimal(38,0)", "decimal(38,38)", ["1", NINES, "-7"],
     ["0." + "0" * 37 + "1", "0." + NINES, "-0.3"]),
    ("decimal(38,38)", "decimal(38,0)", ["0." + NINES, "-0.7", "0." + "0" * 37 + "1"],
     [NINES, "3", "-1"]),
    ("decimal(38,37)", "decimal(20,1)", ["9." + "9" * 37, "-1.5"], ["0.1", "-0.5", "9" * 19 + ".5"]),
    ("decimal(20,0)", "decimal(20,0)", ["18446744073709551615", "-9223372036854775809"],
     ["10000000000", "-3", "1"]),
    ("decimal(3,1)", "decimal(2,0)", ["10.5", "-10.5", "0.5"], ["3", "-3", "0"]),
]
# A quotient that is rounded twice: at 39 digits after the point, then at its scale.
TWICE = [("decimal(38,0)", "decimal(38,0)",
          ["4999999999999999999999999999999", "49999999999999999999999999999999999999"],
          ["9" * 31, "99999999999999999999999999999999999999", "1" + "0" * 37])]
DAYS = "interval day to second"
MONTHS = "interval year to month"
LONG = 2**63
INTERVALS = {
    DAYS: ["0", "93784000005", "-259201000000", str(LONG - 1), str(-LONG), None],
    MONTHS: ["0", "14", "-40", str(2**31 - 1), str(-2**31), None],
}
MOMENTS = ["14 3 14405000006", "-1 -2 0", f"{2**31 - 1} {2**31 - 1} 0", None]

INFIX = {"+", "-", "*", "/", "%", "div", "&", "|", "^", "<<", ">>", ">>>"}
BINARY = ["+", "-", "*", "/", "%", "pmod"]
TRY = ["try_add", "try_subtract", "try_multiply", "try_divide", "try_mod"]
NAMES = {"negative": "-", "positive": "+", "~": "~"}


def split(count, *sizes):
    """The count in larger units, all of one sign."""
    sign, count, parts = (-1 if count < 0 else 1), abs(count), []
    for size in sizes:
        parts.append(sign * (count // size))
        count %= size
    return parts, sign * count


def interval(data_type, parts):
    if data_type == MONTHS:
        return "make_ym_interval({}, {})".format(*split(parts[0], 12)[0], split(parts[0], 12)[1])
    minute = 60 * 10**6
    (days, hours, minutes), micros = split(parts[-1], 24 * 60 * minute, 60 * minute, minute)
    seconds = f"{'-' if micros < 0 else ''}{abs(micros) // 10**6}.{abs(micros) % 10**6:06d}BD"
    if data_type == DAYS:
        return f"make_dt_interval({days}, {hours}, {minutes}, {seconds})"
    return (f"make_interval(0, {parts[0]}, 0, {parts[1]}, {days * 24 + hours}, {minutes},"
            f" {seconds})")


def cast(data_type, value):
    if value is None:
        return f"CAST(NULL AS {data_type})"
    if data_type.startswith("interval"):
        return interval(data_type, [int(part) for part in value.split()])
    return f"CAST('{value}' AS {data_type})"


def call(name, types, values):
    args = [cast(t, v) for t, v in zip(types, values)]
    if name in INFIX:
        return f"{args[0]} {name} {args[1]}"
    if name in NAMES:
        return f"{NAMES[name]} {args[0]}"
    return f"{name}({', '.join(args)})"


def questions():
    for data_type, values in INTEGERS.items():
        wide = data_type == "bigint"
        binary = ["+", "-", "*", "%", "pmod", "&", "|", "^", "try_add", "try_subtract",
                  "try_multiply", "try_mod"] + (["div"] if wide else [])
        for name in binary:
            for pair in itertools.product(values, values):
                yield name, [data_type] * 2, pair
        for name in ["negative", "positive", "abs", "~", "bit_count"]:
            for value in values:
                yield name, [data_type], [value]
        if data_type in ("int", "bigint"):
            for name in ["<<", ">>", ">>>"]:
                for pair in itertools.product(values, ["0", "1", "31", "33", "64", "-1", None]):
                    yield name, [data_type, "int"], pair
        for pair in itertools.product(values, ["0", "6", "7", "31", "63", "64", "-1", None]):
            yield "bit_get", [data_type, "int"], pair
    for data_type, values in [("double", FLOATS), ("float", FLOATS4)]:
        names = BINARY + TRY if data_type == "double" else ["+", "-", "*", "%", "pmod", "try_mod"]
        for name in names:
            for pair in itertools.product(values, values):
                yield name, [data_type] * 2, pair
        for name in ["negative", "positive", "abs"]:
            for value in values:
                yield name, [data_type], [value]
    for left, right, a, b in DECIMALS:
        for name in BINARY + ["div"] + TRY:
            for pair in itertools.product(a, b):
                yield name, [left, right], pair
        for name in ["negative", "positive", "abs"]:
            for value in a:
                yield name, [left], [value]
    for left, right, a, b in TWICE:
        for pair in itertools.product(a, b):
            yield "/", [left, right], pair
    for value in ["true", "false", None]:
        yield "bit_count", ["boolean"], [value]
    for data_type, values in INTERVALS.items():
        for name in ["+", "-", "div", "try_add", "try_subtract"]:
            for pair in itertools.product(values, values):
                yield name, [data_type] * 2, pair
        for name in ["negative", "positive", "abs"]:
            for value in values:
                yield name, [data_type], [value]
    for name in ["+", "-", "try_add", "try_subtract"]:
        for pair in itertools.product(MOMENTS, MOMENTS):
            yield name, ["interval"] * 2, pair
    for name in ["negative", "positive"]:
        for value in MOMENTS:
            yield name, ["interval"], [value]


IN_MONTHS = "(extract(YEAR FROM a) * 12L + extract(MONTH FROM a))"
IN_MICROS = ("CAST(extract(HOUR FROM a) * 3600000000L + extract(MINUTE FROM a) * 60000000L"
             " + extract(SECOND FROM a) * 1000000 AS DECIMAL(38, 0))")
ANSWERS = {
    MONTHS: f"CAST({IN_MONTHS} AS STRING)",
    DAYS: f"CAST(extract(DAY FROM a) * 86400000000BD + {IN_MICROS} AS STRING)",
    "interval": f"concat({IN_MONTHS}, ' ', extract(DAY FROM a), ' ', {IN_MICROS})",
}


def ask(spark, name, types, values):
    line = {"name": name, "types": types, "values": list(values)}
    try:
        frame = spark.sql(f"SELECT {call(name, types, values)} AS a")
        line["result"] = frame.schema[0].dataType.simpleString()
        shown = ANSWERS.get(line["result"], "CAST(a AS STRING)")
        line["answer"] = frame.selectExpr(shown).collect()[0][0]
    except PySparkException as error:
        line["error"] = [error.getCondition(), error.getMessageParameters()]
    return line


def main():
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").getOrCreate())
    answers = []
    for ansi in [True, False]:
        spark.conf.set("spark.sql.ansi.enabled", str(ansi).lower())
        answers.append([ask(spark, *question) for question in questions()])
    for ansi, legacy in zip(*answers):
        if ansi == legacy:
            print(json.dumps(ansi))
        else:
            print(json.dumps({**ansi, "ansi": True}))
            print(json.dumps({**legacy, "ansi": False}))
    spark.stop()


if __name__ == "__main__":
    main()
