"""Writes what Apache Spark answers about sketches: `make_sketches.py 2>/dev/null > sketches.jsonl`.

Needs pyspark 4.3.0 and Java 17. Each line: {"sql", "schema", "rows"}, every column cast to STRING by
Spark (BINARY as hex), or {"sql", "error", "parameters"} for the condition of an error. Session time
zone America/Los_Angeles, local[1], ANSI mode. Statements whose answers hang on chance are not here:
KLL sketches of more than k values.
"""

import json

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import BinaryType

SOME = "FROM VALUES (1), (1), (2), (2), (3), (NULL) tab(col)"
NONE = "FROM VALUES (1) tab(col) WHERE col > 5"
VALUES = (
    "1 | 2L | 1Y | 'a' | '' | X'01' | X'' | NULL | 1.5D | 1.5F | -0.0D | double('NaN') | 1.5 | true "
    "| DATE'2020-01-01' | array(1) | array(1L, 2L) | array(1, NULL) | array() | array('a')"
)
OF_VALUES = (
    "hll_sketch_agg(c) | theta_sketch_agg(c) | tuple_sketch_agg_double(c, 1D) | tuple_sketch_agg_integer(c, 1) "
    "| kll_sketch_agg_bigint(c) | kll_sketch_agg_float(c) | kll_sketch_agg_double(c) | approx_top_k(c)"
)
OF_ROWS = """
hll_sketch_agg(col) | hll_sketch_agg(col, 4) | hll_sketch_agg(col, 21) | hll_sketch_agg(col, 3) | hll_sketch_agg(col, 22) | hll_sketch_agg(col, NULL) | hll_sketch_agg(col, '8') | hll_sketch_agg(col, col) | hll_sketch_agg(DISTINCT col) | hll_sketch_agg(col) FILTER (WHERE col > 1)
theta_sketch_agg(col) | theta_sketch_agg(col, 4) | theta_sketch_agg(col, 26) | theta_sketch_agg(col, 3) | theta_sketch_agg(col, 27) | theta_sketch_agg(col, NULL) | theta_sketch_agg(col, '8') | theta_sketch_agg(col, col) | theta_sketch_agg(col) FILTER (WHERE col > 1)
tuple_sketch_agg_double(col, 1.0D) | tuple_sketch_agg_double(col, 1.0F) | tuple_sketch_agg_double(col, 1) | tuple_sketch_agg_double(col, NULL) | tuple_sketch_agg_double(col, 1D, 4) | tuple_sketch_agg_double(col, 1D, 3) | tuple_sketch_agg_double(col, 1D, 27) | tuple_sketch_agg_double(col, 1D, NULL) | tuple_sketch_agg_double(col, 1D, 12, 'max') | tuple_sketch_agg_double(col, 1D, 12, 'MIN') | tuple_sketch_agg_double(col, 1D, 12, 'alwaysone') | tuple_sketch_agg_double(col, 1D, 12, 'bad') | tuple_sketch_agg_double(col, 1D, 12, NULL) | tuple_sketch_agg_double(col, 1D, mode => 'min') | tuple_sketch_agg_double(key => col, summary => 1D) | tuple_sketch_agg_double(col, double('NaN'), 12, 'min')
tuple_sketch_agg_integer(col, 1) | tuple_sketch_agg_integer(col, 1L) | tuple_sketch_agg_integer(col, col) | tuple_sketch_agg_integer(col, 2147483647) | tuple_sketch_agg_integer(col, 1, 30) | tuple_sketch_agg_integer(col, 1, 12, 'x')
kll_sketch_agg_bigint(col) | kll_sketch_agg_bigint(col, 8) | kll_sketch_agg_bigint(col, 7) | kll_sketch_agg_bigint(col, 65535) | kll_sketch_agg_bigint(col, 65536) | kll_sketch_agg_bigint(col, NULL) | kll_sketch_agg_bigint(col, '200') | kll_sketch_agg_double(double(col), 8) | kll_sketch_agg_double(float(col)) | kll_sketch_agg_float(float(col)) | kll_sketch_agg_float(double(col)) | kll_sketch_agg_bigint(DISTINCT col) | kll_sketch_agg_bigint(col) FILTER (WHERE col > 1)
approx_top_k(col) | approx_top_k(col, 0) | approx_top_k(col, -1) | approx_top_k(col, NULL) | approx_top_k(col, col) | approx_top_k(col, 3, 2) | approx_top_k(col, 3, NULL) | approx_top_k(col, 3, 1000001) | approx_top_k(col, 3, 0) | approx_top_k(col, 3, col) | approx_top_k(col, '2') | approx_top_k(col, 2, 2) | approx_top_k(DISTINCT col) | approx_top_k(col) FILTER (WHERE col > 1)
approx_top_k_accumulate(col, 0) | approx_top_k_accumulate(col, NULL) | approx_top_k_accumulate(col, 1000001) | approx_top_k_accumulate(col, col)
""".strip()
SKETCHES = {
    "hll": "hll_sketch_agg(col)",
    "theta": "theta_sketch_agg(col)",
    "tuple_double": "tuple_sketch_agg_double(col, 1.5D)",
    "tuple_integer": "tuple_sketch_agg_integer(col, 2)",
    "kll": "kll_sketch_agg_bigint(col)",
}
BYTES = ["NULL", "X''", "X'00'", "X'010103'", "X'010100'", "X'010163'", "X'0102030405060708'", "X'01030300000000000000'", "'abc'", "1"]
OF_SKETCHES = (
    "hll_sketch_estimate({0}) | hll_union({0}, {0}) | theta_sketch_estimate({0}) | theta_union({0}, {0}) "
    "| theta_intersection({0}, {0}) | theta_difference({0}, {0}) | tuple_sketch_estimate_double({0}) "
    "| tuple_sketch_theta_integer({0}) | tuple_sketch_summary_integer({0}) | tuple_union_double({0}, {0}) "
    "| tuple_intersection_integer({0}, {0}) | tuple_difference_double({0}, {0}) | tuple_union_theta_double({0}, {0}) "
    "| kll_sketch_get_n_bigint({0}) | kll_sketch_to_string_bigint({0}) | kll_sketch_merge_bigint({0}, {0}) "
    "| kll_sketch_get_quantile_bigint({0}, 0.5) | kll_sketch_get_rank_bigint({0}, 2L)"
)
OF_MANY = (
    "hll_union_agg(c) | theta_union_agg(c) | theta_intersection_agg(c) | tuple_union_agg_double(c) "
    "| tuple_union_agg_integer(c) | tuple_intersection_agg_double(c) | tuple_intersection_agg_integer(c) "
    "| kll_merge_agg_bigint(c)"
)
HLL = "(SELECT hll_sketch_agg(id, 10) a, hll_sketch_agg(id, 11) b, max(id) id FROM range(5))"
TUPLES = (
    "(SELECT tuple_sketch_agg_double(id, double(id), 5) a, tuple_sketch_agg_double(id + 50, 1D, 12) b, "
    "theta_sketch_agg(id + 30) t, tuple_sketch_agg_integer(id, int(id), 5) ai, "
    "tuple_sketch_agg_integer(id + 50, 1, 12) bi FROM range({}))"
)
OF_TUPLES = """
a | ai | tuple_union_double(a, b) | tuple_union_double(a, b, 4) | tuple_union_double(a, b, 4, 'min') | tuple_union_double(a, b, mode => 'max') | tuple_union_theta_double(a, t) | tuple_union_theta_double(a, t, 4, 'max') | tuple_intersection_double(a, b) | tuple_intersection_double(a, b, 'max') | tuple_intersection_theta_double(a, t) | tuple_intersection_theta_double(a, t, 'alwaysone') | tuple_difference_double(a, b) | tuple_difference_double(b, a) | tuple_difference_theta_double(a, t)
tuple_union_integer(ai, bi) | tuple_union_integer(ai, bi, 5, 'min') | tuple_union_theta_integer(ai, t) | tuple_intersection_integer(ai, bi) | tuple_intersection_theta_integer(ai, t, 'min') | tuple_difference_integer(ai, bi) | tuple_difference_theta_integer(ai, t)
tuple_sketch_estimate_double(a) | tuple_sketch_theta_double(a) | tuple_sketch_summary_double(a) | tuple_sketch_summary_double(a, 'min') | tuple_sketch_summary_double(a, 'MAX') | tuple_sketch_summary_double(a, 'alwaysone') | tuple_sketch_summary_integer(ai, 'min') | tuple_sketch_summary_integer(ai) | tuple_sketch_estimate_integer(bi) | tuple_sketch_theta_integer(ai)
""".strip()
WRONG_TUPLES = "tuple_union_double(a, b, 3) | tuple_union_double(a, b, NULL) | tuple_union_double(a, b, 12, 'x') | tuple_union_double(a, b, 12, NULL) | tuple_union_double(a, b, '12') | tuple_union_double(a, b, 12, 1) | tuple_union_double(a, b, 12L) | tuple_union_double(a, NULL) | tuple_union_double(a, bi) | tuple_union_double(a, t) | tuple_union_theta_double(a, b) | tuple_union_theta_double(t, a) | tuple_intersection_double(a, b, 'x') | tuple_intersection_double(a, b, NULL) | tuple_difference_double(a, b, 'x') | tuple_intersection_double(a, b, mode => 'min') | tuple_sketch_summary_double(a, 'x') | tuple_sketch_summary_double(a, NULL) | theta_union(t, t, lgNomEntries => 5)"
MANY_TUPLES = (
    "(SELECT tuple_sketch_agg_double(id, double(id), 5) s, tuple_sketch_agg_integer(id, int(id), 5) si FROM range(100) "
    "UNION ALL SELECT tuple_sketch_agg_double(id + 50, 1D, 12), tuple_sketch_agg_integer(id + 50, 1, 12) FROM range(100))"
)
OF_MANY_TUPLES = "tuple_union_agg_double(s) | tuple_union_agg_double(s, 5) | tuple_union_agg_double(s, 5, 'min') | tuple_union_agg_double(s, mode => 'max') | tuple_union_agg_double(s, lgNomEntries => 6) | tuple_union_agg_double(s, foo => 6) | tuple_union_agg_double(s, 3) | tuple_union_agg_double(s, NULL) | tuple_union_agg_double(s, 5, 'x') | tuple_union_agg_integer(si, 4, 'max') | tuple_intersection_agg_double(s) | tuple_intersection_agg_double(s, 'min') | tuple_intersection_agg_double(s, 'x') | tuple_intersection_agg_double(s, NULL) | tuple_intersection_agg_integer(si)"
THETAS = "(SELECT theta_sketch_agg(id, 5) a, theta_sketch_agg(id + 50, 12) b, theta_sketch_agg(id + 1000) c FROM range(100))"
OF_THETAS = "a | b | theta_union(a, b, 4) | theta_union(a, b, 3) | theta_union(a, b, NULL) | theta_union(a, b, '12') | theta_union(a, NULL) | theta_intersection(a, b) | theta_intersection(a, c) | theta_intersection(b, c) | theta_difference(a, b) | theta_difference(b, a) | theta_difference(a, a) | theta_difference(X'01030300001e0000', b) | theta_difference(a, X'01030300001e0000') | theta_intersection(a, X'01030300001e0000') | theta_union(a, X'01030300001e0000') | theta_sketch_estimate(a) | theta_sketch_estimate(theta_intersection(a, b))"
ITEMS = {
    "int": "1 2 2", "bigint": "5 -7 -7", "tinyint": "1 2 2", "smallint": "1 2 2", "boolean": "true false false",
    "float": "1.5 -0.0 NaN", "double": "1.5 -0.0 NaN", "string": "a bé 😀", "date": "2020-01-01 1969-01-02 2020-01-01",
    "timestamp": "2020-01-01 1969-01-02 2020-01-01", "timestamp_ntz": "2020-01-01 1969-01-02 2020-01-01",
    "decimal(5,2)": "1.25 -3.00 7.10", "decimal(12,3)": "1.255 -30000000.123 10", "decimal(30,3)": "1.255 -123456789012345678901.123 10",
}
STATES = [
    "(SELECT approx_top_k_accumulate(v, 10) s FROM VALUES (1), (2), (2), (NULL) t(v) UNION ALL SELECT approx_top_k_accumulate(v, {}) FROM VALUES {} t(v))".format(*x)
    for x in [("10", "(3), (2), (NULL)"), ("20", "(3), (2)"), ("10", "('3'), ('2')"), ("10", "(3L), (2L)")]
]
STATE = "(SELECT approx_top_k_accumulate(id, 10) s FROM range(5))"
NO_STATES = "named_struct('a', 1) | named_struct('a', 1, 'b', 1, 'c', 2, 'd', 'x') | named_struct('a', X'00', 'b', '1', 'c', 2, 'd', 'x') | named_struct('a', X'00', 'b', 1, 'c', X'00', 'd', 'x') | named_struct('a', X'00', 'b', 1, 'c', 2, 'd', 1) | 1"
OTHERS = """
SELECT hll_union(a, b) FROM {hll}
SELECT hll_union(a, b, true) FROM {hll}
SELECT hll_union(a, b, NULL) FROM {hll}
SELECT hll_union(a, b, 'x') FROM {hll}
SELECT hll_union(a, b, id > 0) FROM {hll}
SELECT hll_union_agg(s) FROM (SELECT a s FROM {hll} UNION ALL SELECT b FROM {hll})
SELECT hll_union_agg(s, true) FROM (SELECT a s FROM {hll} UNION ALL SELECT b FROM {hll})
SELECT hll_union_agg(a, NULL) FROM {hll}
SELECT hll_union_agg(a, id > 1) FROM {hll}
SELECT hll_union_agg(a, 1) FROM {hll}
SELECT hll_sketch_agg(id, 4) FROM range(20)
SELECT hll_sketch_agg(id, 4), hll_sketch_agg(id, 8) FROM range(9)
SELECT hll_sketch_agg(id, 12) FROM range(30)
SELECT md5(hll_sketch_agg(id)), hll_sketch_estimate(hll_sketch_agg(id)) FROM range(100000)
SELECT hll_sketch_estimate(hll_sketch_agg(id)), hll_sketch_estimate(hll_sketch_agg(id, 4)) FROM range(5000)
SELECT hll_sketch_estimate(hll_union(a, b)), md5(hll_union(a, b)) FROM (SELECT hll_sketch_agg(id) a, hll_sketch_agg(id + 5000) b FROM range(10000))
SELECT hll_sketch_estimate(hll_union(a, b)), md5(hll_union(a, b)) FROM (SELECT hll_sketch_agg(id) a, hll_sketch_agg(id + 100) b FROM range(200))
SELECT id % 3, hll_sketch_estimate(hll_sketch_agg(id)), theta_sketch_estimate(theta_sketch_agg(id)) FROM range(100) GROUP BY id % 3 ORDER BY 1
SELECT theta_sketch_agg(id, 4) FROM range(100)
SELECT theta_sketch_agg(id, 5) FROM range(9)
SELECT theta_sketch_estimate(theta_sketch_agg(id, 4)), md5(theta_sketch_agg(id)) FROM range(100000)
SELECT theta_union_agg(s, 5) FROM (SELECT a s FROM {thetas} UNION ALL SELECT b FROM {thetas})
SELECT theta_union_agg(a, 3) FROM {thetas}
SELECT theta_union_agg(a, NULL) FROM {thetas}
SELECT theta_intersection_agg(s) FROM (SELECT a s FROM {thetas} UNION ALL SELECT NULL UNION ALL SELECT b FROM {thetas})
SELECT md5(tuple_sketch_agg_double(id, double(id))), tuple_sketch_estimate_double(tuple_sketch_agg_double(id, 1D)) FROM range(20000)
SELECT tuple_sketch_agg_integer(id % 40, int(id), 4, 'max') FROM range(1000)
SELECT kll_sketch_to_string_double(kll_sketch_agg_double(double(id) * 1e10 / 3, 300)) FROM range(20)
SELECT kll_sketch_to_string_float(kll_sketch_agg_float(float(id), 16)) FROM range(1)
SELECT kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id, 65535)) FROM range(20)
SELECT kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id)) FROM range(0)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0D, 0.1D, 0.25D, 0.5D, 0.99D, 1D)) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.1, 0.5)) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.1D, NULL)) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 1.5) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), -0.1) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), double('NaN')) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), NULL) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), '0.5') FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array('0.5')) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 1) FROM range(10)
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 0.5) FROM range(0)
SELECT kll_sketch_get_quantile_bigint(s, d) FROM (SELECT kll_sketch_agg_bigint(id) s, max(id / 10) d FROM range(10))
SELECT kll_sketch_get_rank_bigint(s, d) FROM (SELECT kll_sketch_agg_bigint(id) s, max(id) d FROM range(10))
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), array(0, 5, 100)) FROM range(10)
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), 5.5) FROM range(10)
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), NULL) FROM range(10)
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), array()) FROM range(10)
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), true) FROM range(3)
SELECT kll_sketch_get_rank_double(kll_sketch_agg_double(double(id)), double('NaN')) FROM range(10)
SELECT kll_sketch_get_rank_float(kll_sketch_agg_float(float(id)), array(1, 2)) FROM range(10)
SELECT kll_sketch_get_quantile_double(kll_sketch_agg_double(c), array(0D, 0.2D, 0.4D, 1D)) FROM VALUES (-0.0D), (0.0D), (double('Infinity')), (double('-Infinity')), (double('NaN')) t(c)
SELECT kll_sketch_merge_bigint(a, b) FROM (SELECT kll_sketch_agg_bigint(id, 20) a, kll_sketch_agg_bigint(id, 10) b FROM range(5))
SELECT kll_merge_agg_bigint(s) FROM (SELECT kll_sketch_agg_bigint(id, 20) s FROM range(5) UNION ALL SELECT kll_sketch_agg_bigint(id, 10) FROM range(5))
SELECT kll_merge_agg_bigint(s, 50) FROM (SELECT kll_sketch_agg_bigint(id, 20) s FROM range(5) UNION ALL SELECT kll_sketch_agg_bigint(id, 10) FROM range(5))
SELECT kll_merge_agg_bigint(s, 5) FROM (SELECT kll_sketch_agg_bigint(id, 20) s FROM range(5))
SELECT kll_merge_agg_bigint(s, NULL) FROM (SELECT kll_sketch_agg_bigint(id, 20) s FROM range(5))
SELECT kll_merge_agg_bigint(s) FROM VALUES (NULL), (X'02010f0108000800'), (X'02020f04c80008000100000000000000') t(s)
SELECT kll_merge_agg_float(s) FROM VALUES (X'02020f04c80008000000c03f'), (X'02020f04c80008000000c03f') t(s)
SELECT g, approx_top_k(v) FROM VALUES (1, 1), (1, 2), (2, 3), (1, 1) t(g, v) GROUP BY g ORDER BY g
SELECT approx_top_k(v) OVER (ORDER BY v) FROM VALUES (1), (1), (2) t(v)
SELECT approx_top_k(v) FROM VALUES (0.0D), (-0.0D), (double('NaN')), (double('NaN')) t(v)
SELECT approx_top_k_combine(s).maxItemsTracked FROM {state} WHERE 1 = 0
""".strip()


def statements():
    for call in OF_VALUES.split(" | "):
        for value in VALUES.split(" | "):
            yield f"SELECT {call} FROM VALUES ({value}) t(c)"
    for row in OF_ROWS.splitlines():
        for call in row.split(" | "):
            yield f"SELECT {call} {SOME}"
            if row.startswith(call):
                yield f"SELECT {call} {NONE}"
    for call in OF_SKETCHES.split(" | "):
        for value in BYTES:
            yield f"SELECT {call.format(value)}"
        for sketch in SKETCHES.values():
            yield f"SELECT {call.format(sketch)} {SOME}"
    for call in OF_MANY.split(" | "):
        for value in BYTES:
            yield f"SELECT {call} FROM VALUES ({value}) t(c)"
        yield f"SELECT {call} FROM VALUES (X'00') t(c) WHERE c IS NULL"
        for sketch in SKETCHES.values():
            yield f"SELECT {call} FROM (SELECT {sketch} c {SOME} UNION ALL SELECT {sketch} FROM VALUES (3), (4) tab(col))"
    for rows in (0, 5, 100):
        for line in OF_TUPLES.splitlines():
            for call in line.split(" | "):
                yield f"SELECT {call} FROM {TUPLES.format(rows)}"
    for call in WRONG_TUPLES.split(" | "):
        yield f"SELECT {call} FROM {TUPLES.format(5)}"
    for call in OF_MANY_TUPLES.split(" | "):
        yield f"SELECT {call} FROM {MANY_TUPLES}"
    for call in OF_THETAS.split(" | "):
        yield f"SELECT {call} FROM {THETAS}"
    for type_name, values in ITEMS.items():
        rows = ", ".join(f"(CAST('{value}' AS {type_name}))" for value in [*values.split(), "é"][:3])
        rows += f", (CAST(NULL AS {type_name}))"
        yield f"SELECT approx_top_k(c, 10) FROM VALUES {rows} t(c)"
        yield f"SELECT hex(s.sketch), s.maxItemsTracked, s.itemDataType, s.itemDataTypeDDL FROM (SELECT approx_top_k_accumulate(c, 10) s FROM VALUES {rows} t(c))"
        yield f"SELECT approx_top_k_estimate(approx_top_k_accumulate(c), 3) FROM VALUES {rows} t(c)"
    for rows, k, tracked in [(20, 5, 10), (1000, 20, 100), (1000, 5, 10), (5000, 10, 50)]:
        for value in ["int(id * id % 37)", "string(id * id % 97)", "double(id * id % 97)", "cast(id * id % 97 / 7 as decimal(30,3))", "id * id % 97 * 10000000000"]:
            yield f"SELECT approx_top_k({value}, {k}, {tracked}) FROM range({rows})"
    for states in STATES:
        yield f"SELECT hex(s.sketch), s.maxItemsTracked, s.itemDataType, s.itemDataTypeDDL FROM (SELECT approx_top_k_combine(s) s FROM {states})"
        yield f"SELECT hex(s.sketch), s.maxItemsTracked, s.itemDataType, s.itemDataTypeDDL FROM (SELECT approx_top_k_combine(s, 30) s FROM {states})"
        yield f"SELECT approx_top_k_estimate(approx_top_k_combine(s)) FROM {states}"
    for value in ["0", "-1", "NULL", "1000001", "'5'", "5L", "11"]:
        yield f"SELECT approx_top_k_combine(s, {value}).maxItemsTracked FROM {STATE}"
        yield f"SELECT approx_top_k_estimate(s, {value}) FROM {STATE}"
    for value in NO_STATES.split(" | "):
        yield f"SELECT approx_top_k_estimate({value})"
        yield f"SELECT approx_top_k_combine(s).sketch FROM (SELECT {value} s)"
    yield from OTHERS.format(hll=HLL, thetas=THETAS, state=STATE).splitlines()


def text(field, at):
    column = F.col(f"c{at}")
    return F.hex(column) if isinstance(field.dataType, BinaryType) else column.cast("string")


def answer(spark, sql):
    line = {"sql": sql}
    try:
        frame = spark.sql(sql)
        fields = frame.schema.fields
        names = [f"c{at}" for at in range(len(fields))]
        texts = frame.toDF(*names).select([text(field, at) for at, field in enumerate(fields)])
        rows = [list(row) for row in texts.collect()]
        line |= {"schema": frame.schema.simpleString(), "rows": rows}
    except PySparkException as error:
        line |= {"error": error.getCondition(), "parameters": error.getMessageParameters()}
    return line


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for sql in statements():
        print(json.dumps(answer(spark, sql), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
