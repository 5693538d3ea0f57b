#!/usr/bin/env python3
"""Writes down the plans that PySpark's Connect client sends.

`$FLINT_PYSPARK_CONNECT record_plans.py` (PySpark 4.3 with the Connect client) writes
recorded_plans.txt beside this file: one plan a line, its name and its message in base64; with `-`
it prints them. No server is needed: the client's own hook takes each plan before it is sent. The
program below is compiled under a name of its own, so that origins are the same wherever this runs;
identifiers are counted, and code of functions, which differs between versions of Python, is left
out. So the same client always gives the same file.
"""

import base64
import itertools
import os
import pathlib
import sys
import uuid

# Functions of pyspark.sql ask this which of its two clients they serve.
os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"

from pyspark.sql.connect.session import SparkSession
import pyspark.sql.connect.proto as proto

PROGRAM = '''
from pyspark.sql import functions as F
from pyspark.sql.types import LongType, StructField, StructType
from pyspark import StorageLevel

def frame(name, make):
    # A plan of rows, as `collect` sends it.
    send(name, lambda: make().collect())

t = spark.table("db.t")
u = spark.table("u")

frame("named_table", lambda: spark.read.option("Mixed", "1").table("cat.db.`t 1`"))
frame("data_source", lambda: spark.read.format("csv").schema("a INT").option("header", True)
      .option("sep", ";").load(["p1", "p2"]))
frame("data_source_stream", lambda: spark.readStream.format("rate").option("rowsPerSecond", 5)
      .load())
frame("jdbc", lambda: spark.read.jdbc("jdbc:h2:mem", "t", predicates=["a < 1", "a >= 1"]))
frame("table_changes", lambda: spark.read.option("startingVersion", "1").changes("db.t"))
frame("range", lambda: spark.range(10))
frame("range_full", lambda: spark.range(2, 10, 3, numPartitions=4))
frame("local_relation", lambda: spark.createDataFrame([(1, "x")], "a INT, b STRING"))
frame("local_relation_empty", lambda: spark.createDataFrame([], "a INT"))
frame("table_function", lambda: spark.tvf.explode(F.array(F.lit(1), F.lit(2))))

frame("select", lambda: t.select("a", F.col("b").alias("c")))
frame("filter", lambda: t.filter(t.a > 1))
frame("filter_text", lambda: t.where("a > 1"))
frame("sort", lambda: t.orderBy("a", F.desc("b")))
frame("sort_within_partitions", lambda: t.sortWithinPartitions("a"))
frame("limit_offset", lambda: t.offset(2).limit(5))
send("tail", lambda: t.tail(3))
frame("sample", lambda: t.sample(False, 0.5, 7))
frame("random_split", lambda: t.randomSplit([1.0, 1.0], 3)[1])
frame("distinct", lambda: t.distinct())
frame("drop_duplicates", lambda: t.dropDuplicates(["a", "b"]))
frame("drop_duplicates_within_watermark", lambda: t.withWatermark("ts", "1 minute")
      .dropDuplicatesWithinWatermark(["a"]))
frame("repartition", lambda: t.repartition(3))
frame("coalesce", lambda: t.coalesce(1))
frame("repartition_by", lambda: t.repartition(3, "a"))
frame("repartition_by_range", lambda: t.repartitionByRange("a"))
frame("observe", lambda: t.observe("o", F.count(F.lit(1)).alias("n")))
frame("hint", lambda: t.hint("broadcast"))
frame("hint_parameters", lambda: t.hint("rebalance", 3, "a"))
frame("alias", lambda: t.alias("x"))

frame("with_columns", lambda: t.withColumn("c", F.col("a") + 1))
frame("with_metadata", lambda: t.withMetadata("a", {"k": 1}))
frame("with_columns_renamed", lambda: t.withColumnsRenamed({"z": "y", "a": "b"}))
frame("drop", lambda: t.drop("a", t.b))
frame("to_df", lambda: t.toDF("x", "y"))
frame("to_schema", lambda: t.to(StructType([StructField("a", LongType())])))
frame("unpivot", lambda: t.unpivot("id", ["a", "b"], "name", "value"))
frame("unpivot_all", lambda: t.unpivot(["id"], None, "name", "value"))
frame("transpose", lambda: t.transpose())
frame("transpose_by", lambda: t.transpose("a"))
frame("parse_json", lambda: spark.read.schema("a INT").json(t.select("j")))
frame("parse_csv", lambda: spark.read.option("sep", "|").csv(t.select("j")))
send("show", lambda: t.show(5, False, True))
send("html", lambda: t._repr_html_())

frame("join_using", lambda: t.join(u, ["a", "b"], "left"))
frame("join_on", lambda: t.join(u, t.a == u.a, "full_outer"))
frame("join_none", lambda: t.join(u))
frame("cross_join", lambda: t.crossJoin(u))
frame("lateral_join", lambda: t.lateralJoin(u.where(u.a == t.a.outer()), how="left"))
frame("as_of_join", lambda: t._joinAsOf(u, t.a, u.a, on="b", how="left", tolerance=F.lit(1),
      direction="forward"))
frame("nearest_by_join", lambda: t.nearestByJoin(u, F.abs(t.a - u.a), 2, mode="exact",
      direction="distance"))
frame("zip", lambda: t.select("a").zip(t.select("b")))
frame("union", lambda: t.union(u))
frame("union_by_name", lambda: t.unionByName(u, allowMissingColumns=True))
frame("intersect_all", lambda: t.intersectAll(u))
frame("subtract", lambda: t.subtract(u))

frame("group_by", lambda: t.groupBy("a").agg(F.sum("b").alias("s")))
frame("count", lambda: t.groupBy("a").count())
send("count_rows", lambda: t.count())
frame("rollup", lambda: t.rollup("a", "b").count())
frame("cube", lambda: t.cube("a").count())
frame("pivot", lambda: t.groupBy("a").pivot("b", ["x", "y"]).sum("c"))
frame("pivot_all", lambda: t.groupBy("a").pivot("b").agg(F.max("c")))
frame("grouping_sets", lambda: t.groupingSets([["a"], []], "a").agg(F.max("b")))

frame("fill_na", lambda: t.na.fill({"a": 1, "b": "x"}))
frame("fill_na_all", lambda: t.fillna(0.5))
frame("drop_na", lambda: t.dropna(thresh=2, subset=["a", "b"]))
frame("drop_na_any", lambda: t.dropna())
frame("replace", lambda: t.replace({1: 2, 3: None}, subset=["a"]))
frame("summary", lambda: t.summary("count", "50%"))
frame("describe", lambda: t.describe("a", "b"))
frame("crosstab", lambda: t.crosstab("a", "b"))
send("cov", lambda: t.cov("a", "b"))
send("corr", lambda: t.corr("a", "b"))
send("approx_quantile", lambda: t.approxQuantile(["a"], [0.25, 0.5], 0.1))
frame("freq_items", lambda: t.freqItems(["a"], 0.4))
frame("sample_by", lambda: t.sampleBy("a", {0: 0.1, 1: 0.2}, 5))

frame("scalar_subquery", lambda: t.where(F.col("a") == u.select(F.max("a")).scalar()))
frame("exists_subquery", lambda: t.where(u.where(u.a == F.col("a").outer()).exists()))

send("sql", lambda: spark.sql("SELECT * FROM t"))
send("sql_named", lambda: spark.sql("SELECT :b + :a", args={"b": 1, "a": 2}))
send("sql_positional", lambda: spark.sql("SELECT ? + ?", args=[1, 2]))
send("sql_views", lambda: spark.sql("SELECT * FROM {v} WHERE a > {n}", v=t, n=3))

def upper(frames):
    return frames

frame("map_in_pandas", lambda: t.mapInPandas(upper, "a INT", barrier=True))
frame("map_in_arrow", lambda: t.mapInArrow(upper, "a INT"))
frame("apply_in_pandas", lambda: t.groupBy("a").applyInPandas(upper, "a INT"))
frame("co_group", lambda: t.groupBy("a").cogroup(u.groupBy("a")).applyInPandas(
    lambda left, right: left, "a INT"))
frame("with_state", lambda: t.groupBy("a").applyInPandasWithState(
    lambda key, frames, state: frames, "a INT", "n INT", "update", "NoTimeout"))

for call in [
    "currentDatabase()", "setCurrentDatabase('d')", "listDatabases()", "listDatabases('p*')",
    "listTables()", "listTables('d', 'p*')", "listFunctions('d')", "listColumns('t', 'd')",
    "getDatabase('d')", "getTable('d.t')", "getFunction('f')", "databaseExists('d')",
    "tableExists('t')", "functionExists('f', 'd')",
    "createTable('t', schema=StructType([StructField('a', LongType())]), description='c', K='v')",
    "createExternalTable('t', path='p', source='json')",
    "dropTempView('v')", "dropGlobalTempView('v')", "recoverPartitions('t')", "isCached('t')",
    "cacheTable('t')", "cacheTable('t', StorageLevel.DISK_ONLY)", "uncacheTable('t')",
    "clearCache()", "refreshTable('t')", "refreshByPath('p')", "currentCatalog()",
    "setCurrentCatalog('c')", "listCatalogs('s*')", "dropTable('t', ifExists=True, purge=True)",
    "dropView('v')", "createDatabase('d', True, {'k': 'v'})", "dropDatabase('d', True, True)",
    "listPartitions('t')", "listViews('d', 'p*')", "getTableProperties('t')",
    "getCreateTableString('t', True)", "truncateTable('t')", "analyzeTable('t', True)",
]:
    send("catalog." + call, lambda: eval("spark.catalog." + call))

send("temp_view", lambda: t.createOrReplaceTempView("v"))
send("global_temp_view", lambda: t.createGlobalTempView("v"))
send("write_parquet", lambda: t.write.mode("overwrite").partitionBy("a").option("Compression",
     "zstd").parquet("p"))
send("write_unset", lambda: t.write.save())
send("save_as_table", lambda: t.write.format("parquet").bucketBy(4, "a").sortBy("b")
     .saveAsTable("db.t2"))
send("insert_into", lambda: t.write.insertInto("t2", overwrite=True))
send("write_to", lambda: t.writeTo("db.t2").using("parquet").tableProperty("k", "v")
     .partitionedBy(F.partitioning.days("d")).createOrReplace())
send("overwrite", lambda: t.writeTo("t2").option("o", "1").overwrite(F.col("a") > 1))
send("merge", lambda: u.mergeInto("db.t", F.expr("t.a = u.a")).whenMatched(F.lit(True)).update(
     {"b": F.col("u.b")}).whenNotMatched().insertAll().whenNotMatchedBySource().delete().merge())
send("checkpoint", lambda: t.checkpoint(eager=False))
send("local_checkpoint", lambda: t.localCheckpoint(storageLevel=StorageLevel.MEMORY_ONLY))
send("register_function", lambda: spark.udf.register("f", F.udf(lambda x: x, "int")))
send("register_java", lambda: spark.udf.registerJavaFunction("j", "org.example.J", "int"))
send("stream_table", lambda: spark.readStream.table("t").writeStream.trigger(
     processingTime="5 seconds").outputMode("append").queryName("q").option("o", "1").toTable("s"))
send("stream_once", lambda: spark.readStream.table("t").writeStream.trigger(availableNow=True)
     .format("parquet").start("p"))
send("stream_foreach_batch", lambda: spark.readStream.table("t").writeStream.foreachBatch(
     lambda rows, batch: None).start())
send("streams_active", lambda: spark.streams.active)
send("streams_get", lambda: spark.streams.get("id"))
send("streams_await", lambda: spark.streams.awaitAnyTermination(2))
send("streams_reset", lambda: spark.streams.resetTerminated())

from pyspark.sql.connect.streaming.query import StreamingQuery
query = StreamingQuery(spark, "id", "run", "name")
send("query_status", lambda: query.status)
send("query_last_progress", lambda: query.lastProgress)
send("query_recent_progress", lambda: query.recentProgress)
send("query_stop", lambda: query.stop())
send("query_process_all", lambda: query.processAllAvailable())
send("query_explain", lambda: query.explain(True))
send("query_exception", lambda: query.exception())
send("query_await", lambda: query.awaitTermination(3))

from pyspark.resource import ResourceProfileBuilder, TaskResourceRequests
needs = ResourceProfileBuilder().require(TaskResourceRequests().cpus(2)).build
send("resource_profile", lambda: needs.id)

from pyspark.sql.datasource import DataSource
class Source(DataSource):
    pass
send("register_source", lambda: spark.dataSource.register(Source))

@F.udtf(returnType="a INT")
class Twice:
    def eval(self, x):
        yield x
frame("inline_table_function", lambda: Twice(F.lit(1)))
send("register_table_function", lambda: spark.udtf.register("twice", Twice))

from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import Binarizer
frame("ml_transform", lambda: Binarizer(threshold=0.5, inputCol="a", outputCol="o").transform(t))
send("ml_fit", lambda: KMeans(k=2, seed=1).fit(t))

from pyspark.pipelines.spark_connect_pipeline import create_dataflow_graph, start_run
from pyspark.pipelines.spark_connect_graph_element_registry import (
    SparkConnectGraphElementRegistry,
)
from pyspark.pipelines.output import MaterializedView
from pyspark.pipelines.source_code_location import SourceCodeLocation
send("pipeline_create", lambda: create_dataflow_graph(spark, "c", "d", {"k": "v"}))
send("pipeline_start", lambda: list(start_run(spark, "g", ["t"], False, [], True, "s3://x")))
graph = SparkConnectGraphElementRegistry(spark, "g")
send("pipeline_output", lambda: graph.register_output(MaterializedView(
    name="v", comment="c", source_code_location=SourceCodeLocation("f.py", 3), table_properties={},
    partition_cols=["a"], cluster_by=None, schema="a INT", format="parquet")))
send("pipeline_sql", lambda: graph.register_sql("SELECT 1", "f.sql"))
'''


class Taken(Exception):
    """A plan was taken: it goes no further."""


class NoServer:
    """Answers questions about settings, which are asked before some plans are made."""

    ANSWERS = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_LTZ",
        "spark.sql.session.localRelationCacheThreshold": "1048576",
        "spark.sql.session.localRelationChunkSizeRows": "10000",
        "spark.sql.session.localRelationChunkSizeBytes": "16777216",
        "spark.sql.session.localRelationBatchOfChunksSizeBytes": "536870912",
        "spark.sql.session.localRelationSizeLimit": "3221225472",
        "spark.sql.execution.arrow.useLargeVarTypes": "false",
        "spark.sql.execution.pandas.convertToArrowArraySafely": "false",
        "spark.sql.execution.pandas.inferPandasDictAsMap": "false",
        "spark.sql.pyspark.inferNestedDictAsStruct.enabled": "false",
        "spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled": "false",
        "spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled": "false",
        "spark.sql.execution.pythonUDF.arrow.enabled": "false",
        "spark.sql.repl.eagerEval.enabled": "true",
        "spark.sql.repl.eagerEval.maxNumRows": "20",
        "spark.sql.repl.eagerEval.truncate": "20",
    }

    def Config(self, request, **_):
        answer = proto.ConfigResponse(session_id=request.session_id)
        operation = request.operation
        kind = operation.WhichOneof("op_type")
        if kind in ("get", "get_option"):
            for key in getattr(operation, kind).keys:
                answer.pairs.append(proto.KeyValue(key=key, value=self.ANSWERS.get(key)))
        elif kind == "get_with_default":
            for pair in operation.get_with_default.pairs:
                answer.pairs.append(pair)
        return answer

    def AnalyzePlan(self, request, **_):
        answer = proto.AnalyzePlanResponse(session_id=request.session_id)
        if request.WhichOneof("analyze") == "ddl_parse":
            answer.ddl_parse.parsed.CopyFrom(self.data_type(request.ddl_parse.ddl_string))
            return answer
        if request.WhichOneof("analyze") == "schema":
            answer.schema.schema.CopyFrom(self.data_type("a INT, b INT, c INT"))
            return answer
        raise Taken

    def data_type(self, text):
        """The few types that the program writes as text."""
        one = {
            "INT": proto.DataType(integer=proto.DataType.Integer()),
            "STRING": proto.DataType(string=proto.DataType.String()),
        }
        if " " not in text:
            return one[text.upper()]
        fields = [column.split() for column in text.split(", ")]
        fields = [
            proto.DataType.StructField(name=name, data_type=one[kind], nullable=True)
            for name, kind in fields
        ]
        return proto.DataType(struct=proto.DataType.Struct(fields=fields))

    def ReleaseSession(self, request, **_):
        return proto.ReleaseSessionResponse(session_id=request.session_id)


def without_code(message):
    """Puts a word in the place of pickled code, whose bytes are of one version of Python."""
    for field, value in message.ListFields():
        if field.message_type is None:
            if field.name in ("command", "python_ver") and field.containing_type.name in (
                "PythonUDF",
                "PythonUDTF",
                "PythonDataSource",
            ):
                setattr(message, field.name, b"code" if field.name == "command" else "3.x")
        elif field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                for key in value:
                    without_code(value[key])
        elif field.is_repeated:
            for one in value:
                without_code(one)
        else:
            without_code(value)


def record():
    numbers = itertools.count(1)
    uuid.uuid4 = lambda: uuid.UUID(int=next(numbers), version=4)
    taken = []

    class Take(SparkSession.Hook):
        def on_execute_plan(self, request):
            taken.append(request.plan)
            raise Taken

    spark = SparkSession("sc://localhost:1", userId="u", hook_factories=[lambda _: Take()])
    spark.release_session_on_close = False
    SparkSession._set_default_and_active_session(spark)
    spark.client._stub = NoServer()
    plans = []

    def send(name, action):
        taken.clear()
        try:
            action()
        except Taken:
            pass
        if len(taken) != 1:
            raise RuntimeError(f"{name}: {len(taken)} plans")
        without_code(taken[0])
        plans.append((name, taken[0].SerializeToString(deterministic=True)))

    exec(compile(PROGRAM, "program.py", "exec"), {"spark": spark, "send": send})
    return plans


def main():
    lines = [f"{name}\t{base64.b64encode(plan).decode()}\n" for name, plan in record()]
    if sys.argv[1:] == ["-"]:
        sys.stdout.writelines(lines)
    else:
        target = pathlib.Path(__file__).with_name("recorded_plans.txt")
        target.write_text("".join(lines))


if __name__ == "__main__":
    main()
