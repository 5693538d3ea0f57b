"""The cases of make.py: what is written, and how it is read."""

from pathlib import Path

import csv_cases
import json_cases

TYPES = """
  SELECT * FROM VALUES
    (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.25BD, 'a', X'01ff', DATE'2024-02-29',
     TIMESTAMP'2024-02-29 12:34:56.789012', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999'),
    (2, false, -128Y, -32768S, -2147483648, -9223372036854775808L, 'NaN'::float, '-Infinity'::double,
     -99.99BD, '', X'', DATE'0001-01-01', TIMESTAMP'1900-01-01 00:00:00', TIMESTAMP_NTZ'9999-12-31 23:59:59'),
    (3, null, null, null, null, null, null, null, null, null, null, null, null, null)
  AS t(id, b, i8, i16, i32, i64, f32, f64, d, s, bin, day, at, at_ntz)
"""

NESTED = """
  SELECT * FROM VALUES
    (1, array(1, null, 3), map('a', 1, 'b', null), named_struct('x', 1, 'y', array('p', null)),
     array(named_struct('k', 'v', 'm', map(1, array(1.5D))))),
    (2, array(), map(), named_struct('x', null, 'y', array()), array()),
    (3, null, null, null, null)
  AS t(id, xs, m, s, deep)
"""

WIDE = """
  SELECT id, CAST(id AS DECIMAL(5,2)) d5, CAST(id * 1000000 AS DECIMAL(18,4)) d18,
    CAST(id AS DECIMAL(38,10)) d38, make_ym_interval(1, CAST(id AS INT)) ym,
    make_dt_interval(CAST(id AS INT), 2, 3, 4.5) dt FROM range(3)
"""


def parquet(spark, query, **options):
    def write(path):
        spark.sql(query).coalesce(1).write.options(**options).parquet(path)
    return write


def partitioned(spark, query, *columns):
    def write(path):
        spark.sql(query).coalesce(1).write.partitionBy(*columns).parquet(path)
    return write


def directories(spark, names):
    """One file with one row under each directory."""
    def write(path):
        for number, name in enumerate(names):
            here = Path(path) / name
            spark.range(number, number + 1).coalesce(1).write.parquet(str(here))
    return write


def two(spark, first, second):
    def write(path):
        spark.sql(first).coalesce(1).write.parquet(path)
        spark.sql(second).coalesce(1).write.mode("append").parquet(path)
        ordered = sorted(Path(path).glob("part-*"), key=lambda p: p.stat().st_mtime_ns)
        for number, file in enumerate(ordered):
            file.rename(Path(path) / f"part-{number:05}.snappy.parquet")
    return write


def all_cases(spark):
    return {
        **csv_cases.cases(spark),
        "parquet_types": (parquet(spark, TYPES), [
            {},
            {"schema": "s STRING, ID BIGINT, missing DATE"},
            {"schema": "i32 BIGINT, f32 DOUBLE, day TIMESTAMP_NTZ, i64 DECIMAL(20,0), d DECIMAL(10,4)"},
            {"schema": "s INT"},
            {"schema": "i64 INT"},
            {"schema": "at TIMESTAMP_NTZ"},
            {"schema": "at_ntz TIMESTAMP"},
            {"schema": "s BINARY"},
            {"schema": "d DECIMAL(10,1)"},
            {"schema": "f64 FLOAT"},
            {"schema": "i32 SMALLINT"},
            {"schema": "b STRING"},
        ]),
        "parquet_nested": (parquet(spark, NESTED), [
            {},
            {"schema": "id INT, s STRUCT<Y: ARRAY<STRING>, z: INT>, deep ARRAY<STRUCT<m: MAP<INT, ARRAY<DOUBLE>>>>"},
            {"schema": "xs ARRAY<BIGINT>, m MAP<STRING, BIGINT>"},
        ]),
        "parquet_wide": (parquet(spark, WIDE), [{}]),
        "parquet_micros": (
            lambda path: (
                spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS"),
                spark.sql("SELECT TIMESTAMP'2024-01-01 00:00:00.123456' AS at").write.parquet(path),
                spark.conf.unset("spark.sql.parquet.outputTimestampType"),
            ),
            [{}],
        ),
        "parquet_partitions": (
            partitioned(
                spark,
                """SELECT * FROM VALUES (1, 'a b', 10, DATE'2024-01-01'), (2, 'c/d=e%', null, DATE'2024-01-02'),
                   (3, null, 3000000000, DATE'2024-01-02') AS t(id, name, n, day)""",
                "day", "name", "n",
            ),
            [
                {},
                {"schema": "id INT, n STRING, day STRING, name STRING"},
                {"paths": ["/day=2024-01-02"]},
                {"paths": ["/day=2024-01-02"], "options": {"basePath": "BASE"}},
                {"paths": ["/day=2024-01-0*"]},
                {"options": {"recursiveFileLookup": "true"}},
                {"conf": {"spark.sql.sources.partitionColumnTypeInference.enabled": "false"}},
                {"schema": "id INT, name STRING, n INT, day DATE"},
                {"paths": ["/nothing"]},
                {"paths": ["/no*"]},
                {"options": {"pathGlobFilter": "*.csv"}},
            ],
        ),
        "partition_types": (
            directories(spark, [
                "a=1d/b=01/c=1.5/d=2020-01-01/e=true", "a=2d/b=2/c=1e3/d=2020-01-01 00%3A00%3A00/e=1",
            ]), [{}]),
        "partition_mixed": (directories(spark, ["a=1", "a=x", "a=__HIVE_DEFAULT_PARTITION__"]), [{}]),
        "partition_double_long": (directories(spark, ["a=1.5", "a=3000000000"]), [{}]),
        "partition_int_double": (directories(spark, ["a=1.5", "a=3"]), [{}]),
        "partition_decimal": (directories(spark, ["a=30000000000000000000", "a=3"]), [{}]),
        "partition_date_int": (directories(spark, ["a=2020-01-01", "a=3"]), [{}]),
        "partition_names": (directories(spark, ["a=1", "b=1"]), [{}]),
        "partition_case": (directories(spark, ["a=1", "A=2"]), [{}, {"conf": {"spark.sql.caseSensitive": "true"}}]),
        "partition_bases": (directories(spark, ["x/a=1", "y/a=1"]), [{}]),
        "partition_overlap": (directories(spark, ["z=0/id=7"]), [{}, {"schema": "id STRING, z INT"}]),
        "plain_subdirectory": (directories(spark, ["x", "_y", ".z", "_k=1"]), [{}, {"options": {"recursiveFileLookup": "true"}}]),
        "parquet_merge": (
            two(spark, "SELECT 1 AS a, 'x' AS b, named_struct('p', 1) AS s",
                "SELECT 2L AS c, 3 AS A, named_struct('q', 2D) AS s"),
            [{}, {"options": {"mergeSchema": "true"}}, {"conf": {"spark.sql.parquet.mergeSchema": "true"}}],
        ),
        "parquet_clash": (
            two(spark, "SELECT 1 AS a", "SELECT 'x' AS a"),
            [{}, {"options": {"mergeSchema": "true"}}],
        ),
        **json_cases.all_json_cases(spark),
    }
