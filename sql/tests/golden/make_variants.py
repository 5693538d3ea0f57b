"""Makes variants.jsonl: what Spark answers to the statements of variants.sql.

Run with PySpark 4.3, standard error thrown away: python make_variants.py > variants.jsonl
Each line: {"sql", "schema", and "rows" or "error" with "parameters"}. Cells are texts, as a cast to
STRING gives them; variants are their bytes, value and metadata, as hexadecimal digits.
"""

import json
import os
import re

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import BinaryType, VariantType

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "America/Los_Angeles")
    .config("spark.sql.shuffle.partitions", "1")
    .getOrCreate()
)


def rows(frame):
    """The cells of a frame."""
    frame = frame.toDF(*[f"c{at}" for at in range(len(frame.columns))])
    types = [field.dataType for field in frame.schema.fields]
    shown = []
    for at, data_type in enumerate(types):
        column = frame[f"c{at}"]
        shown.append(column if isinstance(data_type, (BinaryType, VariantType)) else column.cast("string"))
    return [[cell(value) for value in row] for row in frame.select(*shown).collect()]


def cell(value):
    """One value as text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return f"{bytes(value.value).hex()} {bytes(value.metadata).hex()}"


here = os.path.dirname(os.path.abspath(__file__))
for sql in open(os.path.join(here, "variants.sql"), encoding="utf-8"):
    sql = sql.rstrip("\n")
    if not sql or sql.startswith("--"):
        continue
    line = {"sql": sql}
    try:
        frame = spark.sql(sql)
        line["schema"] = frame.schema.simpleString()
        line["nullable"] = [field.nullable for field in frame.schema.fields]
        line["rows"] = rows(frame)
    except Exception as error:
        condition = error.getCondition() if isinstance(error, PySparkException) else None
        found = re.search(r"\[([A-Z][A-Z_0-9.]+)\]", str(error))
        line["error"] = condition or (found and found.group(1))
        if condition:
            line["parameters"] = error.getMessageParameters()
    print(json.dumps(line, ensure_ascii=False), flush=True)
