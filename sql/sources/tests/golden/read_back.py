"""Prints the schema and the rows that Spark reads: `read_back.py DIRECTORY [FORMAT [SCHEMA [OPTION=VALUE ...]]]`."""

import sys

from pyspark.sql import functions as f

import make


def main():
    spark = make.session()
    reader = spark.read.format(sys.argv[2] if len(sys.argv) > 2 else "parquet")
    if len(sys.argv) > 3:
        reader = reader.schema(sys.argv[3])
    for option in sys.argv[4:]:
        reader = reader.option(*option.split("=", 1))
    frame = reader.load(sys.argv[1])
    print(",".join(f"{field.name} {field.dataType.simpleString().upper()}" for field in frame.schema))
    rows = frame.select(f.to_json(f.struct("*"), make.JSON).alias("row")).collect()
    for line in sorted(row["row"] for row in rows):
        print(line)


if __name__ == "__main__":
    main()
