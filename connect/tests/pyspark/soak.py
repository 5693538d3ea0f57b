#!/usr/bin/env python3
"""Concurrent sessions with mixed queries, interrupts and killed clients, for some minutes.

    python soak.py sc://127.0.0.1:15002 --minutes 10 --pid 4711

Eight clients, each a process of its own, ask questions whose answers are known. All interrupt
queries of their own now and then, and some are killed in the midst of a query, whereupon others take
their places. With `--pid`, the server's threads, open files and memory are sampled from /proc, with
no session open, before and after, and at times between.

Exits 1 if an answer was wrong, a client was stuck or met an error that it should not, or if what the
server holds has grown: more than `--more-threads`, `--more-files` or `--more-mib` over the first
sample at rest, which is taken after a first round that fills pools and caches.
"""

import argparse
import json
import os
import pathlib
import random
import select
import subprocess
import sys
import threading
import time

STUCK_SECONDS = 120


# The client, a process of its own.


def client(remote, seed):
    """Asks until it is killed or told to end; a line of JSON tells of each answer."""
    import signal

    from pyspark.sql import SparkSession

    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    chance = random.Random(seed)
    spark = SparkSession.builder.remote(remote).create()
    questions = [aggregate, join, window, local_rows, stream_of_rows, failing, view, interrupted]
    while not ending:
        question = chance.choice(questions)
        try:
            question(spark, chance)
            wrong = None
        except AssertionError as error:
            wrong = f"{question.__name__}: {error}"
        except Exception as error:
            wrong = f"{question.__name__}: {type(error).__name__}: {' '.join(str(error).split())[:500]}"
        print(json.dumps({"question": question.__name__, "wrong": wrong}), flush=True)
    spark.stop()
    os._exit(0)


def same(found, expected):
    assert found == expected, f"found {str(found)[:300]}, not {str(expected)[:300]}"


def aggregate(spark, chance):
    n, k = chance.randrange(1000, 200_000), chance.randrange(2, 50)
    found = spark.range(n).selectExpr(f"id % {k} AS k", "id").groupBy("k").sum("id").collect()
    same(sorted(map(tuple, found)), [(r, sum(range(r, n, k))) for r in range(k)])


def join(spark, chance):
    n = chance.randrange(100, 20_000)
    left, right = spark.range(n), spark.range(0, 2 * n, 2)
    same(left.join(right, "id").count(), (n + 1) // 2)


def window(spark, chance):
    n = chance.randrange(10, 3000)
    query = "SELECT max(s) FROM (SELECT sum(id) OVER (ORDER BY id) AS s FROM range(:n))"
    same(spark.sql(query, {"n": n}).first()[0], n * (n - 1) // 2)


def local_rows(spark, chance):
    rows = [(n, f"text {n}", [n, n + 1]) for n in range(chance.randrange(1, 2000))]
    frame = spark.createDataFrame(rows, "a int, b string, c array<int>")
    same([tuple(row) for row in frame.collect()], rows)


def stream_of_rows(spark, chance):
    n = chance.randrange(1, 100_000)
    frame = spark.range(0, n, 1, 3)
    wanted = chance.randrange(1, n + 1)
    # Mostly given up before the end.
    found = []
    for row in frame.toLocalIterator():
        found.append(row.id)
        if len(found) == wanted:
            break
    same(len(set(found)), wanted)


def failing(spark, chance):
    from pyspark.errors import AnalysisException, ArithmeticException

    kind, query = chance.choice(
        [(AnalysisException, "SELECT * FROM nothing"), (ArithmeticException, "SELECT 1 / (id - id) FROM range(100)")]
    )
    try:
        spark.sql(query).collect()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def view(spark, chance):
    n = chance.randrange(1, 1000)
    # The same name in every session: each must see its own.
    spark.range(n).createOrReplaceTempView("mine")
    same(spark.table("mine").count(), n)


def interrupted(spark, chance):
    tag, outcome = f"tag{chance.randrange(10**9)}", []

    def query():
        spark.addTag(tag)
        try:
            outcome.append(spark.range(10**13).selectExpr("sum(id % 7)").collect())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=query, daemon=True)
    thread.start()
    thread.join(chance.random())
    while thread.is_alive() and not spark.interruptTag(tag):
        thread.join(0.05)
    thread.join(STUCK_SECONDS)
    assert outcome, "an interrupted query goes on"
    assert "OPERATION_CANCELED" in str(outcome[0]), f"{outcome[0]}"


# What starts and watches the clients.


class Client:
    """A client's process, and when it was heard of last."""

    def __init__(self, remote, seed, log):
        command = [sys.executable, "-W", "ignore", __file__, remote, "--client", str(seed)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard, self.rest = time.monotonic(), b""

    def lines(self):
        data = self.process.stdout.read() or b""
        if data:
            self.heard = time.monotonic()
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def end(self, patience):
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Tally:
    """Answers by question, and what was wrong."""

    def __init__(self):
        self.answers, self.killed, self.wrong = {}, 0, []

    def add(self, line):
        self.answers[line["question"]] = self.answers.get(line["question"], 0) + 1
        if line["wrong"]:
            self.fail(line["wrong"])

    def fail(self, reason):
        self.wrong.append(reason)
        print("WRONG", reason, flush=True)


def sample(pid):
    """Threads, open files and resident MiB of a process."""
    proc = pathlib.Path("/proc") / str(pid)
    fields = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
    return {
        "threads": int(fields["Threads"]),
        "files": len(os.listdir(proc / "fd")),
        "mib": int(fields["VmRSS"].split()[0]) // 1024,
    }


def round_of_clients(args, seconds, chance, tally, log):
    """Keeps the clients busy for a time, kills some, and ends them all."""
    clients = [Client(args.remote, chance.random(), log) for _ in range(args.sessions)]
    end = time.monotonic() + seconds
    next_kill = time.monotonic() + args.kill_every
    while time.monotonic() < end:
        select.select([each.process.stdout for each in clients], [], [], 1)
        for at, each in enumerate(clients):
            for line in each.lines():
                tally.add(line)
            if each.process.poll() is not None:
                tally.fail(f"a client ended with {each.process.returncode}")
                clients[at] = Client(args.remote, chance.random(), log)
            elif time.monotonic() - each.heard > STUCK_SECONDS:
                tally.fail("a client waits for an answer without end")
                each.kill()
                clients[at] = Client(args.remote, chance.random(), log)
        if time.monotonic() > next_kill:
            at = chance.randrange(len(clients))
            clients[at].kill()
            tally.killed += 1
            clients[at] = Client(args.remote, chance.random(), log)
            next_kill = time.monotonic() + args.kill_every
    for each in clients:
        each.end(STUCK_SECONDS)
        for line in each.lines():
            tally.add(line)


def at_rest(args):
    """A sample once the server has let go of what clients left, or after a while."""
    best = sample(args.pid)
    for _ in range(args.rest):
        time.sleep(1)
        now = sample(args.pid)
        best = {key: min(best[key], now[key]) for key in best}
    return best


def grown(args, first, last):
    bounds = {"threads": args.more_threads, "files": args.more_files, "mib": args.more_mib}
    return [f"{key} grew from {first[key]} to {last[key]}" for key in bounds if last[key] - first[key] > bounds[key]]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("remote", help="sc://host:port")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=4, help="parts of the time, with a rest after each")
    parser.add_argument("--rest", type=int, default=20, help="seconds of a rest")
    parser.add_argument("--kill-every", type=float, default=5, help="seconds between kills of a client")
    parser.add_argument("--pid", type=int, help="the server's process")
    parser.add_argument("--more-threads", type=int, default=4)
    parser.add_argument("--more-files", type=int, default=8)
    parser.add_argument("--more-mib", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", default=os.devnull, help="where clients' own output goes")
    parser.add_argument("--client", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = arguments()
    if args.client:
        client(args.remote, args.client)
    chance, tally, samples = random.Random(args.seed), Tally(), []
    with open(args.log, "a") as log:
        for _ in range(args.rounds):
            round_of_clients(args, args.minutes * 60 / args.rounds, chance, tally, log)
            if args.pid:
                samples.append(at_rest(args))
                print("at rest:", samples[-1], flush=True)
    if len(samples) > 1:
        for reason in grown(args, samples[0], samples[-1]):
            tally.fail(reason)
    if not tally.answers:
        tally.fail("no client had an answer")
    print(f"{sum(tally.answers.values())} answers {tally.answers}, {tally.killed} clients killed, {len(tally.wrong)} wrong")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
