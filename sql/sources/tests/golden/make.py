"""Makes the files that tests read and the rows that Spark reads from them.

`python tests/golden/make.py` with PySpark 4.3. Each case is a directory `NAME/data`, with what to
read and how in `NAME/case.json`, and Spark's answer in `NAME/rows.jsonl`: the schema, then a row a
line as `to_json` writes it, sorted; or the condition of the error.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

JSON = {
    "ignoreNullFields": "false",
    "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "timestampNTZFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
}
HERE = Path(__file__).resolve().parent


def session():
    os.environ["TZ"] = "UTC"
    return (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )


def condition(error):
    """The outermost condition in what an exception says."""
    found = re.findall(r"\[([A-Z][A-Z_0-9]*(?:\.[A-Z_0-9]+)?)\]", str(error))
    return found[0] if found else type(error).__name__


def answer(frame, lines):
    """The rows of a frame, as Spark writes them as JSON."""
    lines.append(json.dumps({"schema": json.loads(frame.schema.json())}, sort_keys=True))
    rows = frame.select(f.to_json(f.struct("*"), JSON).alias("row"))
    lines.extend(sorted(row["row"] for row in rows.collect()))


def case(spark, name, write, reads):
    """Writes data once, and reads it in several ways."""
    root = HERE / name
    shutil.rmtree(root, ignore_errors=True)
    data = root / "data"
    root.mkdir(parents=True)
    write(str(data))
    for crc in root.rglob("*.crc"):
        crc.unlink()
    for number, read in enumerate(reads):
        read = {"format": "parquet", "options": {}, "paths": [""], "conf": {}, **read}
        lines = []
        for key, value in read["conf"].items():
            spark.conf.set(key, value)
        try:
            reader = spark.read.format(read["format"]).options(
                **{k: str(data) if v == "BASE" else v for k, v in read["options"].items()}
            )
            if "schema" in read:
                reader = reader.schema(read["schema"])
            answer(reader.load([str(data) + path for path in read["paths"]]), lines)
        except Exception as error:  # what Spark says no to is an answer, too
            lines = [json.dumps({"error": condition(error), "message": str(error).replace(str(HERE), "")[:200]})]
        for key in read["conf"]:
            spark.conf.unset(key)
        lines.insert(0, json.dumps(read, sort_keys=True))
        (root / f"{number:02}.jsonl").write_text("\n".join(lines) + "\n")
    print(name, len(reads), file=sys.stderr)


def main():
    sys.path.insert(0, str(HERE))
    import cases

    spark = session()
    wanted = sys.argv[1:]
    for name, (write, reads) in cases.all_cases(spark).items():
        if not wanted or name in wanted:
            case(spark, name, write, reads)


if __name__ == "__main__":
    main()
