"""Writes what real Spark makes of expressions: name, type, nullability or error.

    python make_types.py [FOLDER]

needs PySpark 4.3 and Java 17, and writes `types_table.json` (the schema of the table `t`),
`types_cases.jsonl` (one expression a line) and `types_grid.jsonl` (one function over the columns of
all types a line) beside this file or into FOLDER.

An expression is a tree, so that it can be replayed without a parser:

    "i"                          a column of t
    {"lit": ["int", "1"]}        a literal: type and text
    ["upper", "s"]               a call; operators by the names that Spark Connect has for them
    {"cast": ["i", "bigint", T]} CAST to a type: its DDL and its JSON; "try_cast" likewise
"""

import json
import os
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from types_cases import CASES, GRID_ONE, GRID_TWO, CAST_TYPES

DDL = """bo boolean, by tinyint, sh smallint, i int, l bigint, f float, d double,
 dc decimal(10,2), dw decimal(38,18), s string, bn binary, dt date, ts timestamp, tn timestamp_ntz,
 tm time(6), ym interval year to month, ds interval day to second, ai array<int>,
 ar array<string>, mp map<string,int>, st struct<x: int, y: string>,
 i0 int not null, s0 string not null, d0 double not null, dc0 decimal(10,2) not null,
 dt0 date not null, bo0 boolean not null, l0 bigint not null"""
COLUMNS = ["bo", "by", "sh", "i", "l", "f", "d", "dc", "dw", "s", "bn", "dt", "ts", "tn", "tm",
           "ym", "ds", "ai", "ar", "mp", "st", "i0", "s0", "NULL"]

INFIX = {"+", "-", "*", "/", "%", "div", "&", "|", "^", "==", "<=>", "<", "<=", ">", ">=", "and",
         "or", "like", "ilike", "rlike", "||", "<<", ">>", ">>>"}


def literal(kind, text):
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return {
        "int": text, "long": text + "L", "short": text + "S", "byte": text + "Y",
        "double": text + "D", "float": text + "F", "decimal": text + "BD", "string": quoted,
        "boolean": text, "null": "NULL", "date": "DATE " + quoted,
        "timestamp_ntz": "TIMESTAMP_NTZ " + quoted, "timestamp": "TIMESTAMP " + quoted,
        "binary": "X" + quoted, "year": f"INTERVAL {quoted} YEAR", "day": f"INTERVAL {quoted} DAY",
        "month": f"INTERVAL {quoted} MONTH", "second": f"INTERVAL {quoted} SECOND",
        "day to second": f"INTERVAL {quoted} DAY TO SECOND",
        "hour": f"INTERVAL {quoted} HOUR",
        "calendar": f"make_interval({text})",
    }[kind]


def sql(tree):
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict):
        if "lit" in tree:
            return literal(*tree["lit"])
        [(how, (inner, ddl, *_))] = tree.items()
        return f"{how}({sql(inner)} AS {ddl})"
    name, args = tree[0], [sql(arg) for arg in tree[1:]]
    if name in INFIX and len(args) == 2:
        name = "=" if name == "==" else name
        return f"({args[0]} {name} {args[1]})"
    if name in ("-", "+", "~") and len(args) == 1:
        return f"({name} {args[0]})"
    if name == "not":
        return f"(NOT {args[0]})"
    if name == "in":
        return f"({args[0]} IN ({', '.join(args[1:])}))"
    if name == "between":
        return f"({args[0]} BETWEEN {args[1]} AND {args[2]})"
    if name == "when":
        pairs = "".join(f" WHEN {c} THEN {v}" for c, v in zip(args[0::2], args[1::2]))
        other = f" ELSE {args[-1]}" if len(args) % 2 else ""
        return f"CASE{pairs}{other} END"
    if name == "getitem":
        return f"{args[0]}[{args[1]}]"
    if name == "distinct":
        return f"{tree[1]}(DISTINCT {', '.join(sql(arg) for arg in tree[2:])})"
    return f"{name}({', '.join(args)})"


def answer(spark, text):
    try:
        field = json.loads(spark.sql(text)._jdf.schema().json())["fields"][0]
        from pyspark.sql.types import StructField
        simple = StructField.fromJson(field).dataType.simpleString()
        return {"name": field["name"], "type": simple, "json": field["type"],
                "nullable": field["nullable"]}
    except PySparkException as error:
        return {"error": error.getCondition(), "state": error.getSqlState(),
                "parameters": error.getMessageParameters()}


def short(found):
    if "error" in found:
        return "!" + (found["error"] or "?")
    return found["type"] + ("?" if found["nullable"] else "")


def write(path, lines):
    with open(path, "w") as out:
        for line in lines:
            out.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")


def grid(spark, mode):
    for name, extra in GRID_ONE:
        found = {}
        for column in COLUMNS:
            tree = [name, column, *extra]
            found[column] = short(answer(spark, f"SELECT {sql(tree)} FROM t"))
        yield {"ansi": mode, "call": [name, "?", *extra], "results": found}
    for target in CAST_TYPES:
        found = {}
        schema = StructType.fromDDL(f"x {target}").jsonValue()["fields"][0]["type"]
        for column in COLUMNS:
            found[column] = short(answer(spark, f"SELECT cast({column} AS {target}) FROM t"))
        yield {"ansi": mode, "call": {"cast": ["?", target, schema]}, "results": found}
    for name in GRID_TWO:
        for left in COLUMNS[:-3] + ["NULL"]:
            found = {}
            for column in COLUMNS[:-3] + ["NULL"]:
                tree = [name, left, column]
                found[column] = short(answer(spark, f"SELECT {sql(tree)} FROM t"))
            yield {"ansi": mode, "call": [name, left, "?"], "results": found}


def with_types(tree):
    if isinstance(tree, dict) and "lit" not in tree:
        [(how, (inner, ddl))] = tree.items()
        schema = StructType.fromDDL(f"x {ddl}").jsonValue()["fields"][0]["type"]
        return {how: [with_types(inner), ddl, schema]}
    if isinstance(tree, list):
        return [tree[0], *map(with_types, tree[1:])]
    return tree


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    spark.createDataFrame([], StructType.fromDDL(DDL)).createOrReplaceTempView("t")
    with open(os.path.join(folder, "types_table.json"), "w") as out:
        json.dump(json.loads(spark.table("t")._jdf.schema().json()), out, indent=1)
    cases, grids = [], []
    for ansi in (True, False):
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        for tree in CASES:
            tree = with_types(tree)
            text = sql(tree)
            cases.append({"ansi": ansi, "expr": tree, "sql": text,
                          **answer(spark, f"SELECT {text} FROM t")})
        write(os.path.join(folder, "types_cases.jsonl"), cases)
    for ansi in (True, False):
        spark.conf.set("spark.sql.ansi.enabled", ansi)
        grids.extend(grid(spark, ansi))
        write(os.path.join(folder, "types_grid.jsonl"), grids)


if __name__ == "__main__":
    main()
