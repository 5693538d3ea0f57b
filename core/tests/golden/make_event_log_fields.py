"""Which fields Spark's event log has: runs a small job and prints one JSON object for each event.

    python3 core/tests/golden/make_event_log_fields.py > core/tests/golden/event_log_fields.jsonl

`event` is the event's name, with the reason of a task's end and the result of a job's end behind a
slash, for they decide which fields there are. `fields` are the paths of all fields that Spark
writes, `needed` those of them without which Spark can't read the event: each field in turn is left
out and the rest given to Spark's own reader. A list is a `[]` in the path. What lies under a field
of `FREE` are keys of users and machines, not of the format.

Events that a small local job does not have (an executor that is lost, a task that is killed) are
made by Spark's reader and writer from the few fields that they need.
"""

import copy
import json
import pathlib
import tempfile
from functools import partial

from pyspark import SparkConf, SparkContext, StorageLevel

FREE = {
    "Properties", "JVM Information", "Spark Properties", "Hadoop Properties", "System Properties",
    "Metrics Properties", "Classpath Entries", "Log Urls", "Attributes", "Resources",
    "Executor Resource Requests", "Task Resource Requests",
}  # fmt: skip


def program(sc):
    """The program of the test `the_log_has_the_fields_that_spark_has`."""
    sc.setJobGroup("group", "description")
    sc.addJobTag("tag")
    pairs = sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).persist(StorageLevel.MEMORY_AND_DISK)
    sums = pairs.reduceByKey(lambda a, b: a + b)
    sums.collect()
    sums.count()
    pairs.unpersist()
    try:
        sc.parallelize([0], 1).map(lambda x: 1 / x).collect()
    except Exception:  # its job fails, as it should
        pass


def rare(events):
    """Events made of those that the job had, with as few fields as Spark reads."""
    end = next(e for e in events if e["Event"] == "SparkListenerTaskEnd")
    address = {"Executor ID": "1", "Host": "host", "Port": 1}
    reasons = [
        {"Reason": "TaskKilled", "Kill Reason": "no", "Accumulator Updates": []},
        {"Reason": "ExecutorLostFailure", "Executor ID": "1", "Exit Caused By App": True, "Loss Reason": "no"},
        {"Reason": "FetchFailed", "Block Manager Address": address, "Shuffle ID": 0, "Map ID": 0, "Map Index": 0,
         "Reduce ID": 0, "Message": "no"},
    ]  # fmt: skip
    for reason in reasons:
        yield end | {"Task End Reason": reason}
    yield {"Event": "SparkListenerExecutorRemoved", "Timestamp": 1, "Executor ID": "1", "Removed Reason": "no"}
    yield {"Event": "SparkListenerBlockManagerRemoved", "Timestamp": 1, "Block Manager ID": address}
    stage = next(e for e in events if e["Event"] == "SparkListenerStageCompleted")
    stage = copy.deepcopy(stage)
    stage["Stage Info"]["Failure Reason"] = "no"
    yield stage


def name(event):
    parts = [event["Event"], event.get("Task End Reason", {}).get("Reason"), event.get("Job Result", {}).get("Result")]
    return "/".join(p for p in parts if p)


def places(value, path=()):
    """All fields: path as text, and the keys that lead to one place where it is."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from places(item, (*path, i))
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*path, key)
            text = "/".join("[]" if isinstance(k, int) else k for k in here)
            yield text.replace("/[]", "[]"), here
            if key not in FREE:
                yield from places(item, here)


def without(event, place):
    event = copy.deepcopy(event)
    holder = event
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return event


def can_read(protocol, event):
    try:
        protocol.sparkEventFromJson(json.dumps(event))
        return True
    except Exception:  # whatever the reader throws
        return False


def main():
    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "spark.ui.enabled": "false",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": "file://" + directory,
            "spark.eventLog.logBlockUpdates.enabled": "true",
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false",
        }
        conf = SparkConf().setMaster("local[2]").setAppName("fields").setAll(settings.items())
        sc = SparkContext(conf=conf)
        program(sc)
        sc.stop()
        (log,) = pathlib.Path(directory).iterdir()
        events = [json.loads(line) for line in log.read_text().splitlines()]
    # The settings of the first one live on in the JVM.
    reader = {"spark.ui.enabled": "false", "spark.eventLog.enabled": "false"}
    sc = SparkContext(conf=SparkConf().setMaster("local[1]").setAppName("reader").setAll(reader.items()))
    protocol = sc._jvm.org.apache.spark.util.JsonProtocol
    readable = partial(can_read, protocol)
    fields, needed = {}, {}
    for event in [*events, *rare(events)]:
        # What Spark writes of it: all fields, also of one that was made of few.
        options = sc._jvm.org.apache.spark.util.JsonProtocolOptions(sc._jsc.sc().conf())
        text = protocol.sparkEventToJsonString(protocol.sparkEventFromJson(json.dumps(event)), options)
        event = json.loads(text)
        for path, place in places(event):
            known = fields.setdefault(name(event), set())
            if path not in known:
                known.add(path)
                if path != "Event" and not readable(without(event, place)):
                    needed.setdefault(name(event), set()).add(path)
    sc.stop()
    for event in sorted(fields):
        print(json.dumps({"event": event, "fields": sorted(fields[event]), "needed": sorted(needed.get(event, ()))}))


if __name__ == "__main__":
    main()
