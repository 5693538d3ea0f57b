#!/usr/bin/env bash
# Times Spark's RDD API in Scala: run.sh TEXT [PROGRAM...]
#
# TEXT is the file that the word count reads (`gen_text` writes it). PROGRAM is one of word_count,
# reduce_by_key, sort_by_key, empty_job; all of them unless named. Each runs in a fresh JVM. A warm-up
# comes before the runs that count.
#
# Needs Java 17 and spark-shell of Spark 4.3: from SPARK_HOME, else from the pyspark package of the
# python3 in PATH (pip install pyspark==4.3.0).
#
# Variables, with their defaults, which are the sizes that BENCHMARKS.md reports:
#   PAIRS=20000000 KEYS=1000000 RUNS=3 JOBS=200 CORES=2 MEMORY=8g
#
# A quick try: PAIRS=200000 KEYS=10000 RUNS=1 MEMORY=1g benchmarks/spark/run.sh small.txt
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=(word_count reduce_by_key sort_by_key empty_job)

if [[ $# -lt 1 || ! -f $1 ]]; then
    echo "usage: $0 TEXT [${programs[*]}]" >&2
    exit 2
fi
TEXT=$(realpath "$1")
shift
[[ $# -gt 0 ]] && programs=("$@")
export TEXT PAIRS="${PAIRS:-20000000}" KEYS="${KEYS:-1000000}" RUNS="${RUNS:-3}" JOBS="${JOBS:-200}"

: "${SPARK_HOME:=$(python3 -c 'import pyspark; print(pyspark.__path__[0])')}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

echo "| program | runs | median | least |"
echo "| --- | ---: | ---: | ---: |"
for program in "${programs[@]}"; do
    if ! "$SPARK_HOME/bin/spark-shell" --master "local[${CORES:-2}]" --driver-memory "${MEMORY:-8g}" \
        --conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false \
        -I "$here/timing.scala" -i "$here/$program.scala" < /dev/null > "$log" 2>&1; then
        cat "$log" >&2
        echo "$program failed" >&2
        exit 1
    fi
    # A script that does not compile leaves the shell with 0 all the same.
    grep -q '^RESULT' "$log" || { cat "$log" >&2; echo "$program gave no result" >&2; exit 1; }
    sed -n 's/^RESULT //p' "$log"
    sed -n 's/^ANSWER /  /p' "$log" >&2
done
