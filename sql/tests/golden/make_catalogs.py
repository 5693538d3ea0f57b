"""Makes catalogs.jsonl: what Spark answers to calls of its catalog, one after the other.

Run with PySpark 4.3, standard error thrown away: python make_catalogs.py > catalogs.jsonl
Each line: {"sql"} for a statement, or {"call", "args"} for a call, and "rows" (cells as text) or
"error" with "parameters". {warehouse} stands for the folder of the warehouse. Descriptions and class
names of functions are left out: they are texts of Spark's own.
"""

import json
import tempfile
import warnings

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.catalog import Function

STEPS = """
currentCatalog
currentDatabase
listCatalogs
listCatalogs | x*
setCurrentCatalog | spark_catalog
listDatabases
listDatabases | x*
getDatabase | spark_catalog.default
getDatabase | nope
getDatabase | a.b
databaseExists | DEFAULT
databaseExists | spark_catalog.default
databaseExists | nope
databaseExists | a.b
databaseExists | global_temp
createDatabase | s1
createDatabase | s1
createDatabase | s1 | TRUE
createDatabase | a.b
getDatabase | S1
listDatabases | DEF*|s2|s1
CREATE SCHEMA s2 COMMENT 'about' LOCATION '{warehouse}/elsewhere'
getDatabase | s2
CREATE TABLE t1 (a INT NOT NULL COMMENT 'first', b STRING, c ARRAY<STRUCT<x: INT>>) USING parquet COMMENT 'hello' TBLPROPERTIES ('k' = 'v')
CREATE TABLE t2 (a INT, p STRING) USING parquet PARTITIONED BY (p)
CREATE TABLE s1.t3 (a INT, b STRING) USING csv OPTIONS ('header' 'true') LOCATION '{warehouse}/t3'
CREATE TABLE T4 (a INT) USING parquet
INSERT INTO t2 VALUES (1, 'x'), (2, 'y'), (3, NULL)
CREATE TEMPORARY VIEW tv AS SELECT id FROM range(3)
CREATE GLOBAL TEMPORARY VIEW gv AS SELECT id FROM range(3)
CREATE VIEW v1 AS SELECT a FROM t1
listTables
listTables | s1
listTables | spark_catalog.s1
listTables | default | t*
listTables | default | *v*|t1
listTables | global_temp
listTables | nope
listTables | a.b
listViews
listViews | default | v*
listViews | global_temp
listViews | nope
getTable | t1
getTable | T1
getTable | spark_catalog.default.t1
getTable | s1.t3
getTable | tv
getTable | TV
getTable | global_temp.gv
getTable | gv
getTable | v1
getTable | nope
getTable | a.b
getTable | a.b.c
listColumns | t1
listColumns | t2
listColumns | t3 | s1
listColumns | tv
listColumns | global_temp.gv
listColumns | v1
listColumns | nope
listColumns | nope | default
tableExists | t1
tableExists | tv
tableExists | nope
tableExists | t3 | s1
tableExists | t3 | nope
tableExists | global_temp.gv
tableExists | a.b
tableExists | a.b.c
functionExists | count
functionExists | COUNT
functionExists | nope
functionExists | default.count
functionExists | count | default
functionExists | builtin.count
functionExists | system.builtin.count
functionExists | a.b.c
getFunction | count
getFunction | COUNT
getFunction | nope
getFunction | default.count
getFunction | a.b.c
listFunctions | nope
listFunctions | default | to_d*|sum
listFunctions | default | approx*
dropTempView | nope
dropTempView | tv
dropTempView | tv
dropTempView | v1
dropGlobalTempView | gv
dropGlobalTempView | gv
isCached | t1
isCached | nope
cacheTable | nope
cacheTable | t1
isCached | t1
uncacheTable | t1
uncacheTable | t1
isCached | t1
uncacheTable | nope
refreshTable | nope
refreshTable | t1
refreshByPath | {warehouse}/nope
recoverPartitions | t2
recoverPartitions | t1
recoverPartitions | nope
recoverPartitions | v1
listPartitions | t2
listPartitions | t1
listPartitions | nope
listPartitions | v1
getTableProperties | t1
getTableProperties | s1.t3
getTableProperties | v1
getTableProperties | nope
truncateTable | t2
listPartitions | t2
truncateTable | nope
truncateTable | v1
analyzeTable | t1
analyzeTable | nope
analyzeTable | v1
dropTable | nope
dropTable | nope | TRUE
dropTable | s1.nope
dropTable | t4
tableExists | t4
dropView | t1
dropView | nope
dropView | nope | TRUE
dropView | v1
dropDatabase | nope
dropDatabase | nope | TRUE
dropDatabase | s1
dropDatabase | s1 | FALSE | TRUE
databaseExists | s1
dropDatabase | default
setCurrentDatabase | nope
setCurrentDatabase | spark_catalog.default
setCurrentDatabase | s2
currentDatabase
listTables
clearCache
""".strip().splitlines()

warnings.filterwarnings("ignore")
warehouse = tempfile.mkdtemp()
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.warehouse.dir", warehouse)
    .getOrCreate()
)


def cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return value


def row(value):
    if isinstance(value, Function):
        return [cell(x) for x in (value.name, value.catalog, value.namespace, value.isTemporary)]
    return [cell(x) for x in value] if isinstance(value, tuple) else [cell(value)]


def rows(value):
    if value is None:
        return []
    if isinstance(value, dict):
        value = sorted(value.items())
    return [row(x) for x in value] if isinstance(value, list) else [row(value)]


for step in STEPS:
    parts = step.split(" | ")
    line = {"sql": step} if step.split()[0].isupper() else {"call": parts[0], "args": parts[1:]}
    actual = [part.replace("{warehouse}", warehouse) for part in parts]
    try:
        if "sql" in line:
            spark.sql(actual[0])
            line["rows"] = []
        else:
            flags = {"TRUE": True, "FALSE": False}
            arguments = [flags.get(part, part) for part in actual[1:]]
            line["rows"] = rows(getattr(spark.catalog, parts[0])(*arguments))
    except PySparkException as error:
        line["error"], line["parameters"] = error.getCondition(), error.getMessageParameters()
    print(json.dumps(line).replace(warehouse, "{warehouse}"), flush=True)
