#!/usr/bin/env python3
"""Handlers of progress that a program registers are called while its queries run.

    python progress.py sc://127.0.0.1:15002
"""

import sys

from pyspark.sql import SparkSession


def main(remote):
    spark = SparkSession.builder.remote(remote).create()
    spark.conf.set("spark.connect.progress.reportInterval", "20ms")
    calls = []

    def note(stages, inflight_tasks, operation_id, done):
        tasks = [(stage.num_tasks, stage.num_completed_tasks) for stage in stages]
        calls.append((tasks, inflight_tasks, operation_id, done))

    spark.registerProgressHandler(note)
    query = "SELECT sum(a.id % 7 + b.id) FROM range(100000) a CROSS JOIN range(2000) b"
    spark.sql(query).collect()
    running = [call for call in calls if not call[3]]
    assert running, calls
    assert running[0][:2] == ([(1, 0)], 1), running[0]
    assert running[-1][:2] == ([(1, 1)], 0), running[-1]
    # The text of the query was looked at by an operation of its own.
    assert len({call[2] for call in running}) == 1, calls
    assert calls[-1][3], calls[-1]
    spark.removeProgressHandler(note)
    seen = len(calls)
    spark.sql(query).collect()
    assert len(calls) == seen, calls[seen:]
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
