"""Prints the schema and the rows that Spark reads from Parquet files: `read_back.py DIRECTORY`."""

import sys

from pyspark.sql import functions as f

import make


def main():
    spark = make.session()
    frame = spark.read.parquet(sys.argv[1])
    print(",".join(f"{field.name} {field.dataType.simpleString().upper()}" for field in frame.schema))
    rows = frame.select(f.to_json(f.struct("*"), make.JSON).alias("row")).collect()
    for line in sorted(row["row"] for row in rows):
        print(line)


if __name__ == "__main__":
    main()
