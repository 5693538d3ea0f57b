#!/usr/bin/env python3
"""Golden answers of Spark's RDD API, taken from PySpark.

Regenerate with Java 17 and `pip install pyspark==4.3.0`:

    python3 core/tests/golden/make_golden.py > core/tests/golden/rdd.jsonl

One JSON object a line; README.md beside this file describes the fields. Every answer here is one
that Spark defines: what a shuffle may reorder is sorted before it is written ("result_sorted").

PySpark is not Spark in Scala. Where it slices, chooses numbers of partitions, samples or sorts by
code of its own, the answers are Scala's and come from make_golden.scala: `parallelize`, numbers of
partitions after a shuffle, seeded sampling, range bounds, statistics with NaN. Inputs are
therefore built partition by partition (`Golden.rdd`), never by PySpark's own slicing.
"""

import gzip
import json
import math
import operator
import os
import sys
import tempfile
from pathlib import Path

os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

import pyspark  # noqa: E402 (the environment must be set first)
from pyspark import SparkConf, SparkContext  # noqa: E402

INTS = [[5, 3, 9, 3], [], [1, 5, 5, 0, 8], [2, 7, 3]]
PAIRS = [[[1, 10], [2, 20], [1, 11]], [], [[3, 30], [1, 12]], [[2, 21]]]
OTHER = [[[2, 200], [4, 400]], [[1, 100], [2, 201], [2, 200]]]

# Functions that cases name in "args": the tests have them under the same names.
FUNCTIONS = {
    "times_10": lambda x: x * 10,
    "is_odd": lambda x: x % 2 == 1,
    "is_negative": lambda x: x < 0,
    "repeat_mod_3": lambda x: [x] * (x % 3),
    "mod_3": lambda x: x % 3,
    "negate": lambda x: -x,
    "upto": lambda x: list(range(x % 4)),
}


def partition_index(index, records):
    """`map_partitions_with_index`: tags each record with the index of its partition."""
    return ([index, x] for x in records)


def plain(value):
    """Turns an answer into JSON values: tuples into lists, and floats that JSON lacks into names."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, (tuple, list)):
        return [plain(x) for x in value]
    if isinstance(value, dict):
        return {key: plain(x) for key, x in value.items()}
    return value


def entries(mapping):
    """A map as a list of `[key, value]` in the order of the keys."""
    return sorted([key, value] for key, value in mapping.items())


def canonical(rows):
    """Rows in a fixed order; None, the missing side of an outer join, sorts before everything."""

    def key(x):
        if isinstance(x, list):
            return (1, [key(y) for y in x])
        return (0, 0) if x is None else (1, x)

    return sorted(plain(rows), key=key)


def sorted_groups(groups):
    """The groups of one key of a cogroup, each sorted."""
    return [sorted(group) for group in groups]


class Golden:
    """Runs operations and prints one line for each."""

    def __init__(self, sc):
        self.sc = sc
        self.names = set()

    def rdd(self, partitions):
        """An RDD with exactly these partitions; inner lists become tuples, as keys must be hashable."""

        def record(x):
            return tuple(x) if isinstance(x, list) else x

        if not partitions:
            return self.sc.emptyRDD()
        return self.sc.parallelize(partitions, len(partitions)).flatMap(lambda part: [record(x) for x in part])

    def emit(self, case, op, **fields):
        assert case not in self.names, f"two cases are called {case}"
        self.names.add(case)
        print(json.dumps({"case": case, "op": op, **plain(fields)}, separators=(",", ":"), allow_nan=False))

    def glom(self, case, op, inputs, rdd, **args):
        """Records what each partition holds, in order."""
        self.emit(case, op, **inputs, args=args, partitions=rdd.glom().collect())

    def value(self, case, op, inputs, answer, **args):
        self.emit(case, op, **inputs, args=args, result=answer)

    def multiset(self, case, op, inputs, rdd, **args):
        """Records an answer whose order Spark does not define."""
        self.emit(case, op, **inputs, args=args, result_sorted=canonical(rdd.collect()))


def narrow_transformations(golden):
    shapes = {"ints": INTS, "one": [[4]], "empty-partitions": [[], []], "no-partition": []}
    for name, partitions in shapes.items():
        rdd, inputs = golden.rdd(partitions), {"input": partitions}
        golden.glom(f"map/{name}", "map", inputs, rdd.map(FUNCTIONS["times_10"]), f="times_10")
        for f in ("is_odd", "is_negative"):
            golden.glom(f"filter/{f}/{name}", "filter", inputs, rdd.filter(FUNCTIONS[f]), f=f)
        for f in ("repeat_mod_3", "upto"):
            golden.glom(f"flat_map/{f}/{name}", "flat_map", inputs, rdd.flatMap(FUNCTIONS[f]), f=f)
        golden.glom(
            f"map_partitions_with_index/{name}", "map_partitions_with_index", inputs,
            rdd.mapPartitionsWithIndex(partition_index), f="partition_index",
        )
        golden.value(f"glom/{name}", "glom", inputs, rdd.glom().collect())
        golden.glom(f"key_by/{name}", "key_by", inputs, rdd.keyBy(FUNCTIONS["mod_3"]), f="mod_3")
        golden.glom(f"zip_with_index/{name}", "zip_with_index", inputs, rdd.zipWithIndex())
        golden.glom(f"zip_with_unique_id/{name}", "zip_with_unique_id", inputs, rdd.zipWithUniqueId())
        golden.value(f"to_local_iterator/{name}", "to_local_iterator", inputs, list(rdd.toLocalIterator()))
    pairs, inputs = golden.rdd(PAIRS), {"input": PAIRS}
    golden.glom("map_values", "map_values", inputs, pairs.mapValues(FUNCTIONS["times_10"]), f="times_10")
    golden.glom("flat_map_values", "flat_map_values", inputs, pairs.flatMapValues(FUNCTIONS["repeat_mod_3"]), f="repeat_mod_3")
    golden.glom("keys", "keys", inputs, pairs.keys())
    golden.glom("values", "values", inputs, pairs.values())


def combining_partitions(golden):
    sc = golden.sc
    left, right = [[1, 2], [], [3]], [[10], [20, 30], []]
    sides = {"input": left, "other": right}
    golden.glom("union/two", "union", sides, golden.rdd(left).union(golden.rdd(right)))
    itself = golden.rdd(left)
    golden.glom("union/itself", "union", {"input": left, "other": left}, itself.union(itself))
    golden.glom("union/no-partition", "union", {"input": left, "other": []}, golden.rdd(left).union(sc.emptyRDD()))
    for name, other in {"two": right, "one": [[7, 8]], "no-partition": []}.items():
        golden.glom(
            f"cartesian/{name}", "cartesian", {"input": left, "other": other},
            golden.rdd(left).cartesian(golden.rdd(other)),
        )
    golden.glom("cartesian/itself", "cartesian", {"input": left, "other": left}, itself.cartesian(itself))
    same = [[-1, -2], [], [-3]]
    golden.glom("zip/same-sizes", "zip", {"input": left, "other": same}, golden.rdd(left).zip(golden.rdd(same)))
    for n in (1, 2, 3, 5):
        golden.glom(f"coalesce/uneven/{n}", "coalesce", {"input": INTS}, golden.rdd(INTS).coalesce(n), n=n, shuffle=False)


def ordering(golden):
    inputs = {"input": INTS}
    for ascending in (True, False):
        direction = "ascending" if ascending else "descending"
        for f in ("negate", "times_10"):
            rdd = golden.rdd(INTS).sortBy(FUNCTIONS[f], ascending, 3)
            golden.value(f"sort_by/{f}/{direction}", "sort_by", inputs, rdd.collect(), f=f, ascending=ascending, n=3)
        unique = [[[5, 50], [3, 30]], [], [[9, 90], [-1, 10], [4, 40]]]
        golden.value(
            f"sort_by_key/{direction}", "sort_by_key", {"input": unique},
            golden.rdd(unique).sortByKey(ascending, 2).collect(), ascending=ascending, n=2,
        )
        for n in (1, 2, 3):
            rdd = golden.rdd(unique).repartitionAndSortWithinPartitions(n, lambda key, n=n: key % n, ascending)
            golden.glom(
                f"repartition_and_sort_within_partitions/{direction}/{n}", "repartition_and_sort_within_partitions",
                {"input": unique}, rdd, partitioner="floor_mod", n=n, ascending=ascending,
            )
    for n in (1, 2, 4):
        rdd = golden.rdd(PAIRS).partitionBy(n, lambda key, n=n: key % n)
        golden.emit(
            f"partition_by/{n}", "partition_by", input=PAIRS, args={"partitioner": "floor_mod", "n": n},
            partitions_sorted=[sorted(part) for part in rdd.glom().collect()],
        )
    for n in (0, 1, 3, 4, 12, 20):
        rdd = golden.rdd(INTS)
        golden.value(f"take/{n}", "take", inputs, rdd.take(n), n=n)
        golden.value(f"top/{n}", "top", inputs, rdd.top(n), n=n)
        golden.value(f"take_ordered/{n}", "take_ordered", inputs, rdd.takeOrdered(n), n=n)
        golden.value(f"take_ordered/negate/{n}", "take_ordered", inputs, rdd.takeOrdered(n, FUNCTIONS["negate"]), n=n, f="negate")
        for replacement in (False, True):
            golden.value(
                f"take_sample/size/{n}/{replacement}", "take_sample_size", inputs,
                len(rdd.takeSample(replacement, n, 1)), n=n, with_replacement=replacement,
            )
    golden.value("first", "first", {"input": [[], [], [7, 8], [9]]}, golden.rdd([[], [], [7, 8], [9]]).first())


def actions(golden):
    inputs, rdd = {"input": INTS}, golden.rdd(INTS)
    golden.value("collect", "collect", inputs, rdd.collect())
    golden.value("count", "count", inputs, rdd.count())
    golden.value("reduce/min", "reduce", inputs, rdd.reduce(min), f="min")
    golden.value("max", "max", inputs, rdd.max())
    golden.value("min", "min", inputs, rdd.min())
    golden.value("max/negate", "max", inputs, rdd.max(FUNCTIONS["negate"]), f="negate")
    golden.value("sum", "sum", inputs, rdd.sum())
    golden.value("count_by_value", "count_by_value", inputs, entries(rdd.countByValue()))
    for zero in (0, 7):
        golden.value(f"fold/{zero}", "fold", inputs, rdd.fold(zero, operator.add), zero=zero, f="add")
    # The order in which partitions meet is defined for fold and aggregate in Python only: f is commutative.
    sum_count = (lambda acc, x: (acc[0] + x, acc[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]))
    golden.value("aggregate/sum_count", "aggregate", inputs, rdd.aggregate((0, 0), *sum_count), zero=[0, 0], f="sum_count")
    for depth in (1, 2, 3):
        golden.value(
            f"tree_aggregate/sum_count/{depth}", "tree_aggregate", inputs,
            rdd.treeAggregate((0, 0), *sum_count, depth), zero=[0, 0], f="sum_count", depth=depth,
        )
        golden.value(f"tree_reduce/{depth}", "tree_reduce", inputs, rdd.treeReduce(operator.add, depth), f="add", depth=depth)
    for name, partitions in {"no-partition": [], "empty-partitions": [[], []], "late": [[], [], [1]]}.items():
        golden.value(f"is_empty/{name}", "is_empty", {"input": partitions}, golden.rdd(partitions).isEmpty())
    for size, parts in ((100, 7), (1000, 13)):
        doubles = [[math.sqrt(i) for i in range(p, size, parts)] for p in range(parts)]
        rdd = golden.rdd(doubles)
        stats = rdd.stats()
        golden.value(
            f"stats/roots-{size}", "stats", {"input": f"sqrt(i) for i below {size}, partition = i mod {parts}"},
            {
                "count": stats.count(), "mean": stats.mean(), "sum": rdd.sum(), "min": stats.min(), "max": stats.max(),
                "variance": stats.variance(), "stdev": stats.stdev(),
                "sample_variance": stats.sampleVariance(), "sample_stdev": stats.sampleStdev(),
            },
        )


def pairs(golden):
    inputs, rdd = {"input": PAIRS}, golden.rdd(PAIRS)
    golden.multiset("reduce_by_key", "reduce_by_key", inputs, rdd.reduceByKey(operator.add, 3), f="add")
    golden.multiset("group_by_key", "group_by_key", inputs, rdd.groupByKey(3).mapValues(sorted))
    golden.multiset("fold_by_key", "fold_by_key", inputs, rdd.foldByKey(1, operator.mul, 3), zero=1, f="mul")
    golden.multiset(
        "aggregate_by_key/sum_count", "aggregate_by_key", inputs,
        rdd.aggregateByKey((0, 0), lambda a, v: (a[0] + v, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]), 3),
        zero=[0, 0], f="sum_count",
    )
    golden.multiset(
        "combine_by_key/sum_count", "combine_by_key", inputs,
        rdd.combineByKey(lambda v: (v, 1), lambda a, v: (a[0] + v, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]), 3),
        f="sum_count",
    )
    golden.value("count_by_key", "count_by_key", inputs, entries(rdd.countByKey()))
    golden.value("collect_as_map", "collect_as_map", inputs, entries(rdd.collectAsMap()))
    golden.value("reduce_by_key_locally", "reduce_by_key_locally", inputs, entries(rdd.reduceByKeyLocally(operator.add)), f="add")
    for key in (1, 3, 9):
        golden.value(f"lookup/{key}", "lookup", inputs, rdd.lookup(key), key=key)
    placed = rdd.partitionBy(3, lambda key: key % 3)
    for key in (1, 3, 9):
        golden.value(f"lookup/partitioned/{key}", "lookup", inputs, sorted(placed.lookup(key)), key=key, partition_by_mod=3)
    ints = golden.rdd(INTS)
    golden.multiset("group_by", "group_by", {"input": INTS}, ints.groupBy(FUNCTIONS["mod_3"], 3).mapValues(sorted), f="mod_3")
    golden.multiset("distinct", "distinct", {"input": INTS}, ints.distinct(2))


def two_sided(golden):
    cases = {
        "usual": (PAIRS, OTHER),
        "left-empty": ([[], []], OTHER),
        "right-empty": (PAIRS, [[]]),
        "both-no-partition": ([], []),
        "heavy-key": ([[[1, i] for i in range(5)], [[2, 9]]], [[[1, -i] for i in range(4)]]),
    }
    joins = {
        "join": "join", "leftOuterJoin": "left_outer_join", "rightOuterJoin": "right_outer_join",
        "fullOuterJoin": "full_outer_join", "cogroup": "cogroup", "subtractByKey": "subtract_by_key",
        "subtract": "subtract", "intersection": "intersection",
    }
    for name, (left, right) in cases.items():
        sides = {"input": left, "other": right}
        for method, op in joins.items():
            a, b = golden.rdd(left), golden.rdd(right)
            arguments = (b,) if op == "intersection" else (b, 3)
            answer = getattr(a, method)(*arguments)
            golden.multiset(f"{op}/{name}", op, sides, answer.mapValues(sorted_groups) if op == "cogroup" else answer)
    shared = {
        "shared-pairs": (PAIRS, [[[1, 10], [9, 9]], [[1, 10], [3, 30]]]),
        "duplicates": ([[1, 1, 2], [2, 3, 1]], [[2], [4]]),
    }
    for name, (left, right) in shared.items():
        for op in ("subtract", "intersection"):
            answer = getattr(golden.rdd(left), op)(golden.rdd(right))
            golden.multiset(f"{op}/{name}", op, {"input": left, "other": right}, answer)
    third = [[[1, -1], [5, -5]]]
    golden.multiset(
        "group_with/three", "group_with", {"input": PAIRS, "other": OTHER, "third": third},
        golden.rdd(PAIRS).groupWith(golden.rdd(OTHER), golden.rdd(third)).mapValues(sorted_groups),
    )


TEXTS = {
    "plain": b"one\ntwo\nthree\n", "no-final-newline": b"one\ntwo\nthree", "crlf": b"one\r\ntwo\r\nthree\r\n",
    "crlf-no-final": b"a\r\nbb\r\nccc", "lone-cr": b"one\rtwo\rthree\r", "mixed": b"a\rb\nc\r\nd\n\re\r\r\nf",
    "empty": b"", "newline-only": b"\n", "crlf-only": b"\r\n", "blank-lines": b"\n\na\n\n\nb\n\n",
    "bom": b"\xef\xbb\xbfone\ntwo\n", "bom-inside": b"one\n\xef\xbb\xbftwo\n", "utf8": "añb\nçé\n日本\n".encode(),
    "nul-and-tab": b"a\x00b\n\tc \n", "unicode-separators": "a\u2028b\u0085c\n\x0bd\x0c\n".encode(),
    "long-line": b"x" * 40 + b"\ny\n", "short-lines": b"".join(b"%d\n" % i for i in range(30)), "one-byte": b"z",
}


def text_files(golden, root):
    sc = golden.sc
    for name, data in TEXTS.items():
        path = root / f"{name}.txt"
        path.write_bytes(data)
        for n in range(1, 9 if len(data) > 60 else 7):
            golden.glom(
                f"text_file/{name}/{n}", "text_file", {"bytes": data.decode("latin-1")},
                sc.textFile(str(path), n), min_partitions=n,
            )
    compressed = {
        "gzip": gzip.compress(TEXTS["crlf"], mtime=0),
        "gzip-two-members": gzip.compress(b"a\nb", mtime=0) + gzip.compress(b"c\nd\n", mtime=0),
        "gzip-of-nothing": gzip.compress(b"", mtime=0),
    }
    for name, data in compressed.items():
        path = root / f"{name}.gz"
        path.write_bytes(data)
        for n in (1, 4):
            golden.glom(
                f"text_file/{name}/{n}", "text_file_gz", {"bytes": data.decode("latin-1")},
                sc.textFile(str(path), n), min_partitions=n,
            )
    path = root / "invalid-utf8.txt"
    path.write_bytes(b"ok\n\xff\xfe bad\n\xe2\x82\n")
    golden.glom(
        "text_file/invalid-utf8", "text_file_lossy", {"bytes": path.read_bytes().decode("latin-1")},
        sc.textFile(str(path), 1), min_partitions=1,
    )


TREE = {
    "b.txt": b"b1\nb2\n", "a.txt": b"a1\na2\na3\n", "c.log": b"c1\n", "empty.txt": b"",
    "_hidden.txt": b"hidden\n", ".dot.txt": b"dot\n", "Z.txt": b"zzzzzzzzzz\n",
}


def directories(golden, root):
    """Directories and globs: which files count, in what order, in how many partitions."""
    sc, folder = golden.sc, root / "tree"
    folder.mkdir()
    for name, data in TREE.items():
        (folder / name).write_bytes(data)
    files = {"files": {name: data.decode() for name, data in TREE.items()}}
    # Spark reads a directory in the order in which the system lists it, which is no order.
    for n in (1, 2, 5):
        golden.emit(
            f"text_file/tree/{n}", "text_file_tree", **files, args={"pattern": "", "min_partitions": n},
            partitions_any_order=sorted(sc.textFile(str(folder), n).glom().collect()),
        )
    for pattern in ("/*.txt", "/{a,b}.txt", "/[a-b].txt", "/?.log"):
        for n in (1, 2, 5):
            golden.glom(
                f"text_file/tree{pattern}/{n}", "text_file_tree", files,
                sc.textFile(str(folder) + pattern, n), pattern=pattern, min_partitions=n,
            )
    listed = ",".join(str(folder / name) for name in ("b.txt", "a.txt"))
    golden.glom("text_file/tree-list", "text_file_tree", files, sc.textFile(listed, 2), pattern="b.txt,a.txt", min_partitions=2)


def whole_files(golden, root):
    """Files packed into partitions. They are equally long: else the count hangs on the order of listing."""
    sc = golden.sc
    for count in (1, 5, 8):
        folder = root / f"whole-{count}"
        folder.mkdir()
        texts = {f"{i}.txt": f"text of {i}\n" for i in range(count)}
        for name, text in texts.items():
            (folder / name).write_text(text)
        for n in (1, 2, 3, 4, 5, 9):
            whole, binary = sc.wholeTextFiles(str(folder), n), sc.binaryFiles(str(folder), n)
            golden.emit(
                f"whole_text_files/{count}/{n}", "whole_text_files", files=texts, args={"min_partitions": n},
                num_partitions=whole.getNumPartitions(),
                result_sorted=sorted([Path(path).name, text] for path, text in whole.collect()),
            )
            golden.emit(
                f"binary_files/{count}/{n}", "binary_files", files=texts, args={"min_partitions": n},
                num_partitions=binary.getNumPartitions(),
                result_sorted=sorted([Path(path).name, data.decode()] for path, data in binary.collect()),
            )


def errors(golden):
    """Conditions that Spark refuses: the class is Python's, the condition is what a test checks."""
    rdd, empty = golden.rdd(INTS), golden.rdd([[], []])
    refused = {
        "zip/partition-counts-differ": lambda: golden.rdd([[1], [2]]).zip(golden.rdd([[1]])).collect(),
        "zip/sizes-differ": lambda: golden.rdd([[1, 2], [3]]).zip(golden.rdd([[1], [2, 3]])).collect(),
        "first/empty": empty.first, "reduce/empty": lambda: empty.reduce(operator.add),
        "max/empty": empty.max, "min/empty": empty.min, "tree_reduce/empty": lambda: empty.treeReduce(operator.add),
        "tree_aggregate/depth-0": lambda: rdd.treeAggregate(0, operator.add, operator.add, 0),
        "take_sample/negative": lambda: rdd.takeSample(False, -1), "sample/negative": lambda: rdd.sample(False, -0.5).count(),
        "text_file/missing": lambda: golden.sc.textFile("/nonexistent/file").count(),
        "text_file/missing-glob": lambda: golden.sc.textFile("/nonexistent/*.txt").count(),
    }
    for name, body in refused.items():
        try:
            golden.emit(f"error/{name}", name.split("/")[0], result=plain(body()))
        except Exception as error:  # whatever class it is, it is the answer
            java = getattr(error, "java_exception", None)
            golden.emit(
                f"error/{name}", name.split("/")[0],
                error={"class": java.getClass().getSimpleName() if java else type(error).__name__},
            )


def main():
    if pyspark.__version__ != "4.3.0":
        sys.exit(f"golden answers are those of Spark 4.3.0, not {pyspark.__version__}")
    conf = SparkConf().setMaster("local[2]").setAppName("golden")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    sc = SparkContext(conf=conf)
    sc.setLogLevel("OFF")
    golden = Golden(sc)
    narrow_transformations(golden)
    combining_partitions(golden)
    ordering(golden)
    actions(golden)
    pairs(golden)
    two_sided(golden)
    with tempfile.TemporaryDirectory() as root:
        text_files(golden, Path(root))
        directories(golden, Path(root))
        whole_files(golden, Path(root))
    errors(golden)
    sc.stop()


if __name__ == "__main__":
    main()
