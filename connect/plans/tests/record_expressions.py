#!/usr/bin/env python3
"""Writes down the expressions and types that PySpark's Connect client sends.

`$FLINT_PYSPARK_CONNECT record_expressions.py` (PySpark 4.3 with the Connect client) writes
recorded_expressions.txt beside this file: one expression a line, its name and its message in base64.
No server is needed, as columns become messages without one. The program below is compiled under a
name of its own, so that origins are the same wherever this runs, and functions are ones that pickle
by name.
"""

import base64
import os
import pathlib

# Functions of pyspark.sql ask this which of its two clients they serve.
os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"

from unittest import mock

import pyspark.errors.utils
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.plan import Read

PROGRAM = '''
import datetime as d
import decimal
import math
import operator
from enum import Enum

import numpy as np
from pyspark.sql import functions as F
from pyspark.sql.connect.column import Column
from pyspark.sql.connect.expressions import DirectShufflePartitionID, LiteralExpression
from pyspark.sql.types import *
from pyspark.sql.window import Window

class Color(Enum):
    RED = 3

# Constants.
for name, value in [
    ("null", None), ("true", True), ("int", 7), ("long", 1 << 40), ("float", 0.5), ("nan", math.nan),
    ("string", "it's"), ("binary", b"ab"), ("decimal", decimal.Decimal("-1.50")),
    ("decimal_exponent", decimal.Decimal("1E+3")), ("date", d.date(2024, 2, 29)),
    ("timestamp", d.datetime(2024, 2, 29, 1, 2, 3, 4, d.timezone.utc)),
    ("time", d.time(1, 2, 3, 4)), ("interval", d.timedelta(days=-1, seconds=1)),
    ("enum", Color.RED), ("numpy_byte", np.int8(-1)), ("numpy_short", np.int16(2)),
    ("numpy_long", np.int64(3)), ("numpy_float", np.float32(0.25)), ("numpy_bool", np.bool_(True)),
    ("list", [1, 2]), ("list_of_lists", [["a"], ["b", "c"]]), ("array", np.array([1.5, 2.5])),
]:
    send("literal." + name, F.lit(value))
typed = lambda value, kind: Column(LiteralExpression(value, kind))
send("literal.typed_null", typed(None, StringType()))
send("literal.typed_array", typed([1, None, 3], ArrayType(IntegerType())))
send("literal.nested_array", typed([[0.5], []], ArrayType(ArrayType(DoubleType()))))
send("literal.timestamp_ntz", typed(d.datetime(2024, 2, 29), TimestampNTZType()))

# Columns.
send("column", F.col("a.`b.c`.d"))
send("column_of", t._col("a"))
send("column_metadata", t.metadataColumn("_metadata"))
send("star", F.col("*"))
send("star_target", F.col("t.s.*"))
send("star_of", t["*"])
send("regex", t.colRegex("`a.*`"))
send("text", F.expr("a + 1"))

# Operators and functions.
a, b = F.col("a"), F.col("b")
send("operators", ((a + 1) * 2 > b) & ~(a == b) | a.isNull())
send("reversed", 1 - a ** 2 % 3)
send("bits", a.bitwiseAND(1).bitwiseOR(b).bitwiseXOR(3))
send("strings", a.like("x%") & a.rlike("y") | a.startswith("z") | a.contains("w"))
send("in_list", a.isin(1, 2, 3))
send("between", a.between(1, 2))
send("null_safe", a.eqNullSafe(b))
send("case", F.when(a > 1, "x").when(a > 2, "y").otherwise("z"))
send("count_star", F.count("*"))
send("count_distinct", F.count_distinct("a", "b"))
send("sum_distinct", F.sum_distinct("a"))
send("call_function", F.call_function("db.f", a, F.lit(1)))
send("call_udf", F.call_udf("f", a))
send("internal", F.bucket(4, "a"))
send("aggregate_options", F.percentile_approx("a", [0.25, 0.5], 100))

# Names and types.
send("alias", a.alias("x"))
send("alias_metadata", a.alias("x", metadata={"k": [1, "v"]}))
send("alias_many", F.explode("m").alias("k", "v"))
send("cast_text", a.cast("array<int>"))
send("cast_type", a.cast(DecimalType(10, 2)))
send("try_cast", a.try_cast("int"))
send("astype", a.astype(LongType()))

# Structs, arrays, maps.
send("item", a[0])
send("key", a["k"])
send("field", a.getField("f"))
send("dotted", a.b)
send("slice", a.substr(1, 2))
send("with_field", a.withField("x.y", F.lit(1)))
send("drop_fields", a.dropFields("x", "y"))

# Lambda functions.
send("lambda_one", F.transform("a", lambda x: x + 1))
send("lambda_two", F.transform("a", lambda x, i: x + i))
send("lambda_merge", F.aggregate("a", F.lit(0), lambda s, x: s + x, lambda s: s * 2))
send("lambda_three", F.zip_with("a", "b", lambda x, y: F.transform("c", lambda z: x + y + z)))

# Orders and windows.
send("asc", a.asc())
send("desc", a.desc())
send("asc_nulls_last", a.asc_nulls_last())
send("desc_nulls_first", a.desc_nulls_first())
w = Window.partitionBy("a").orderBy(F.desc("b"))
send("window", F.row_number().over(w))
send("window_rows", F.sum("b").over(w.rowsBetween(-1, Window.currentRow)))
send("window_rows_unbounded", F.sum("b").over(w.rowsBetween(Window.unboundedPreceding,
     Window.unboundedFollowing)))
send("window_range", F.sum("b").over(w.rangeBetween(-5, 5)))

# Subqueries.
send("subquery_scalar", t.scalar())
send("subquery_exists", t.exists())
send("subquery_in", a.isin(t))
send("subquery_in_many", F.struct("a", "b").isin(t))
send("table_argument", t.asTable().partitionBy("a").orderBy(F.desc("b")))
send("table_argument_single", t.asTable().withSinglePartition())
send("outer", a.outer())

# Functions that come along.
send("udf", F.udf(operator.neg, LongType())("a"))
send("udf_named", F.udf(operator.add, LongType())(x=a, y=b))
send("udf_random", F.udf(operator.neg, StringType()).asNondeterministic()(a))
send("pandas_udf", F.pandas_udf(operator.neg, DoubleType(), functionType=200)("a"))

send("direct_partition", Column(DirectShufflePartitionID((a % 3)._expr)))

# Types, as targets of casts.
from pyspark.ml.linalg import VectorUDT
for one in [
    NullType(), BinaryType(), BooleanType(), ByteType(), ShortType(), IntegerType(), LongType(),
    FloatType(), DoubleType(), DecimalType(), DecimalType(38, 18), StringType(),
    StringType("UTF8_LCASE"), StringType("UNICODE_CI_AI"), CharType(3), VarcharType(7), DateType(),
    TimeType(), TimeType(0), TimestampType(), TimestampNTZType(), CalendarIntervalType(),
    YearMonthIntervalType(), YearMonthIntervalType(1), DayTimeIntervalType(),
    DayTimeIntervalType(1, 2), ArrayType(IntegerType(), False),
    MapType(StringType(), ArrayType(LongType()), False),
    StructType([StructField("a", IntegerType(), False, {"comment": "c"}),
                StructField("b c", StructType([StructField("d", DateType())]))]),
    VariantType(), GeometryType(4326), GeometryType("ANY"), GeographyType(4326),
    GeographyType("ANY"), VectorUDT(),
]:
    send("type." + one.simpleString().replace(" ", "_"), a.cast(one))
'''


def record():
    # Places are told where a session is active that has not turned them off.
    pyspark.errors.utils._enable_debugging_cache = True
    client = mock.Mock(name="client")
    session = mock.Mock(name="session", client=client)
    client.get_configs.return_value = ["false"] * 4
    frame = DataFrame(Read("t"), session)
    expressions = []

    def send(name, column):
        plan = column.to_plan(client)
        udf = plan.common_inline_user_defined_function
        if plan.HasField("common_inline_user_defined_function"):
            # Its bytes are of one version of Python.
            udf.python_udf.command = b"code"
            udf.python_udf.python_ver = "3.x"
        expressions.append((name, plan.SerializeToString(deterministic=True)))

    exec(compile(PROGRAM, "program.py", "exec"), {"t": frame, "send": send})
    return expressions


def main():
    target = pathlib.Path(__file__).with_name("recorded_expressions.txt")
    with target.open("w") as out:
        for name, message in record():
            out.write(f"{name}\t{base64.b64encode(message).decode()}\n")


if __name__ == "__main__":
    main()
