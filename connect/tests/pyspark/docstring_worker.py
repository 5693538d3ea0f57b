"""Runs documented examples of one PySpark module, docstring by docstring, as it is told to.

Started by `docstrings.py`, which kills it when a docstring takes too long. It speaks lines of JSON:
the first lists the docstrings of the module; then, for every name read from standard input, one
line tells how that docstring went.

Which examples a module has, the names they see and how strictly doctest compares are PySpark's own
choice: the module's `_test` function is called, and stopped where it hands all of this to doctest.
"""

import doctest
import importlib
import json
import os
import sys
import traceback

from pyspark.sql import SparkSession

SHORT = 600


class Handed(Exception):
    """Ends PySpark's own `_test` function once it has said what it would run."""


class Material:
    """What a module's `_test` function hands to doctest."""

    def __init__(self, name):
        self.flags = 0
        self.tests = {}
        module = importlib.import_module(name)
        original, doctest.testmod = doctest.testmod, self.take
        self.module = module
        try:
            module._test()
        except Handed:
            pass
        finally:
            doctest.testmod = original

    def take(self, m=None, globs=None, optionflags=0, **_):
        module = m or self.module
        globs = module.__dict__ if globs is None else globs
        self.flags = optionflags
        for test in doctest.DocTestFinder(exclude_empty=True).find(module, globs=globs):
            if any(not example.options.get(doctest.SKIP) for example in test.examples):
                self.tests[test.name] = test
        raise Handed


class Recorder(doctest.DocTestRunner):
    """Remembers the first example that fails, and how many do."""

    def __init__(self, flags):
        super().__init__(verbose=False, optionflags=flags)
        self.first = None

    def keep(self, example, **what):
        self.first = self.first or {"example": short(example.source), **what}

    def report_failure(self, out, test, example, got):
        self.keep(example, want=short(example.want), got=short(got))

    def report_unexpected_exception(self, out, test, example, exc_info):
        kind, error, _ = exc_info
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        condition = getattr(error, "getCondition", lambda: None)()
        what = {"error": short(f"{kind.__name__}: {' '.join(lines)}")}
        if condition:
            what["condition"] = condition
        self.keep(example, **what)


def short(text):
    text = text.rstrip()
    return text if len(text) <= SHORT else text[:SHORT] + " .."


def fresh_session(remote):
    """A session that shares nothing with the docstrings before but the catalog."""
    from pyspark.sql.connect.session import SparkSession as ConnectSession

    for session in (SparkSession.getActiveSession(), ConnectSession._default_session):
        if session is not None:
            session.stop()
    ConnectSession._default_session = None
    ConnectSession._active_session.session = None
    return SparkSession.builder.remote(remote).getOrCreate()


class Pickled:
    """Notices that a Python function, or class, is sent to the server."""

    def __init__(self):
        from pyspark.serializers import CloudPickleSerializer
        from pyspark.sql.types import DataType

        self.seen = False
        original = CloudPickleSerializer.dumps

        def dumps(serializer, value):
            # The client pickles schemas too, to copy them.
            self.seen = self.seen or not isinstance(value, DataType)
            return original(serializer, value)

        CloudPickleSerializer.dumps = dumps


def run(test, flags, remote, pickled):
    pickled.seen = False
    recorder = Recorder(flags)
    try:
        test.globs["spark"] = fresh_session(remote)
        failed, _ = recorder.run(test, out=lambda text: None)
    except BaseException:
        return {"outcome": "fail", "error": short(traceback.format_exc(limit=-1)), "python": pickled.seen}
    if not failed:
        return {"outcome": "pass", "python": pickled.seen}
    examples = f"{failed} of {len(test.examples)}"
    return {"outcome": "fail", **(recorder.first or {}), "failed": examples, "python": pickled.seen}


def main():
    module, remote = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # What examples write past doctest must not get among the answers.
    os.dup2(2, 1)
    material = Material(module)
    pickled = Pickled()
    print(json.dumps(sorted(material.tests)), file=answers)
    for line in sys.stdin:
        name = json.loads(line)
        result = run(material.tests[name], material.flags, remote, pickled)
        print(json.dumps(result), file=answers)
    # Threads that examples left behind would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
