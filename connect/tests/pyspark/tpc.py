#!/usr/bin/env python3
"""TPC-H and TPC-DS through a PySpark client, held against the answers of Spark 4.3.

    cargo run -p flint-sql-tpc -- data tpch 0.01 /tmp/tpch-0.01
    python tpc.py sc://127.0.0.1:15002 tpch /tmp/tpch-0.01
    python tpc.py sc://127.0.0.1:15002 tpcds /tmp/tpcds-0.01 --only q1,q3

The queries and the answers kept for scale 0.01 are those of `sql/tpc`; its README says what counts
as the same answer. The server must see the data's folder. Exits 0 only if every answer is right.
"""

import argparse
import collections
import gzip
import json
import math
import pathlib
import re
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

TPC = pathlib.Path(__file__).resolve().parents[3] / "sql" / "tpc"
NEAR = 1e-9


def kept_answers(folder, benchmark):
    with gzip.open(folder / f"{benchmark}.jsonl.gz", "rt") as file:
        head, *lines = map(json.loads, file)
    return head, {line["query"]: line for line in lines}


def queries(benchmark):
    def number(path):
        return int(re.sub(r"\D", "", path.stem)), path.stem

    for path in sorted((TPC / "queries" / benchmark).glob("*.sql"), key=number):
        yield path.stem, path.read_text().strip().rstrip(";")


def condition(error):
    ask = getattr(error, "getCondition", None) or error.getErrorClass
    return ask() or str(error).partition("[")[2].partition("]")[0]


def text(value):
    """A value as the answers write it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if hasattr(value, "as_tuple"):
        return format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Bag:
    """Rows to be found, each once."""

    def __init__(self, rows, doubles):
        self.doubles = doubles
        # By what must agree to the last digit, so that few rows are compared by their doubles.
        self.rows = collections.defaultdict(list)
        for row in rows:
            self.rows[self.exact(row)].append(row)

    def exact(self, row):
        return tuple(None if at in self.doubles and cell is not None else (cell,) for at, cell in enumerate(row))

    def take(self, wanted):
        rows = self.rows.get(self.exact(wanted), [])
        for at, row in enumerate(rows):
            if all(self.near(row[d], wanted[d]) for d in self.doubles):
                del rows[at]
                return True
        return False

    @staticmethod
    def near(a, b):
        if a is None or b is None:
            return a is b
        a, b = float(a), float(b)
        return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=NEAR)

    def left(self):
        return [row for rows in self.rows.values() for row in rows]


def difference(answer, columns, found):
    """How an answer differs from Spark's, None if it does not."""
    if "error" in answer:
        return f"rows, where Spark raises {answer['error']}"
    if columns != answer["columns"]:
        return f"other columns: {columns}, Spark has {answer['columns']}"
    doubles = [at for at, (_, kind) in enumerate(columns) if kind in ("double", "float")]
    expected, ties, limit = answer["rows"], answer["ties"], answer["limit"]
    count = len(expected) if limit is None else min(limit, len(expected))
    required = len(expected) if count == len(expected) else 0 if ties is None else len(expected) - ties[-1]
    must, may = Bag(expected[:required], doubles), Bag(expected[required:], doubles)
    strange = [row for row in found if not must.take(row) and not may.take(row)]
    if must.left() or strange or len(found) != count:
        return f"{len(found)} rows, Spark has {count}; missing {must.left()[:3]}, not Spark's {strange[:3]}"
    begin = 0
    for size in ties or []:
        group = Bag(expected[begin : begin + size], doubles)
        for at, row in enumerate(found[begin : begin + size], begin):
            if not group.take(row):
                return f"the right rows in another order, from row {at + 1} on: {row}"
        begin += size
    return None


def ask(spark, query, answer):
    try:
        frame = spark.sql(query)
        columns = [[field.name, field.dataType.simpleString()] for field in frame.schema]
        found = [[text(value) for value in row] for row in frame.collect()]
    except PySparkException as error:
        return None if condition(error) == answer.get("error") else f"{type(error).__name__}: {str(error)[:600]}"
    return difference(answer, columns, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("remote", help="sc://host:port")
    parser.add_argument("benchmark", choices=["tpch", "tpcds"])
    parser.add_argument("data", type=pathlib.Path, help="a folder with a folder of Parquet for each table")
    parser.add_argument("--answers", type=pathlib.Path, default=TPC / "golden")
    parser.add_argument("--only", help="names of queries, with commas")
    args = parser.parse_args()
    head, answers = kept_answers(args.answers, args.benchmark)
    spark = SparkSession.builder.remote(args.remote).create()
    spark.conf.set("spark.sql.session.timeZone", head["timeZone"])
    for table in sorted(path for path in args.data.iterdir() if path.is_dir()):
        spark.read.parquet(str(table.resolve())).createOrReplaceTempView(table.name)
    only = args.only.split(",") if args.only else None
    asked = wrong = 0
    for name, query in queries(args.benchmark):
        if only and name not in only:
            continue
        reason = ask(spark, query, answers[name])
        asked += 1
        wrong += reason is not None
        print(f"ok    {name}" if reason is None else f"WRONG {name}: {reason}", flush=True)
    spark.stop()
    print(f"{args.benchmark}: {asked - wrong} of {asked} right")
    return 0 if asked and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
