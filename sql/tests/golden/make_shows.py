"""Spark's own answers for tests of `show()`: `python3 make_shows.py > shows.jsonl`.

Needs PySpark 4.3. Each line is a query of SQL, the arguments of `show`, and what it prints.
"""

import json

from pyspark.sql import SparkSession

QUERIES = [
    "SELECT 1 AS a, 'x' AS long_name, NULL AS n",
    "SELECT * FROM VALUES (1, 'short'), (22, 'a string of more than twenty characters'), (NULL, NULL) AS t(n, s)",
    "SELECT * FROM VALUES ('数据库'), ('ab'), ('ｆｕｌｌ'), ('한국어 텍스트입니다 그리고 더 길게 써야 합니다') AS t(`名`)",
    "SELECT 1.0D AS a, 1e10D AS b, 1.5E-5D AS c, double('NaN') AS d, -double('Infinity') AS e, float(0.1) AS f, 100.0D AS g",
    "SELECT 1.50 AS a, decimal('0.0000001') AS b, cast(123456789012345678901234567890.12 AS decimal(38,2)) AS c",
    "SELECT DATE'2026-01-31' AS d, TIMESTAMP_NTZ'2026-01-31 01:02:03.45' AS n, TIMESTAMP'2026-07-31 01:02:03' AS t",
    "SELECT X'01020AFF' AS b, X'' AS e, true AS t",
    "SELECT array(1, NULL, 3) AS a, array('x', NULL) AS s, array() AS e",
    "SELECT map('k', 1, 'l', NULL) AS m, named_struct('a', 1, 'b', 'x', 'c', NULL) AS s",
    "SELECT array(named_struct('a', 1.5D, 'b', array(X'01'))) AS nested",
    "SELECT INTERVAL '1-2' YEAR TO MONTH AS y, INTERVAL '1 02:03:04.5' DAY TO SECOND AS d",
    "SELECT 'tab\there' AS t, 'line\nbreak' AS l",
    "SELECT id, id * 100 AS h FROM range(30)",
    "SELECT id FROM range(0)",
    "SELECT '' AS e, 'abcdefghijklmnopqrst' AS twenty, 'abcdefghijklmnopqrstu' AS more",
]
SHOWS = [(20, 20, False), (3, 0, False), (2, 3, False), (1, 5, False), (2, 20, True), (2, 0, True)]


def main():
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.session.timeZone", "Europe/Berlin").getOrCreate()
    for query in QUERIES:
        frame = spark.sql(query)
        for rows, truncate, vertical in SHOWS:
            text = frame._show_string(rows, truncate if truncate else False, vertical)
            case = {"query": query, "rows": rows, "truncate": truncate, "vertical": vertical, "text": text}
            print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main()
