#!/usr/bin/env python3
"""Writes Spark's answers to the queries of TPC-H and TPC-DS: tpch.jsonl.gz and tpcds.jsonl.gz.

Run with a Python that has PySpark 4.3 and a JVM, from anywhere in the repository:

    python3 sql/tpc/golden/make_answers.py                                # scale 0.01, beside this file
    python3 sql/tpc/golden/make_answers.py --scale 0.1 --out /tmp/answers # for FLINT_TPC_ANSWERS

The data is made by `cargo run -p flint-sql-tpc -- data`. The session has Spark's default settings
(ANSI mode is one) and the time zone UTC. `src/answers.rs` says what the lines hold.

Spark is not asked for the query as it stands but for its rows with its sort keys, from the sorted
plan below the limit, up to the end of the ties that the limit cuts. So the answer tells which
rows may change places, and which may take each other's place.
"""

import argparse
import gzip
import json
import pathlib
import re
import subprocess
import tempfile
from itertools import groupby

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

HERE = pathlib.Path(__file__).resolve().parent
QUERIES = HERE.parent / "queries"
ROOT = HERE.parents[2]


def session():
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    # No answer hangs on these, only the time to get it.
    builder = builder.config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.driver.memory", "3g")
    return builder.getOrCreate()


class Asked:
    """A query taken apart: what it gives, what it sorts by, how many rows it keeps."""

    def __init__(self, spark, text):
        self.spark = spark
        self.frame = spark.sql(text)
        self.limit = None
        self.ctes = None
        plan = self.frame._jdf.queryExecution().analyzed()
        if name_of(plan) == "WithCTE":
            self.ctes = plan.cteDefs()
            plan = plan.plan()
        if name_of(plan) == "GlobalLimit":
            self.limit = int(plan.limitExpr().toString())
            plan = plan.child().child()
        self.outputs = plan.output()
        if name_of(plan) == "Project" and name_of(plan.child()) == "Sort":
            # Sort keys that the query does not give.
            self.outputs = plan.projectList()
            plan = plan.child()
        self.keys = plan.order() if name_of(plan) == "Sort" else None
        self.plan = plan

    def rows(self):
        """All rows, each with its sort keys, in the query's order and without its limit."""
        jvm = self.spark._jvm
        column = jvm.org.apache.spark.sql.classic.ExpressionUtils.column
        columns = [column(self.outputs.apply(i)) for i in range(self.outputs.size())]
        if self.keys is not None:
            keys = [self.keys.apply(i).child() for i in range(self.keys.size())]
            columns += [column(key).alias(f"key{i}") for i, key in enumerate(keys)]
        plan = self.plan
        if self.ctes is not None:
            plan = jvm.org.apache.spark.sql.catalyst.plans.logical.WithCTE(plan, self.ctes)
        below = jvm.org.apache.spark.sql.classic.Dataset.ofRows(self.spark._jsparkSession, plan)
        array = self.spark.sparkContext._gateway.new_array(jvm.org.apache.spark.sql.Column, len(columns))
        for i, one in enumerate(columns):
            array[i] = one
        return DataFrame(below.select(array), self.spark)

    def groups(self):
        """Rows in groups of ties, up to the limit and the end of the group that it cuts."""
        rows, width = self.rows(), self.outputs.size()
        if self.keys is None:
            return [[tuple(row)[:width] for row in rows.collect()]]
        wanted = None if self.limit is None else self.limit + 1
        while True:
            found = (rows if wanted is None else rows.limit(wanted)).collect()
            found = [(tuple(row)[width:], tuple(row)[:width]) for row in found]
            if wanted is None or len(found) < wanted or found[-1][0] != found[self.limit - 1][0]:
                break
            wanted *= 4
        groups = [[row for _, row in group] for _, group in groupby(found, key=lambda pair: pair[0])]
        return groups if self.limit is None else list(up_to(groups, self.limit))


def name_of(plan):
    return plan.getClass().getSimpleName()


def up_to(groups, limit):
    for group in groups:
        if limit <= 0:
            return
        yield group
        limit -= len(group)


def cell(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if hasattr(value, "as_tuple"):
        return format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def answer(spark, name, text):
    asked = Asked(spark, text)
    groups = asked.groups()
    return {
        "query": name,
        "columns": [[field.name, field.dataType.simpleString()] for field in asked.frame.schema],
        "limit": asked.limit,
        "ties": None if asked.keys is None else [len(group) for group in groups],
        "rows": [[cell(value) for value in row] for group in groups for row in group],
    }


def answers(spark, benchmark, data, only):
    for table in sorted(path for path in data.iterdir() if path.is_dir()):
        spark.read.parquet(str(table)).createOrReplaceTempView(table.name)
    for path in sorted((QUERIES / benchmark).glob("*.sql"), key=number):
        if only and path.stem not in only:
            continue
        try:
            line = answer(spark, path.stem, path.read_text().strip().rstrip(";"))
        except PySparkException as error:
            line = {"query": path.stem, "error": error.getCondition()}
        print(benchmark, path.stem, line.get("error") or f"{len(line['rows'])} rows", flush=True)
        yield line


def number(path):
    return int(re.sub(r"\D", "", path.stem)), path.stem


def make_data(benchmark, scale, parent):
    directory = parent / f"{benchmark}-{scale}"
    command = ["cargo", "run", "-q", "-p", "flint-sql-tpc", "--", "data", benchmark, str(scale), str(directory)]
    subprocess.run(command, check=True, cwd=ROOT)
    return directory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("benchmark", nargs="*", default=["tpch", "tpcds"])
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="where the answers go")
    parser.add_argument("--data", type=pathlib.Path, help="where the data lies, or is made")
    parser.add_argument("--only", help="names of queries, with commas: prints answers, writes none")
    args = parser.parse_args()
    if args.scale != 0.01 and args.out == HERE:
        parser.error("answers at other scales than 0.01 are not kept here: give --out")
    parent = args.data or pathlib.Path(tempfile.gettempdir()) / "flint-tpc"
    parent.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    spark = session()
    for benchmark in args.benchmark:
        data = make_data(benchmark, args.scale, parent)
        head = {
            "benchmark": benchmark,
            "scale": args.scale,
            "spark": spark.version,
            "timeZone": spark.conf.get("spark.sql.session.timeZone"),
            "ansi": spark.conf.get("spark.sql.ansi.enabled") == "true",
        }
        only = args.only.split(",") if args.only else None
        lines = list(answers(spark, benchmark, data, only))
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (head, *lines))
        if only:
            print(text)
            continue
        # No name and no time inside, so that the same answers make the same file.
        with open(args.out / f"{benchmark}.jsonl.gz", "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
                zipped.write(text.encode())
    spark.stop()


if __name__ == "__main__":
    main()
