#!/usr/bin/env python3
"""Measures Spark Connect servers in one run, through one and the same PySpark client.

    python measure.py --flint target/release/flint --tpch DIR [--spark-home DIR] [--sail PYTHON] [--rows N]

The Python needs pyspark[connect] 4.3, which is the client; Spark's own server is that of its package
unless --spark-home says otherwise (SPARK_REMOTE and the like must not be set). --sail names a Python
that has pysail. --tpch holds a directory of Parquet files for each table of TPC-H
(`flint-sql-tpc data tpch 1 DIR`). A server that is not named is left out. Prints Markdown.

- start: from the process's start until the first answer (`SELECT 1`) is at the client, over a channel
  that is opened anew until it is taken; the client has been imported before. The median of three starts.
- idle: resident memory three seconds after a start, before any client came; VmRSS, the whole process.
- SELECT 1: medians of 200 after 50 that are not counted: from the text to its row at the client, for
  which PySpark sends two plans, one after the other; of a frame that is there, which is one; and the
  same plan over the bare channel, without PySpark's client around it.
- pandas: N rows of a bigint, a double and a string, made by the server, as a pandas frame; median of three.
- TPC-H: each query to pandas, the median of three after one that is not counted.
"""

import argparse
import math
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import grpc
import pyspark
import pyspark.sql.connect.proto as proto
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto.base_pb2_grpc import SparkConnectServiceStub

QUERIES = pathlib.Path(__file__).resolve().parents[2] / "sql" / "tpc" / "queries" / "tpch"
TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]
PATIENCE = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Flint:
    name = "Flint"

    def __init__(self, program):
        self.program = program

    def command(self, port):
        return [self.program, "connect", "--port", str(port)], {}


class Spark:
    name = f"Spark {pyspark.__version__}"

    def __init__(self, home):
        self.home = home

    def command(self, port):
        submit = [
            f"{self.home}/bin/spark-submit",
            "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--conf", f"spark.connect.grpc.binding.port={port}",
            "--conf", "spark.connect.grpc.binding.address=127.0.0.1",
            "--conf", f"spark.sql.shuffle.partitions={os.cpu_count()}",
            "--conf", "spark.ui.enabled=false",
            "--driver-memory", "8g",
            "--master", f"local[{os.cpu_count()}]",
            "spark-internal",
        ]
        return submit, {"SPARK_HOME": str(self.home), "PYSPARK_PYTHON": sys.executable}


class Sail:
    name = "Sail"

    def __init__(self, python):
        self.python = python
        version = "import importlib.metadata as m; print(m.version('pysail'))"
        found = subprocess.run([python, "-c", version], capture_output=True, text=True, check=True)
        self.name = f"Sail {found.stdout.strip()}"

    def command(self, port):
        program = pathlib.Path(self.python).parent / "sail"
        return [str(program), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)], {}


class Server:
    """A server's process, and what it has forked."""

    def __init__(self, kind):
        self.port = free_port()
        command, extra = kind.command(self.port)
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(pathlib.Path(self.folder.name) / "log", "wb")
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=self.folder.name,
            env={**os.environ, **extra},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self):
        """Until the port takes connections, in seconds since the start."""
        while time.perf_counter() - self.began < PATIENCE:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {open(self.log.name, errors='replace').read()[-500:]}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return time.perf_counter() - self.began
            time.sleep(0.001)
        raise TimeoutError("the server does not listen")

    def session(self):
        return SparkSession.builder.remote(f"sc://127.0.0.1:{self.port}").create()

    def memory(self):
        """Resident MiB of the server's processes."""
        total = 0
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                if os.getsid(int(status.parent.name)) == self.process.pid:
                    found = re.search(r"VmRSS:\s+(\d+) kB", text)
                    total += int(found[1]) if found else 0
            except (OSError, ProcessLookupError):
                continue
        return total / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def clocked(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def start(kind):
    def once():
        with Server(kind) as server:
            port = server.wait()
            session = server.session()
            assert session.sql("SELECT 1").collect()[0][0] == 1
            answer = time.perf_counter() - server.began
            session.stop()
            return port, answer

    seen = [once() for _ in range(3)]
    return tuple(statistics.median(column) for column in zip(*seen))


def idle(kind):
    with Server(kind) as server:
        server.wait()
        time.sleep(3)
        return server.memory()


def often(ask):
    for _ in range(50):
        ask()
    return statistics.median(clocked(ask) for _ in range(200))


def select_one(session, port):
    def both():
        assert session.sql("SELECT 1").collect()[0][0] == 1

    frame = session.sql("SELECT 1")

    def rows():
        assert frame.collect()[0][0] == 1

    service = SparkConnectServiceStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
    request = proto.ExecutePlanRequest(session_id=str(uuid.uuid4()))
    request.user_context.user_id = "measure"
    request.plan.root.sql.query = "SELECT 1"

    def bare():
        answers = [answer.arrow_batch.row_count for answer in service.ExecutePlan(request)]
        assert sum(answers) == 1

    return often(both), often(rows), often(bare)


def to_pandas(session, rows):
    def ask():
        frame = session.range(rows).selectExpr("id", "id / 3.0D AS ratio", "concat('row ', id % 1000) AS name")
        assert len(frame.toPandas()) == rows

    ask()
    return statistics.median(clocked(ask) for _ in range(3))


def tpch(session, folder):
    for table in TABLES:
        session.read.parquet(str(folder / table)).createOrReplaceTempView(table)
    seen = {}
    for path in sorted(QUERIES.glob("*.sql"), key=lambda path: int(path.stem[1:])):
        text = path.read_text().strip().rstrip(";")
        try:
            session.sql(text).toPandas()
            seen[path.stem] = statistics.median(clocked(lambda: session.sql(text).toPandas()) for _ in range(3))
        except Exception as error:
            print(f"{path.stem}: {str(error).splitlines()[0]}", file=sys.stderr)
    return seen


def measure(kind, arguments):
    print(f"{kind.name} ..", file=sys.stderr)
    port, answer = start(kind)
    found = {"port open": port, "first answer": answer, "idle": idle(kind)}
    with Server(kind) as server:
        server.wait()
        session = server.session()
        found["text"], found["frame"], found["bare"] = select_one(session, server.port)
        found["pandas"] = to_pandas(session, arguments.rows)
        found["tpch"] = tpch(session, arguments.tpch) if arguments.tpch else {}
        found["after"] = server.memory()
        session.stop()
    return found


def seconds(value):
    if value is None:
        return "-"
    return f"{value * 1000:.1f} ms" if value < 10 else f"{value:.1f} s"


def table(kinds, found, rows):
    lines = [
        ["", *[kind.name for kind in kinds]],
        ["---", *["---:" for _ in kinds]],
    ]
    for key, label in [
        ("port open", "start until the port is open"),
        ("first answer", "start until the first answer"),
        ("text", "`SELECT 1` from its text"),
        ("frame", "`SELECT 1` of a frame"),
        ("bare", "`SELECT 1` over the bare channel"),
        ("pandas", f"{rows:,} rows to pandas"),
    ]:
        lines.append([label, *[seconds(one[key]) for one in found]])
    for key, label in [("idle", "idle memory"), ("after", "memory after all of this")]:
        lines.append([label, *[f"{one[key]:.0f} MiB" for one in found]])
    answered = set.intersection(*[set(one["tpch"]) for one in found])
    for query in sorted(set().union(*[one["tpch"] for one in found]), key=lambda name: int(name[1:])):
        lines.append([f"TPC-H {query}", *[seconds(one["tpch"].get(query)) for one in found]])
    if answered:
        sums = [sum(one["tpch"][query] for query in answered) for one in found]
        lines.append([f"TPC-H, {len(answered)} that all answered", *[seconds(total) for total in sums]])
        first = found[0]["tpch"]
        means = [
            math.exp(statistics.mean(math.log(one["tpch"][query] / first[query]) for query in answered))
            for one in found
        ]
        lines.append([f"TPC-H, times of {kinds[0].name}, geometric mean", *[f"{mean:.2f}x" for mean in means]])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flint", help="the program `flint`")
    parser.add_argument("--spark-home", nargs="?", const=pathlib.Path(pyspark.__file__).parent, help="Spark's folder")
    parser.add_argument("--sail", help="a Python that has pysail")
    parser.add_argument("--tpch", type=pathlib.Path, help="TPC-H's tables")
    parser.add_argument("--rows", type=int, default=10_000_000)
    arguments = parser.parse_args()
    kinds = []
    if arguments.flint:
        kinds.append(Flint(os.path.abspath(arguments.flint)))
    if arguments.sail:
        kinds.append(Sail(arguments.sail))
    if arguments.spark_home:
        kinds.append(Spark(arguments.spark_home))
    if not kinds:
        parser.error("no server is named")
    found = [measure(kind, arguments) for kind in kinds]
    print(table(kinds, found, arguments.rows))


if __name__ == "__main__":
    main()
