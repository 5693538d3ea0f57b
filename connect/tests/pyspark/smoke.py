#!/usr/bin/env python3
"""What a PySpark user does in the first hour, against a Connect server.

    python smoke.py sc://127.0.0.1:15002

Runs with the clients PySpark 3.5 and 4.0 to 4.3 alike; what a client does not offer yet is said to
be left out. Prints a line per step, and exits 0 only if every step went as against Spark 4.3. The
server must see the same files as this program. Python functions are no part of it.
"""

import contextlib
import datetime
import decimal
import io
import os
import sys
import tempfile
import threading
import time
import traceback

import pandas
import pyspark
from pyspark.errors import AnalysisException, ArithmeticException, ParseException, PySparkException
from pyspark.sql import Row, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

CLIENT = tuple(int(part) for part in pyspark.__version__.split(".")[:2])
PATIENCE = 60
STEPS = []


def step(since=(3, 5)):
    """Marks a step, and the first client that can do it."""

    def mark(function):
        STEPS.append((function, since))
        return function

    return mark


def same(found, expected):
    assert found == expected, f"found {found!r}, not {expected!r}"


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def printed(action):
    """What a call prints, without spaces at ends of lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        action()
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


@contextlib.contextmanager
def raises(kind, condition):
    """The block must raise this class of exception with this condition."""
    try:
        yield
    except kind as error:
        # The client 3.5 knows no `getCondition`, and not every condition.
        assert condition in str(error), f"{condition} is not in: {error}"
        if CLIENT >= (4, 0):
            same(error.getCondition(), condition)
    else:
        raise AssertionError(f"{condition} was not raised")


def people(spark):
    data = [("Ann", 31, "a"), ("Bob", 25, "b"), ("Cyd", 31, "a"), ("Dee", None, "b")]
    return spark.createDataFrame(data, "name string, age int, team string")


@step()
def range_group_count_collect(spark):
    counts = spark.range(100).groupBy((F.col("id") % 3).alias("k")).count()
    same(sorted(rows(counts)), [(0, 34), (1, 33), (2, 33)])
    same(spark.range(5, 20, 5).collect(), [Row(id=5), Row(id=10), Row(id=15)])
    same(spark.range(1000).count(), 1000)


@step()
def version_of_the_server(spark):
    assert spark.version.startswith("4."), spark.version


@step()
def analysis_exceptions_by_class(spark):
    with raises(AnalysisException, "UNRESOLVED_COLUMN.WITH_SUGGESTION"):
        spark.range(1).select("nothing").collect()
    with raises(AnalysisException, "TABLE_OR_VIEW_NOT_FOUND"):
        spark.table("no_such_table").collect()


@step()
def parse_exceptions_by_class(spark):
    with raises(ParseException, "PARSE_SYNTAX_ERROR"):
        spark.sql("SELEC 1")
    assert issubclass(ParseException, AnalysisException)


@step()
def arithmetic_exceptions_by_class(spark):
    with raises(ArithmeticException, "DIVIDE_BY_ZERO"):
        spark.sql("SELECT 1 / (id - id) FROM range(3)").collect()


@step(since=(4, 0))
def error_details(spark):
    try:
        spark.sql("SELECT nothing FROM range(1)").collect()
        raise AssertionError("no error")
    except AnalysisException as error:
        same(error.getCondition(), "UNRESOLVED_COLUMN.WITH_SUGGESTION")
        same(error.getSqlState(), "42703")
        same(error.getMessageParameters(), {"objectName": "`nothing`", "proposal": "`id`"})
        (context,) = error.getQueryContext()
        same((context.fragment(), context.startIndex(), context.stopIndex()), ("nothing", 7, 13))
        assert str(error).startswith("[UNRESOLVED_COLUMN.WITH_SUGGESTION]"), error


@step()
def sql_with_parameters(spark):
    named = spark.sql("SELECT id FROM range(10) WHERE id > :low AND id < :high ORDER BY id", {"low": 3, "high": 6})
    same(rows(named), [(4,), (5,)])
    same(rows(spark.sql("SELECT ? + 1 AS a, ? AS b", [1, "x"])), [(2, "x")])


@step(since=(4, 0))
def sql_over_frames(spark):
    same(rows(spark.sql("SELECT sum(id) FROM {numbers}", numbers=spark.range(5))), [(10,)])


@step()
def frames_from_rows(spark):
    schema = StructType([StructField("k", IntegerType()), StructField("v", StringType())])
    same(rows(spark.createDataFrame([(1, "a"), (2, None)], schema)), [(1, "a"), (2, None)])
    same(spark.createDataFrame([Row(x=1, y="b")]).collect(), [Row(x=1, y="b")])
    nested = spark.createDataFrame([(1, [1, 2], {"k": 1.5}, (True, "s"))], "a int, b array<int>, c map<string,double>, d struct<e: boolean, f: string>")
    same(nested.collect(), [Row(a=1, b=[1, 2], c={"k": 1.5}, d=Row(e=True, f="s"))])


@step()
def values_come_back_as_they_went(spark):
    values = (
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 12, 30, 15, 123456),
        decimal.Decimal("12345678901234567890.12345678"),
        b"\x00\xff",
        -(2**63),
        1.5,
        datetime.timedelta(days=1, seconds=2),
    )
    types = "a date, b timestamp, c decimal(38,8), d binary, e bigint, f double, g interval day to second"
    found = tuple(spark.createDataFrame([values], types).first())
    same(tuple(bytes(v) if isinstance(v, bytearray) else v for v in found), values)


@step()
def frames_from_pandas(spark):
    data = pandas.DataFrame({"k": [1, 2, 3], "v": ["a", "b", "c"], "w": [0.5, 1.5, 2.5]})
    frame = spark.createDataFrame(data)
    same(rows(frame.where("w > 1").orderBy("k")), [(2, "b", 1.5), (3, "c", 2.5)])
    back = frame.orderBy("k").toPandas()
    same(back.to_dict("list"), data.to_dict("list"))


@step(since=(4, 0))
def frames_to_arrow(spark):
    table = spark.range(3).withColumn("s", F.col("id").cast("string")).toArrow()
    same(table.to_pydict(), {"id": [0, 1, 2], "s": ["0", "1", "2"]})


@step()
def a_frame_larger_than_a_message(spark):
    data = pandas.DataFrame({"k": range(200_000), "v": ["text %d" % k for k in range(200_000)]})
    frame = spark.createDataFrame(data)
    same(rows(frame.select(F.sum("k"), F.max(F.length("v")))), [(19999900000, 11)])
    same(len(frame.toPandas()), 200_000)


@step()
def rows_one_by_one(spark):
    found = [row.id for row in spark.range(0, 10000, 1, 4).toLocalIterator()]
    same(sorted(found), list(range(10000)))


@step()
def head_take_tail_first(spark):
    numbers = spark.range(10).orderBy("id")
    same([row.id for row in numbers.take(2)], [0, 1])
    same([row.id for row in numbers.tail(2)], [8, 9])
    same((numbers.first().id, numbers.head(1)[0].id, spark.range(0).first()), (0, 0, None))


@step()
def select_filter_with_column(spark):
    frame = people(spark).withColumn("older", F.col("age") + 1).filter(F.col("team") == "a")
    same(sorted(rows(frame.select("name", "older"))), [("Ann", 32), ("Cyd", 32)])
    case = F.when(F.col("age") > 30, "old").otherwise("young")
    same(sorted(rows(people(spark).na.drop().select("name", case))), [("Ann", "old"), ("Bob", "young"), ("Cyd", "old")])


@step()
def aggregates(spark):
    found = people(spark).groupBy("team").agg(F.avg("age"), F.max("name"), F.count_distinct("age"))
    same(sorted(rows(found)), [("a", 31.0, "Cyd", 1), ("b", 25.0, "Dee", 1)])
    pivoted = people(spark).groupBy("team").pivot("age", [25, 31]).count()
    same(sorted(rows(pivoted)), [("a", None, 2), ("b", 1, None)])
    same(len(rows(people(spark).rollup("team", "age").count())), 6)


@step()
def joins(spark):
    left = spark.createDataFrame([(1, "a"), (2, "b"), (3, "c")], "k int, l string")
    right = spark.createDataFrame([(2, "x"), (3, "y"), (4, "z")], "k int, r string")
    same(sorted(rows(left.join(right, "k"))), [(2, "b", "x"), (3, "c", "y")])
    outer = rows(left.join(right, "k", "full"))
    same(sorted(outer), [(1, "a", None), (2, "b", "x"), (3, "c", "y"), (4, None, "z")])
    same(rows(left.join(right, left.k == right.k, "left_anti")), [(1, "a")])
    same(left.crossJoin(right).count(), 9)
    same(sorted(rows(left.select("k").union(right.select("k")).distinct())), [(1,), (2,), (3,), (4,)])


@step()
def windows(spark):
    by_age = Window.partitionBy("team").orderBy(F.col("age").desc_nulls_last(), "name")
    frame = people(spark).select("name", F.row_number().over(by_age).alias("place"), F.lag("name").over(by_age))
    same(sorted(rows(frame)), [("Ann", 1, None), ("Bob", 1, None), ("Cyd", 2, "Ann"), ("Dee", 2, "Bob")])
    running = Window.orderBy("id").rowsBetween(Window.unboundedPreceding, Window.currentRow)
    same(rows(spark.range(4).select(F.sum("id").over(running))), [(0,), (1,), (3,), (6,)])


@step()
def higher_order_functions(spark):
    frame = spark.sql("SELECT array(1, 2, 3) AS a").select(
        F.transform("a", lambda x: x * 2), F.filter("a", lambda x: x > 1), F.aggregate("a", F.lit(0), lambda x, y: x + y)
    )
    same(rows(frame), [([2, 4, 6], [2, 3], 6)])


@step()
def show(spark):
    expected = "+----+---+----+\n|name|age|team|\n+----+---+----+\n| Ann| 31|   a|\n| Bob| 25|   b|\n+----+---+----+\nonly showing top 2 rows"
    same(printed(lambda: people(spark).show(2)), expected)
    expected = "-RECORD 0----\n name | Dee\n age  | NULL\n team | b"
    same(printed(lambda: people(spark).where("age IS NULL").show(vertical=True)), expected)
    expected = "+-----+\n|s    |\n+-----+\n|abcde|\n+-----+"
    same(printed(lambda: spark.sql("SELECT 'abcde' AS s").show(truncate=False)), expected)


@step()
def schemas(spark):
    frame = people(spark)
    same([f.name for f in frame.schema.fields], ["name", "age", "team"])
    same(frame.dtypes, [("name", "string"), ("age", "int"), ("team", "string")])
    same(spark.range(1).schema, StructType([StructField("id", LongType(), False)]))
    expected = "root\n |-- name: string (nullable = true)\n |-- age: integer (nullable = true)\n |-- team: string (nullable = true)"
    same(printed(frame.printSchema), expected)
    same(repr(frame), "DataFrame[name: string, age: int, team: string]")


@step()
def explain(spark):
    frame = spark.range(10).filter("id > 3")
    assert "== Physical Plan ==" in printed(frame.explain)
    whole = printed(lambda: frame.explain(True))
    for part in ("Parsed Logical", "Analyzed Logical", "Optimized Logical", "Physical"):
        assert f"== {part} Plan ==" in whole, f"{part} is not in {whole}"


@step()
def temporary_views(spark):
    people(spark).createOrReplaceTempView("people")
    same(rows(spark.sql("SELECT count(*) FROM people WHERE age > 30")), [(2,)])
    same(spark.table("people").count(), 4)
    with raises(AnalysisException, "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"):
        spark.range(1).createTempView("people")
    same(spark.catalog.dropTempView("people"), True)
    same(spark.catalog.dropTempView("people"), False)
    spark.range(3).createOrReplaceGlobalTempView("smoke_numbers")
    same(spark.table("global_temp.smoke_numbers").count(), 3)
    same(spark.catalog.dropGlobalTempView("smoke_numbers"), True)


@step()
def configuration(spark):
    spark.conf.set("spark.sql.shuffle.partitions", "3")
    same(spark.conf.get("spark.sql.shuffle.partitions"), "3")
    spark.conf.unset("spark.sql.shuffle.partitions")
    same(spark.conf.get("spark.no.such.key", "default"), "default")
    same(spark.conf.isModifiable("spark.sql.ansi.enabled"), True)
    spark.conf.set("spark.sql.ansi.enabled", "false")
    same(rows(spark.sql("SELECT 1 / 0")), [(None,)])
    spark.conf.unset("spark.sql.ansi.enabled")
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    same(rows(spark.sql("SELECT string(timestamp_seconds(0))")), [("1970-01-01 09:00:00",)])
    spark.conf.unset("spark.sql.session.timeZone")
    with raises(PySparkException, "SQL_CONF_NOT_FOUND"):
        spark.conf.get("spark.no.such.key")


@step()
def catalog(spark):
    same((spark.catalog.currentCatalog(), spark.catalog.currentDatabase()), ("spark_catalog", "default"))
    assert "default" in [database.name for database in spark.catalog.listDatabases()]
    spark.range(1).createOrReplaceTempView("listed")
    assert ("listed", True) in [(table.name, table.isTemporary) for table in spark.catalog.listTables()]
    same([(column.name, column.dataType) for column in spark.catalog.listColumns("listed")], [("id", "bigint")])
    same((spark.catalog.tableExists("listed"), spark.catalog.tableExists("unlisted")), (True, False))
    assert spark.catalog.functionExists("abs")
    assert "abs" in [function.name for function in spark.catalog.listFunctions()]
    spark.catalog.dropTempView("listed")


@step()
def files(spark):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "people")
        people(spark).write.partitionBy("team").parquet(path)
        back = spark.read.parquet(path)
        same(sorted(rows(back.where("team = 'a'").select("name", "team"))), [("Ann", "a"), ("Cyd", "a")])
        with raises(AnalysisException, "PATH_ALREADY_EXISTS"):
            people(spark).write.parquet(path)
        spark.range(2).write.mode("overwrite").parquet(path)
        same(sorted(rows(spark.read.parquet(path))), [(0,), (1,)])
        for format in ("csv", "json"):
            people(spark).na.drop().write.format(format).option("header", True).save(path + format)
            back = spark.read.format(format).schema("name string, age int").option("header", True).load(path + format)
            same(sorted(rows(back.select("name", "age"))), [("Ann", 31), ("Bob", 25), ("Cyd", 31)])
        with raises(AnalysisException, "PATH_NOT_FOUND"):
            spark.read.parquet(os.path.join(folder, "nothing")).collect()


@step()
def tables(spark):
    spark.sql("DROP TABLE IF EXISTS smoke_table")
    spark.range(3).write.saveAsTable("smoke_table")
    spark.sql("INSERT INTO smoke_table VALUES (10)")
    same(sorted(rows(spark.table("smoke_table"))), [(0,), (1,), (2,), (10,)])
    spark.sql("DROP TABLE smoke_table")


@step()
def caching(spark):
    frame = spark.range(100).withColumn("x", F.rand()).cache()
    same(rows(frame), rows(frame))
    frame.unpersist()
    people(spark).createOrReplaceTempView("kept")
    spark.catalog.cacheTable("kept")
    same((spark.catalog.isCached("kept"), spark.table("kept").count()), (True, 4))
    spark.catalog.uncacheTable("kept")
    same(spark.catalog.isCached("kept"), False)
    spark.catalog.dropTempView("kept")


@step(since=(4, 0))
def observed_metrics(spark):
    observed = pyspark.sql.Observation("smoke")
    frame = spark.range(10).observe(observed, F.count("id").alias("rows"), F.max("id").alias("largest"))
    same(frame.where("id > 100").count(), 0)
    same(observed.get, {"rows": 10, "largest": 9})


@step()
def observed_by_name(spark):
    same(spark.range(10).observe("named", F.count("*").alias("n")).count(), 10)


@step()
def interrupt_by_tag(spark):
    interrupted(spark, lambda: spark.interruptTag("slow"), tag="slow")


@step()
def interrupt_everything(spark):
    interrupted(spark, spark.interruptAll)
    same(spark.range(7).count(), 7)


def interrupted(spark, interrupt, tag=None):
    """A query that runs for hours ends soon with an error when it is interrupted."""
    outcome = []

    def query():
        if tag:
            spark.addTag(tag)
        try:
            outcome.append(spark.range(10**13).selectExpr("sum(id % 7)").collect())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=query, daemon=True)
    thread.start()
    # Spark itself misses a query that is interrupted before its tasks run.
    thread.join(3)
    deadline = time.monotonic() + PATIENCE
    while not interrupt():
        assert thread.is_alive(), f"the query ended early: {outcome}"
        assert time.monotonic() < deadline, "no query to interrupt was found"
        thread.join(0.05)
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the query goes on"
    assert "OPERATION_CANCELED" in str(outcome[0]), outcome


@step()
def sessions_are_apart(spark):
    other = SparkSession.builder.remote(REMOTE).create()
    spark.range(1).createOrReplaceTempView("mine")
    spark.conf.set("spark.sql.shuffle.partitions", "5")
    with raises(AnalysisException, "TABLE_OR_VIEW_NOT_FOUND"):
        other.table("mine").collect()
    assert other.conf.get("spark.sql.shuffle.partitions") != "5"
    other.stop()
    spark.catalog.dropTempView("mine")
    spark.conf.unset("spark.sql.shuffle.partitions")


@step(since=(4, 3))
def new_session(spark):
    other = spark.newSession()
    spark.range(1).createOrReplaceTempView("mine")
    same(other.catalog.tableExists("mine"), False)
    other.stop()
    same(spark.catalog.dropTempView("mine"), True)


@step()
def hundreds_of_columns_and_steps(spark):
    frame = spark.range(2)
    for n in range(60):
        frame = frame.withColumn(f"c{n}", F.col("id") + n)
    same(frame.agg(F.sum("c59")).first()[0], 119)


@step()
def sessions_end(spark):
    spark.stop()
    again = SparkSession.builder.remote(REMOTE).create()
    same(again.range(3).count(), 3)
    again.stop()


def went(function, spark):
    """None, or why a step is wrong."""
    try:
        function(spark)
        return None
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)
        line = next(frame.lineno for frame in reversed(at) if frame.filename == __file__)
        return f"line {line}: {type(error).__name__}: {' '.join(str(error).split())[:500]}"


def main():
    wrong = 0
    spark = SparkSession.builder.remote(REMOTE).appName("smoke").getOrCreate()
    for function, since in STEPS:
        if CLIENT < since:
            print(f"left out  {function.__name__}: the client is {pyspark.__version__}", flush=True)
            continue
        begin = time.monotonic()
        reason = went(function, spark)
        wrong += reason is not None
        seconds = f"{time.monotonic() - begin:.1f} s"
        print(f"ok        {function.__name__} ({seconds})" if reason is None else f"WRONG     {function.__name__}: {reason}", flush=True)
    print(f"client {pyspark.__version__}: {wrong} wrong" if wrong else f"client {pyspark.__version__}: all right")
    # Not by return: a query that went on keeps its thread.
    os._exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    REMOTE = sys.argv[1]
    main()
