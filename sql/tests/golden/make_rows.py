"""Writes the rows that Apache Spark gives: `make_rows.py > rows.jsonl`.

Needs pyspark 4.3.0 and Java 17. For each statement of the analyzer's statements.txt and of
statements.txt beside this file, over the views of tables.sql, ANSI on and off: every column cast to
STRING by Spark (BINARY as hex), or the condition of the error. Session time zone UTC, local[1].
"""

import json
import pathlib
import re
import sys

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import BinaryType

HERE = pathlib.Path(__file__).parent
ANALYZER = HERE.parents[1] / "analyzer" / "tests" / "golden" / "statements.txt"


def statements():
    for path in (ANALYZER, HERE / "statements.txt"):
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                yield line


def text(field, at):
    column = F.col(f"c{at}")
    if isinstance(field.dataType, BinaryType):
        return F.hex(column)
    return column.cast("string")


def answer(spark, sql):
    try:
        frame = spark.sql(sql)
        fields = frame.schema.fields
        names = [f"c{at}" for at in range(len(fields))]
        texts = frame.toDF(*names).select([text(field, at) for at, field in enumerate(fields)])
        return {"rows": [list(row) for row in texts.collect()]}
    except Py4JError:
        # An error of the engine that is none of its conditions.
        return {"condition": None}
    except PySparkException as error:
        return {"condition": error.getCondition()}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for statement in re.split(r";\s*\n", (HERE / "tables.sql").read_text()):
        if statement.strip():
            spark.sql(statement)
    for ansi in (True, False):
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        for sql in statements():
            line = {"ansi": ansi, "sql": sql, **answer(spark, sql)}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


main()
