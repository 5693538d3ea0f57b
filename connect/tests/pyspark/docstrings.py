#!/usr/bin/env python3
"""Runs PySpark's own documented examples against a Connect server, docstring by docstring.

    python docstrings.py sc://127.0.0.1:15002 --out found.jsonl
    python docstrings.py sc://127.0.0.1:15002 --modules column,conf --passing docstrings_flint.jsonl

The examples are read from the PySpark 4.3 that runs this. Each docstring is a case of its own, with
a session of its own and a time limit. `--out` gets a line of JSON for each: module, name, outcome
(pass, fail or timeout), whether it sent a Python function, and for a failure the first example that
failed with what it gave.

Two files beside this one say what to expect. `docstrings_spark.jsonl`: which docstrings pass against
Spark's own server; only those without a Python function count in the summary.
`docstrings_flint.jsonl`: how they went against Flint, with reasons. `--keep FILE` brings such a file up
to date. With `--passing FILE` only docstrings that pass there are run, and the exit code is 1 if one
no longer does.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import threading
from urllib.parse import urlparse

HERE = pathlib.Path(__file__).resolve().parent
MODULES = {
    "column": "pyspark.sql.connect.column",
    "dataframe": "pyspark.sql.connect.dataframe",
    "group": "pyspark.sql.connect.group",
    "session": "pyspark.sql.connect.session",
    "readwriter": "pyspark.sql.connect.readwriter",
    "catalog": "pyspark.sql.connect.catalog",
    "window": "pyspark.sql.connect.window",
    "types": "pyspark.sql.types",
    "conf": "pyspark.sql.connect.conf",
    "functions": "pyspark.sql.connect.functions.builtin",
}
START_SECONDS = 120


class Worker:
    """A process that runs docstrings of one module, until one of them takes too long."""

    def __init__(self, module, remote, log):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "docstring_worker.py"), MODULES[module], remote],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(module, remote),
            text=True,
        )
        self.names = self.read(START_SECONDS)
        if self.names is None:
            self.kill()
            raise RuntimeError(f"the examples of {module} can't be read: see {log.name}")

    def run(self, name, seconds):
        """How a docstring went; None if its time is over or the process is gone."""
        try:
            self.process.stdin.write(json.dumps(name) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        return self.read(seconds)

    def read(self, seconds):
        # The worker writes whole lines, each only after it was asked: none waits in the buffer.
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        return json.loads(line) if line else None

    def kill(self):
        self.process.kill()
        self.process.wait()


def environment(module, remote):
    """What PySpark's own test runs set, and a time zone that does not hang on the machine."""
    env = dict(os.environ, SPARK_CONNECT_TESTING_REMOTE=remote, TZ="UTC")
    env.setdefault("SPARK_HOME", tempfile.gettempdir())
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), env.get("PYTHONPATH")]))
    if module == "types":
        # Its `_test` knows no remote, but takes the session that the environment names.
        env["SPARK_REMOTE"] = remote
    return env


def run_module(module, args, expected, report):
    with open(args.log or os.devnull, "a") as log:
        worker = Worker(module, args.remote, log)
        wanted = [name for name in worker.names if args.wants(module, name, expected)]
        for name in wanted:
            worker = worker or Worker(module, args.remote, log)
            result = worker.run(name, args.seconds)
            if result is None:
                worker.kill()
                worker = None
                result = {"outcome": "timeout"}
            report({"module": module, "name": name, **result})
            if result["outcome"] != "pass" and not listens(args.remote):
                raise RuntimeError(f"the server is gone after {name}")
        if worker:
            worker.kill()


def listens(remote):
    url = urlparse(remote)
    try:
        socket.create_connection((url.hostname, url.port or 15002), timeout=10).close()
        return True
    except OSError:
        return False


def read(path):
    """Lines of a file of outcomes, by name."""
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text().splitlines())
    return {line["name"]: line for line in lines}


def keep(path, lines):
    """Puts outcomes into a file, in the place of older ones of the same docstrings."""
    kept = read(path)
    for line in lines:
        short = {key: line[key] for key in ("module", "name", "outcome")}
        short["python"] = line.get("python", kept.get(line["name"], {}).get("python", False))
        if line["outcome"] == "fail":
            short["reason"] = line.get("condition") or line.get("error", "other output")[:120]
        kept[line["name"]] = short
    order = list(MODULES)
    ordered = sorted(kept.values(), key=lambda line: (order.index(line["module"]), line["name"]))
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ordered))


def counts(line, spark):
    """Whether a docstring counts: Spark's own server passes it, and it sends no Python function."""
    known = spark.get(line["name"])
    return known is None or (known["outcome"] == "pass" and not known["python"])


def summary(lines, spark):
    table = collections.defaultdict(collections.Counter)
    for line in lines:
        if counts(line, spark):
            table[line["module"]][line["outcome"]] += 1
    for module in MODULES:
        found = table.get(module)
        if found:
            share = 100 * found["pass"] / found.total()
            print(f"{module:12} {found['pass']:4} of {found.total():4} pass ({share:.1f} %)", end="")
            print(f", {found['timeout']} take too long" if found["timeout"] else "")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("remote", help="sc://host:port")
    parser.add_argument("--modules", default=",".join(MODULES), help="names, with commas")
    parser.add_argument("--only", help="a part of the docstrings' names")
    parser.add_argument("--out", type=pathlib.Path, help="where the lines go")
    parser.add_argument("--keep", type=pathlib.Path, help="a file of outcomes alone to bring up to date")
    parser.add_argument("--resume", action="store_true", help="leaves out what has its line in --out")
    parser.add_argument("--passing", type=pathlib.Path, help="runs what passes in this file, to see that it still does")
    parser.add_argument("--seconds", type=float, default=60, help="time limit of a docstring")
    parser.add_argument("--jobs", type=int, default=1, help="modules at a time")
    parser.add_argument("--log", help="where the examples' own output goes")
    args = parser.parse_args()
    unknown = set(args.modules.split(",")) - set(MODULES)
    if unknown:
        parser.error(f"no such modules: {', '.join(sorted(unknown))}")

    done = read(args.out) if args.resume and args.out else {}

    def wants(module, name, expected):
        if name in done or (args.only and args.only not in name):
            return False
        return expected is None or expected.get(name, {}).get("outcome") == "pass"

    args.wants = wants
    return args


def main():
    args = arguments()
    spark = read(HERE / "docstrings_spark.jsonl")
    expected = read(args.passing) if args.passing else None
    lines, lock = [], threading.Lock()
    out = open(args.out, "a" if args.resume else "w") if args.out else None

    def report(line):
        with lock:
            lines.append(line)
            if out:
                print(json.dumps(line, ensure_ascii=False), file=out, flush=True)
            if line["outcome"] != "pass":
                print(line["outcome"], line["name"], line.get("condition", ""), flush=True)

    broken = False
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        runs = [pool.submit(run_module, module, args, expected, report) for module in args.modules.split(",")]
        for each in runs:
            try:
                each.result()
            except RuntimeError as error:
                print(error, flush=True)
                broken = True
    if args.keep:
        keep(args.keep, lines)
    summary(lines, spark)
    regressed = expected is not None and any(line["outcome"] != "pass" for line in lines)
    return 1 if broken or regressed else 0


if __name__ == "__main__":
    sys.exit(main())
