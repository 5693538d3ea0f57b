#!/usr/bin/env python3
"""Makes the compressed files in core/golden/codecs with the tools that people use.

All hold the same 600 lines. `pip install pyspark==4.3.0 python-snappy==0.7.3`, Java 17 and the
`lz4` command; then `python3 core/golden/make_codecs.py`.
"""

import bz2
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import snappy
from pyspark import SparkConf, SparkContext

HERE = Path(__file__).resolve().parent / "codecs"
LINES = [f"line {i} of the file, {i * i % 977} in blocks" for i in range(600)]
TEXT = "".join(line + "\n" for line in LINES).encode()
HALF = len(TEXT) // 2
HADOOP = "org.apache.hadoop.io.compress."


def by_hadoop(sc, codec, name):
    """As Spark writes it, in blocks of two kilobytes."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        sc.parallelize(LINES, 1).saveAsTextFile(str(out), HADOOP + codec)
        (part,) = out.glob("part-*")
        shutil.copy(part, HERE / name)


def by_lz4(data, *options):
    return subprocess.run(["lz4", *options, "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def main():
    HERE.mkdir(exist_ok=True)
    # Two streams one after the other, as parallel compressors write them.
    (HERE / "streams.bz2").write_bytes(bz2.compress(TEXT[:HALF], 1) + bz2.compress(TEXT[HALF:], 9))
    (HERE / "frame.lz4").write_bytes(by_lz4(TEXT))
    linked = by_lz4(TEXT[HALF:], "-BD", "-B4", "--content-size")
    (HERE / "frames.lz4").write_bytes(by_lz4(TEXT[:HALF], "--no-frame-crc") + linked)
    framing = snappy.StreamCompressor()
    (HERE / "framing.snappy").write_bytes(framing.compress(TEXT[:HALF]) + framing.compress(TEXT[HALF:]))
    conf = SparkConf().setMaster("local[1]").set("spark.ui.enabled", "false")
    for codec in ("snappy", "lz4"):
        conf.set(f"spark.hadoop.io.compression.codec.{codec}.buffersize", "2048")
    sc = SparkContext(conf=conf)
    by_hadoop(sc, "SnappyCodec", "hadoop.snappy")
    by_hadoop(sc, "Lz4Codec", "hadoop.lz4")
    by_hadoop(sc, "BZip2Codec", "hadoop.bz2")
    sc.stop()


if __name__ == "__main__":
    os.umask(0o022)
    main()
