#!/usr/bin/env python3
"""Answers queries over Parquet with an engine of Python's: engine.py spark|duckdb|polars DATA THREADS

DATA holds a directory for each table. What `--bin sql` of flint-benchmarks starts and talks to, one
JSON object a line. The first line that comes back is {"engine": "name and version"}; from then on
each line of input is {"query": "text"}, and is answered by {"seconds": 1.5, "rows": 10} or
{"error": "first line of what the engine says"}. The clock runs from the text to all rows in memory.
"""

import json
import pathlib
import sys
import time


def spark(tables, threads):
    import pyspark
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{threads}]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(threads),
        "spark.driver.memory": "8g",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for name, directory in tables.items():
        session.read.parquet(str(directory)).createOrReplaceTempView(name)
    return f"Apache Spark {pyspark.__version__}", lambda text: len(session.sql(text).collect())


def duckdb(tables, threads):
    import duckdb as engine

    connection = engine.connect(config={"threads": threads})
    for name, directory in tables.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{directory}/*.parquet')")
    return f"DuckDB {engine.__version__}", lambda text: len(connection.execute(text).fetchall())


def polars(tables, threads):
    import os

    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars as engine

    context = engine.SQLContext()
    for name, directory in tables.items():
        context.register(name, engine.scan_parquet(f"{directory}/*.parquet"))
    return f"Polars {engine.__version__}", lambda text: context.execute(text).collect().height


ENGINES = {"spark": spark, "duckdb": duckdb, "polars": polars}


def main():
    engine, data, threads = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    tables = {path.name: path.resolve() for path in sorted(data.iterdir()) if path.is_dir()}
    # Engines print what they like; the answers have the descriptor to themselves.
    answers, sys.stdout = sys.stdout, sys.stderr
    name, run = ENGINES[engine](tables, threads)
    print(json.dumps({"engine": name}), file=answers, flush=True)
    for line in sys.stdin:
        text = json.loads(line)["query"]
        start = time.perf_counter()
        try:
            rows = run(text)
            answer = {"seconds": time.perf_counter() - start, "rows": rows}
        except Exception as error:  # every kind of error is an answer
            answer = {"error": (str(error) or repr(error)).strip().splitlines()[0]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
