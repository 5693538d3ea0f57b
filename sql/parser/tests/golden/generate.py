#!/usr/bin/env python3
"""Writes parsed.jsonl: what Spark's parser says to each statement of statements.txt.

Run with a Python that has PySpark 4.3 and a JVM: `python3 sql/parser/tests/golden/generate.py`.
Statements are separated by lines of `;;`. A line of the answer holds the statement and either
`ok`, or the condition, SQLSTATE, line (from 1) and position (from 0) of the error; those without a
place have none.
"""

import json
import pathlib
import re

from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
PLACES = (
    (re.compile(r"\(line (\d+), pos (\d+)\)"), 0),
    (re.compile(r"== SQL \(line (\d+), position (\d+)\) =="), 1),
)


def place(message):
    for pattern, first in PLACES:
        found = pattern.search(message)
        if found:
            return {"line": int(found[1]), "pos": int(found[2]) - first}
    return {}


def answer(parser, text):
    try:
        parser.parsePlan(text)
        return {"sql": text, "ok": True}
    except Exception as error:  # every kind of error is an answer
        condition = getattr(error, "getCondition", lambda: None)()
        state = getattr(error, "getSqlState", lambda: None)()
        return {"sql": text, "condition": condition, "state": state, **place(str(error))}


def main():
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    parser = session._jsparkSession.sessionState().sqlParser()
    statements = (HERE / "statements.txt").read_text().rstrip("\n").split("\n;;\n")
    with open(HERE / "parsed.jsonl", "w") as out:
        for statement in statements:
            out.write(json.dumps(answer(parser, statement)) + "\n")


if __name__ == "__main__":
    main()
