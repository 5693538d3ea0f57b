"""Writes what Apache Spark says of DataFrames: `make_frames.py > frames.jsonl`.

Needs pyspark 4.3.0 and Java 17. Each frame has the name by which tests/it/operators.rs builds the same
tree. Tables are empty temporary views with the columns of tables.json.
"""

import json
import pathlib
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import _parse_datatype_string as parsed

HERE = pathlib.Path(__file__).parent


def frames(spark):
    """Names and frames; each is made when it is asked for, because making it may fail."""
    t, u, n = (spark.table(name) for name in ("t", "u", "n"))

    def to(frame, schema):
        return lambda: frame.to(parsed(schema))

    return {
        "to: order and types": to(u, "w bigint, a string"),
        "to: missing": to(u, "w int, new date"),
        "to: missing and needed": to(u, "nope int not null"),
        "to: nullable": to(u, "w int not null"),
        "to: wrong type": to(u, "k int"),
        "to: nested": to(t, "s struct<y: string, x: bigint, z: date>, arr array<bigint>"),
        "to: nested and needed": to(t, "s struct<q: string not null>"),
        "to: map": to(t, "m map<string, bigint>"),
        "to: times and decimals": to(t, "e timestamp, f date, d decimal(5, 1)"),
        "to: boolean": to(t, "g int"),
        "to: ambiguous": to(t.select("a", F.col("b").alias("A")), "a int"),
        "withField": lambda: t.select(t.s.withField("X", F.lit("new"))),
        "withField: added": lambda: t.select(t.s.withField("z", F.lit(1)).withField("`a.b`", t.a)),
        "withField: nested": lambda: t.select(
            F.struct(t.s).withField("s.y", F.lit(1)).dropFields("s.x")
        ),
        "withField: no struct": lambda: t.select(t.s.withField("x.y", F.lit(1))),
        "withField: no field": lambda: t.select(t.s.withField("q.y", F.lit(1))),
        "dropFields": lambda: t.select(t.s.dropFields("x", "nope")),
        "dropFields: all": lambda: t.select(t.s.dropFields("x", "y")),
        "expr: star": lambda: u.select(F.expr("*"), F.expr("a AS b")),
        "expr: star in functions": lambda: u.groupBy().agg(
            F.count(F.expr("*")), F.count_distinct(F.expr("*"))
        ),
        "expr: names in a struct": lambda: u.select(F.struct(F.expr("a AS b"), "k").alias("s")),
        "expr: generator": lambda: t.selectExpr("explode(arr) AS item", "a"),
        "groupBy: field": lambda: t.groupBy("s.x").agg(F.max("s.y").alias("m")),
        "pivot: fields": lambda: t.groupBy("s.x").pivot("s.y", ["p"]).agg(F.sum("a")),
        "mode: deterministic": lambda: u.agg(F.mode("a", True), F.mode("a", False)),
        "product": lambda: u.agg(F.product("a")),
        "current_database": lambda: u.select(F.current_database()),
        "withWatermark": lambda: t.withWatermark("f", "10 minutes"),
        "withWatermark: nothing of it is asked": lambda: t.withWatermark("nope", "1 month"),
        "withWatermark: field": lambda: t.withWatermark("s.x", "1 minute"),
        "withWatermark: no interval": lambda: t.withWatermark("f", "x minutes"),
        "randomSplit": lambda: t.randomSplit([1.0, 2.0], 3)[0],
        "summary": lambda: u.summary(),
        "summary: chosen": lambda: u.summary("count_distinct", "approx_count_distinct", "5%"),
        "summary: unknown": lambda: u.summary("nope"),
        "summary: no percentile": lambda: u.summary("x%"),
        "summary: nothing to describe": lambda: t.select("arr").summary(),
        "describe": lambda: u.describe("v", "k"),
        "describe: unknown": lambda: u.describe("nope"),
        "crosstab": lambda: u.crosstab("a", "k"),
        "crosstab: unknown": lambda: u.crosstab("a", "nope"),
        "freqItems": lambda: u.freqItems(["a", "k"]),
        "freqItems: unknown": lambda: u.freqItems(["nope"]),
        "sampleBy": lambda: u.sampleBy("k", {"x": 0.5}, 3),
        "pivot: no values": lambda: u.groupBy("a").pivot("k").agg(F.sum("v")),
        "pivot: values": lambda: u.groupBy("a").pivot("k", ["x", "y"]).agg(F.sum("v")),
        "pivot: two": lambda: u.groupBy("a").pivot("k", ["x"]).agg(F.sum("v"), F.max("w").alias("m")),
        "transpose": lambda: u.select("a", "w").transpose(),
        "transpose: types": lambda: u.transpose(),
        "transpose: no column": lambda: u.transpose(F.col("a") + 1),
        "zip": lambda: u.select("a").zip(u.select("v", (F.col("w") + 1).alias("x"))),
        "zip: other rows": lambda: u.zip(n),
        "zip: filtered": lambda: u.zip(u.filter("a > 1")),
        "asOf": lambda: u._joinAsOf(n, u.a, n.id),
        "asOf: left, nearest": lambda: u._joinAsOf(
            n, u.a, n.id, how="left", tolerance=F.lit(1), direction="nearest"
        ),
        "asOf: negative": lambda: u._joinAsOf(n, u.a, n.id, tolerance=F.lit(-1)),
        "observe": lambda: u.observe("o", F.count("a").alias("n"), (F.sum("v") + 1).alias("s")),
        "observe: random": lambda: u.observe("o", F.sum(F.rand(1)).alias("s")),
        "observe: distinct": lambda: u.observe("o", F.count_distinct("a")),
        "observe: column": lambda: u.observe("o", F.col("a")),
        "observe: window": lambda: u.observe("o", F.row_number().over(Window.orderBy("a"))),
        "observe: no name": lambda: u.observe("", F.count("a")),
    }


def answer(frame):
    try:
        fields = frame().schema.fields
        return {"columns": [[f.name, f.dataType.simpleString(), f.nullable] for f in fields]}
    except PySparkException as error:
        return {"condition": error.getCondition(), "sql_state": error.getSqlState()}


def main():
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    tables = json.loads((HERE / "tables.json").read_text())["own"]
    for name, columns in tables.items():
        spark.createDataFrame([], columns).createOrReplaceTempView(name)
    for name, frame in frames(spark).items():
        sys.stdout.write(json.dumps({"name": name, **answer(frame)}) + "\n")


main()
