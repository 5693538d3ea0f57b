"""Writes the answers of Apache Spark's analyzer: `make_schemas.py > schemas.jsonl`.

Needs pyspark 4.3.0 and Java 17. For each statement of statements.txt and each query of TPC-H and
TPC-DS: names, types and nullability of the columns, or condition, SQLSTATE and parameters of the
error, and the query form that it is an example of: the last line `# form: ..` before it. Tables are empty temporary views with the columns of tables.json.
"""

import json
import pathlib
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
QUERIES = HERE.parents[2] / "tpc" / "queries"


def statements():
    form = None
    for line in (HERE / "statements.txt").read_text().splitlines():
        if line.startswith("# form: "):
            form = line.removeprefix("# form: ")
        elif line.strip():
            yield "statement", form, line
    for suite in ("tpch", "tpcds"):
        for path in sorted((QUERIES / suite).glob("*.sql")):
            yield f"{suite}/{path.stem}", suite, path.read_text()


def answer(spark, sql):
    try:
        fields = spark.sql(sql).schema.fields
        return {"columns": [[f.name, f.dataType.simpleString(), f.nullable] for f in fields]}
    except PySparkException as error:
        return {
            "condition": error.getCondition(),
            "sql_state": error.getSqlState(),
            "parameters": error.getMessageParameters(),
        }


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    tables = json.loads((HERE / "tables.json").read_text())
    views = None
    for ansi in (True, False):
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        for kind, form, sql in statements():
            if not ansi and kind != "statement":
                continue
            suite = "own" if kind == "statement" else kind.split("/")[0]
            if suite != views:
                views = suite
                for name, columns in tables[suite].items():
                    spark.createDataFrame([], columns).createOrReplaceTempView(name)
            line = {"kind": kind, "form": form, "ansi": ansi, "sql": sql, **answer(spark, sql)}
            sys.stdout.write(json.dumps(line) + "\n")


main()
