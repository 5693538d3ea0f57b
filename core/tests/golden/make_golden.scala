// Golden answers of Spark's RDD API in Scala, for what PySpark cannot give or answers differently:
// slicing of collections, numbers of partitions after a shuffle, which operators keep a
// partitioner, seeded sampling bit for bit, range bounds, non-neutral zeros, double statistics
// with NaN, and the operators that only Scala has.
//
// Regenerate, with Java 17 and the spark-shell that the wheel of pyspark 4.3.0 carries:
//
//   GOLDEN_OUT=core/tests/golden/rdd_scala.jsonl \
//     spark-shell --master 'local[1]' -i core/tests/golden/make_golden.scala < /dev/null
//
// README.md beside this file describes the format. Every case here is deterministic: what a
// shuffle may reorder is sorted before it is written, range bounds are taken of inputs so small
// that Spark's sampling sees every record, and one core merges double statistics in one order.

import java.io.PrintWriter
import java.util.{LinkedHashMap => JavaMap}

import scala.collection.immutable.ListMap
import scala.reflect.ClassTag
import scala.util.Try

import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.module.scala.DefaultScalaModule
import org.apache.commons.math3.distribution.PoissonDistribution
import org.apache.spark.{HashPartitioner, Partitioner, RangePartitioner, ShuffleDependency, SparkConf, SparkContext}
import org.apache.spark.mllib.rdd.RDDFunctions._
import org.apache.spark.rdd.RDD

/** Places integer keys by remainder: a placement that does not depend on a hash function. */
case class ModPartitioner(numPartitions: Int) extends Partitioner {
  def getPartition(key: Any): Int = java.lang.Math.floorMod(key.asInstanceOf[Int], numPartitions)
}

/** Writes one JSON line per case. */
class Sink(path: String) {
  private val mapper = new ObjectMapper().registerModule(DefaultScalaModule)
  private val out = new PrintWriter(path, "UTF-8")
  private var names = Set.empty[String]

  def emit(name: String, op: String, fields: (String, Any)*): Unit = {
    require(!names(name), s"two cases are called $name")
    names += name
    val record = new JavaMap[String, Any]()
    record.put("case", name)
    record.put("op", op)
    fields.foreach { case (key, value) => record.put(key, value) }
    out.println(mapper.writeValueAsString(record))
  }

  /** Records the answer of `body`, or the class and message of what it throws. */
  def attempt(name: String, op: String, fields: (String, Any)*)(body: => Any): Unit =
    attemptAs("result", name, op, fields)(body)

  /** Records the records of each partition of `body`, or what computing them throws. */
  def attemptGlom(name: String, op: String, fields: (String, Any)*)(body: => RDD[_]): Unit =
    attemptAs("partitions", name, op, fields)(Shape.glom(body))

  private def attemptAs(key: String, name: String, op: String, fields: Seq[(String, Any)])(body: => Any): Unit = {
    val outcome = Try(body).fold(e => "error" -> errorOf(e), value => key -> value)
    emit(name, op, fields :+ outcome: _*)
  }

  private def errorOf(e: Throwable): ListMap[String, String] = {
    val root = Iterator.iterate(e)(_.getCause).takeWhile(_ != null).toSeq.last
    val message = Option(root.getMessage).getOrElse("").linesIterator.nextOption().getOrElse("")
    ListMap("class" -> root.getClass.getSimpleName, "message" -> message)
  }

  def close(): Unit = out.close()
}

/** What a result RDD looks like from outside. */
object Shape extends Serializable {
  def glom[T](rdd: RDD[T]): Seq[Seq[T]] = rdd.glom().collect().toSeq.map(_.toSeq)

  /** Shuffles in the whole lineage, each counted once. */
  def shuffles(rdd: RDD[_]): Int = {
    var seen = Set.empty[Int]
    var found = Set.empty[Int]
    def walk(r: RDD[_]): Unit = if (!seen(r.id)) {
      seen += r.id
      r.dependencies.foreach { d =>
        d match { case s: ShuffleDependency[_, _, _] => found += s.shuffleId; case _ => }
        walk(d.rdd)
      }
    }
    walk(rdd)
    found.size
  }

  /** `partitioner` is the number of partitions of the kept partitioner, if one is kept. */
  def of(rdd: RDD[_]): ListMap[String, Any] = ListMap(
    "num_partitions" -> rdd.getNumPartitions,
    "shuffles" -> shuffles(rdd),
    "partitioner" -> rdd.partitioner.map(_.numPartitions))
}

/** An RDD with exactly these partitions. */
class Inputs(val sc: SparkContext) {
  def of[T: ClassTag](partitions: Seq[Seq[T]]): RDD[T] =
    if (partitions.isEmpty) sc.emptyRDD[T]
    else sc.parallelize(partitions, partitions.size).flatMap(identity)

  /** `count` partitions, each of which holds its own index. */
  def indices(count: Int): RDD[Int] = of((0 until count).map(Seq(_)))

  /** Pairs (i % 5, i) for i below 20, in `count` partitions. */
  def pairs(count: Int): RDD[(Int, Int)] =
    if (count == 0) sc.emptyRDD[(Int, Int)] else sc.parallelize((0 until 20).map(i => (i % 5, i)), count)
}

object Slicing extends Serializable {
  def run(in: Inputs, sink: Sink): Unit = {
    val sc = in.sc
    for (size <- 0 to 20; slices <- 1 to 7)
      sink.emit(s"parallelize/$size/$slices", "parallelize", "args" -> Map("size" -> size, "slices" -> slices),
        "partitions" -> Shape.glom(sc.parallelize((0 until size).toVector, slices)))
    for (slices <- Seq(0, -1))
      sink.attemptGlom(s"parallelize/$slices-slices", "parallelize", "args" -> Map("slices" -> slices),
        "input" -> Seq(1, 2))(sc.parallelize(Vector(1, 2), slices))
    val ranges = Seq((0L, 10L, 1L), (0L, 10L, 3L), (1L, 20L, 7L), (10L, 0L, -1L), (10L, -3L, -4L),
      (5L, 5L, 1L), (7L, 5L, 1L), (-5L, 5L, 2L), (0L, 1L, 100L),
      (Long.MaxValue - 5, Long.MaxValue, 2L), (Long.MinValue, Long.MinValue + 7, 3L),
      (Long.MinValue, Long.MaxValue, Long.MaxValue))
    for (((start, end, step), i) <- ranges.zipWithIndex; slices <- Seq(1, 2, 3, 5))
      sink.emit(s"range/$i/$slices", "range",
        "args" -> Map("start" -> start, "end" -> end, "step" -> step, "slices" -> slices),
        "partitions" -> Shape.glom(sc.range(start, end, step, slices)))
    sink.attempt("range/zero-step", "range",
      "args" -> Map("start" -> 0, "end" -> 1, "step" -> 0, "slices" -> 1))(
      sc.range(0L, 1L, 0L, 1).collect().toSeq)
  }
}

object Partitioning extends Serializable {
  def run(in: Inputs, sink: Sink): Unit = {
    val sc = in.sc
    for (from <- 0 to 9; to <- 1 to 10)
      sink.emit(s"coalesce/$from/$to", "coalesce", "args" -> Map("n" -> to, "shuffle" -> false),
        "input" -> (0 until from).map(Seq(_)), "partitions" -> Shape.glom(in.indices(from).coalesce(to)))
    for (n <- Seq(0, -1))
      sink.attemptGlom(s"coalesce/to-$n", "coalesce", "args" -> Map("n" -> n, "shuffle" -> false),
        "input" -> Seq(Seq(1), Seq(2)))(in.of(Seq(Seq(1), Seq(2))).coalesce(n))
    for ((size, from) <- Seq((0, 1), (1, 1), (10, 1), (10, 2), (10, 3), (25, 4), (3, 5)); to <- Seq(1, 2, 3, 4, 7)) {
      val input = sc.parallelize((0 until size).toVector, from)
      sink.emit(s"repartition/$size/$from/$to", "repartition", "args" -> Map("n" -> to),
        "input" -> Shape.glom(input),
        "partitions_sorted" -> Shape.glom(input.repartition(to)).map(_.sorted))
    }
    sink.attemptGlom("repartition/to-0", "repartition", "args" -> Map("n" -> 0), "input" -> Seq(Seq(1)))(
      in.of(Seq(Seq(1))).repartition(0))
    sink.attemptGlom("repartition/empty-rdd", "repartition", "args" -> Map("n" -> 3), "input" -> Seq())(
      sc.emptyRDD[Int].repartition(3))
    val keyed = Seq(Seq(5 -> 1, -1 -> 2, 2 -> 3), Seq(), Seq(0 -> 4, 5 -> 5, 7 -> 6, -4 -> 7))
    for (n <- 1 to 4)
      sink.emit(s"partition_by/mod-$n", "partition_by", "args" -> Map("partitioner" -> "floor_mod", "n" -> n),
        "input" -> keyed, "partitions_sorted" -> Shape.glom(in.of(keyed).partitionBy(ModPartitioner(n))).map(_.sorted))
    val unions = Seq(Seq(1, 2), Seq(3, 0), Seq(0, 0), Seq(2, 3, 4))
    for (counts <- unions)
      sink.emit(s"union/${counts.mkString("-")}", "union", "input_partitions" -> counts,
        "num_partitions" -> sc.union(counts.map(in.indices)).getNumPartitions)
    sink.attempt("union/of-nothing", "union", "input_partitions" -> Seq())(sc.union(Seq.empty[RDD[Int]]).getNumPartitions)
    val (left, right) = (in.pairs(3).partitionBy(ModPartitioner(4)), in.pairs(2).partitionBy(ModPartitioner(4)))
    sink.emit("union/same-partitioner", "union", "partition_by_mod" -> Seq(4, 4), "result" -> Shape.of(left.union(right)))
    sink.emit("union/other-partitioner", "union", "partition_by_mod" -> Seq(4, 3),
      "result" -> Shape.of(left.union(in.pairs(2).partitionBy(ModPartitioner(3)))))
  }
}

/** Numbers of partitions, shuffles and kept partitioners. */
object Shapes extends Serializable {
  /** `(name, partitions, partitioner)` of the inputs: pairs in `partitions`, then maybe `partitionBy`. */
  private def input(in: Inputs, partitions: Int, by: Int): RDD[(Int, Int)] =
    if (by == 0) in.pairs(partitions) else in.pairs(partitions).partitionBy(ModPartitioner(by))

  private val binary: Seq[(String, (RDD[(Int, Int)], RDD[(Int, Int)]) => RDD[_])] = Seq(
    "join" -> (_ join _), "left_outer_join" -> (_ leftOuterJoin _),
    "right_outer_join" -> (_ rightOuterJoin _), "full_outer_join" -> (_ fullOuterJoin _),
    "cogroup" -> (_ cogroup _), "subtract_by_key" -> (_ subtractByKey _),
    "subtract" -> (_ subtract _), "intersection" -> (_ intersection _), "union" -> (_ union _),
    "cartesian" -> (_ cartesian _))

  private val unary: Seq[(String, RDD[(Int, Int)] => RDD[_])] = Seq(
    "map" -> (_.map(identity)), "filter" -> (_.filter(_._2 > 3)), "flat_map" -> (_.flatMap(Seq(_))),
    "map_values" -> (_.mapValues(_ + 1)), "flat_map_values" -> (_.flatMapValues(Seq(_))),
    "map_partitions" -> (_.mapPartitions(identity)),
    "map_partitions_preserving" -> (_.mapPartitions(identity, preservesPartitioning = true)),
    "keys" -> (_.keys), "values" -> (_.values), "glom" -> (_.glom()), "key_by" -> (_.keyBy(_._1)),
    "sample" -> (_.sample(false, 0.5, 1)), "distinct" -> (_.distinct()), "distinct_2" -> (_.distinct(2)),
    "zip_with_index" -> (_.zipWithIndex()), "coalesce_2" -> (_.coalesce(2)), "repartition_2" -> (_.repartition(2)),
    "reduce_by_key" -> (_.reduceByKey(_ + _)), "reduce_by_key_2" -> (_.reduceByKey(_ + _, 2)),
    "group_by_key" -> (_.groupByKey()), "fold_by_key" -> (_.foldByKey(0)(_ + _)),
    "aggregate_by_key" -> (_.aggregateByKey(0)(_ + _, _ + _)), "group_by" -> (_.groupBy(_._1)),
    "partition_by_same" -> (_.partitionBy(ModPartitioner(4))), "partition_by_other" -> (_.partitionBy(ModPartitioner(3))),
    "sort_by_key" -> (_.sortByKey()), "sort_by_key_2" -> (_.sortByKey(true, 2)), "sort_by" -> (_.sortBy(_._2)),
    "sample_by_key" -> (_.sampleByKey(false, (0 until 5).map(_ -> 0.5).toMap, 1)),
    "filter_by_range" -> (_.filterByRange(1, 3)),
    "repartition_and_sort" -> (_.repartitionAndSortWithinPartitions(ModPartitioner(4))))

  private val sides = Seq((2, 0, 3, 0), (3, 4, 2, 0), (2, 0, 3, 4), (3, 4, 5, 4), (3, 4, 3, 6))

  // Ten times as many partitions as the partitioner is where Spark stops reusing it.
  private val unusualSides = Seq((3, 2, 20, 0), (3, 2, 19, 0), (3, 2, 21, 0), (0, 0, 3, 0), (0, 0, 0, 0))

  def run(in: Inputs, sink: Sink): Unit = shapes(in, sink, "shape", sides ++ unusualSides, Seq((3, 0), (3, 4), (0, 0)))

  /** The same under `spark.default.parallelism`, which replaces "the most partitions of any input". */
  def runUnderParallelism(in: Inputs, sink: Sink, parallelism: Int): Unit =
    shapes(in, sink, s"shape-parallelism-$parallelism", sides, Seq((3, 0), (3, 4)))

  private def shapes(in: Inputs, sink: Sink, prefix: String, sides: Seq[(Int, Int, Int, Int)], inputs: Seq[(Int, Int)]): Unit = {
    for ((op, f) <- binary; (lp, lby, rp, rby) <- sides)
      sink.attempt(s"$prefix/$op/$lp-$lby/$rp-$rby", op,
        "left" -> Map("partitions" -> lp, "partition_by_mod" -> lby),
        "right" -> Map("partitions" -> rp, "partition_by_mod" -> rby))(
        Shape.of(f(input(in, lp, lby), input(in, rp, rby))))
    for ((op, f) <- unary; (partitions, by) <- inputs)
      sink.attempt(s"$prefix/$op/$partitions-$by", op,
        "left" -> Map("partitions" -> partitions, "partition_by_mod" -> by))(
        Shape.of(f(input(in, partitions, by))))
  }
}

object Ordering extends Serializable {
  private val numbers = Seq(Seq(5, 3, 9, 3), Seq(), Seq(1, 5, 5, 0, 8), Seq(2, 7, 3))

  def run(in: Inputs, sink: Sink): Unit = {
    val sc = in.sc
    for (ascending <- Seq(true, false); n <- 1 to 6)
      sink.emit(s"sort_by/${if (ascending) "ascending" else "descending"}/$n", "sort_by",
        "args" -> Map("f" -> "identity", "ascending" -> ascending, "n" -> n), "input" -> numbers,
        "partitions" -> Shape.glom(in.of(numbers).sortBy(identity, ascending, n)))
    sink.attemptGlom("sort_by/one-distinct-key", "sort_by",
      "args" -> Map("f" -> "identity", "ascending" -> true, "n" -> 3), "input" -> Seq(Seq(1, 1), Seq(1)))(
      in.of(Seq(Seq(1, 1), Seq(1))).sortBy(identity, true, 3))
    sink.attemptGlom("sort_by/all-empty", "sort_by",
      "args" -> Map("f" -> "identity", "ascending" -> true, "n" -> 3), "input" -> Seq(Seq(), Seq()))(
      in.of(Seq(Seq[Int](), Seq[Int]())).sortBy(identity, true, 3))
    for ((size, from, n) <- Seq((10, 2, 2), (20, 2, 3), (50, 3, 4), (100, 4, 7), (60, 1, 5), (4, 2, 9))) {
      val input = sc.parallelize((0 until size).map(i => (i * 37 % size, i)), from)
      for (ascending <- Seq(true, false)) {
        val p = new RangePartitioner(n, input, ascending)
        sink.emit(s"range_partitioner/$size/$from/$n/$ascending", "range_partitioner",
          "args" -> Map("n" -> n, "ascending" -> ascending), "input" -> Shape.glom(input.keys),
          "num_partitions" -> p.numPartitions,
          "partition_of_keys_0_up" -> (0 until size).map(k => p.getPartition(k)))
      }
      val sorted = input.sortByKey(true, n)
      if (size <= 20) for ((lo, hi) <- Seq((0, size), (size / 3, size / 2), (size, size + 5), (size / 2, size / 3), (-5, 0)))
        sink.attemptGlom(s"filter_by_range/sorted/$size/$n/$lo-$hi", "filter_by_range",
          "args" -> Map("lower" -> lo, "upper" -> hi, "sorted_into" -> n), "input" -> Shape.glom(input))(
          sorted.filterByRange(lo, hi))
    }
    val unsorted = Seq(Seq(5 -> 0, 1 -> 1, 9 -> 2), Seq(3 -> 3, 1 -> 4))
    sink.emit("filter_by_range/unsorted", "filter_by_range", "args" -> Map("lower" -> 1, "upper" -> 3),
      "input" -> unsorted, "partitions" -> Shape.glom(in.of(unsorted).filterByRange(1, 3)))
    for (window <- 1 to 5; step <- 1 to 3)
      sink.emit(s"sliding/$window/$step", "sliding", "args" -> Map("window" -> window, "step" -> step),
        "input" -> numbers, "result" -> in.of(numbers).sliding(window, step).collect().toSeq.map(_.toSeq))
  }
}

object Sampling extends Serializable {
  def run(in: Inputs, sink: Sink): Unit = {
    randomNumbers(sink)
    val thousand = in.sc.parallelize(1 to 1000, 3)
    val input = "input" -> "1 to 1000 in 3 partitions"
    val fractions = Seq(0.0, 0.05, 0.3, 0.4, 0.5, 0.9).map(_ -> 42L) ++ Seq(0.05, 0.3, 0.5).map(_ -> -7L)
    val runs = fractions.map(false -> _) ++ (fractions :+ (1.5 -> 42L)).map(true -> _)
    for ((replace, (fraction, seed)) <- runs)
      sink.emit(s"sample/$replace/$fraction/$seed", "sample",
        "args" -> Map("with_replacement" -> replace, "fraction" -> fraction, "seed" -> seed), input,
        "partitions" -> Shape.glom(thousand.sample(replace, fraction, seed)))
    for ((replace, fraction) <- Seq((false, 1.1), (false, -0.1), (true, -0.1)))
      sink.attempt(s"sample/$replace/$fraction", "sample",
        "args" -> Map("with_replacement" -> replace, "fraction" -> fraction, "seed" -> 1), input)(
        thousand.sample(replace, fraction, 1).count())
    for ((weights, seed) <- Seq(Seq(0.2, 0.3, 0.5) -> 42L, Seq(0.2, 0.3, 0.5) -> -7L, Seq(1.0, 2.0, 1.0) -> 42L))
      sink.emit(s"random_split/${weights.mkString("-")}/$seed", "random_split",
        "args" -> Map("weights" -> weights, "seed" -> seed), input,
        "result" -> thousand.randomSplit(weights.toArray, seed).toSeq.map(Shape.glom(_)))
    for ((weights, i) <- Seq(Seq(0.0, 0.0), Seq(-1.0, 2.0), Seq()).zipWithIndex)
      sink.attempt(s"random_split/bad/$i", "random_split", "args" -> Map("weights" -> weights, "seed" -> 1), input)(
        thousand.randomSplit(weights.toArray, 1).toSeq.map(_.count()))
    val keyed = thousand.map(x => (x % 3, x))
    val keyFractions = Map(0 -> 0.1, 1 -> 0.5, 2 -> 0.9)
    for (replace <- Seq(false, true))
      sink.emit(s"sample_by_key/$replace", "sample_by_key",
        "args" -> Map("with_replacement" -> replace, "fractions" -> keyFractions.toSeq.sorted, "seed" -> 42),
        "input" -> "(x % 3, x) for x in 1 to 1000 in 3 partitions",
        "partitions" -> Shape.glom(keyed.sampleByKey(replace, keyFractions, 42L).values))
    val counts = Seq(0, 1, 5, 10, 100).flatMap(n => Seq(n -> 42L, n -> -7L))
    for ((replace, (n, seed)) <- (counts ++ Seq(999 -> 42L, 1500 -> 42L)).map(false -> _) ++ counts.map(true -> _))
      sink.attempt(s"take_sample/$replace/$n/$seed", "take_sample",
        "args" -> Map("with_replacement" -> replace, "n" -> n, "seed" -> seed), input)(
        thousand.takeSample(replace, n, seed).toSeq)
    sink.attempt("take_sample/negative", "take_sample",
      "args" -> Map("with_replacement" -> false, "n" -> -1, "seed" -> 1), input)(thousand.takeSample(false, -1, 1).toSeq)
    sink.attempt("take_sample/of-nothing", "take_sample",
      "args" -> Map("with_replacement" -> false, "n" -> 3, "seed" -> 1), "input" -> Seq(Seq(), Seq()))(
      in.of(Seq(Seq[Int](), Seq[Int]())).takeSample(false, 3, 1).toSeq)
  }

  /** First draws of the generators that the samples above are made of. */
  private def randomNumbers(sink: Sink): Unit = {
    val xorShift = Class.forName("org.apache.spark.util.random.XORShiftRandom").getConstructor(classOf[Long])
    for (seed <- Seq(0L, 1L, 42L, -7L, Long.MaxValue)) {
      def fresh = xorShift.newInstance(Long.box(seed)).asInstanceOf[java.util.Random]
      val (ints, longs, doubles, below) = (fresh, fresh, fresh, fresh)
      sink.emit(s"xor_shift_random/$seed", "xor_shift_random", "args" -> Map("seed" -> seed),
        "result" -> Map("next_int" -> Seq.fill(4)(ints.nextInt()), "next_long" -> Seq.fill(4)(longs.nextLong()),
          "next_double" -> Seq.fill(4)(doubles.nextDouble()), "next_int_below_10" -> Seq.fill(8)(below.nextInt(10))))
    }
    for (mean <- Seq(0.5, 0.9, 1.5)) {
      val poisson = new PoissonDistribution(mean)
      poisson.reseedRandomGenerator(42L)
      sink.emit(s"poisson/$mean", "poisson", "args" -> Map("mean" -> mean, "seed" -> 42),
        "result" -> Seq.fill(24)(poisson.sample()))
    }
  }
}

object Aggregating extends Serializable {
  def run(in: Inputs, sink: Sink): Unit = {
    val sc = in.sc
    val add: (Int, Int) => Int = _ + _
    for (partitions <- Seq(0, 1, 2, 3, 8, 27)) {
      val ones = if (partitions == 0) sc.emptyRDD[Int] else sc.parallelize(1 to 100, partitions)
      val input = "input" -> (if (partitions == 0) "no partition" else s"1 to 100 in $partitions partitions")
      def args(zero: Int) = "args" -> Map("zero" -> zero, "partitions" -> partitions)
      for (zero <- Seq(0, 1)) {
        sink.emit(s"fold/$partitions/$zero", "fold", args(zero), input, "result" -> ones.fold(zero)(add))
        sink.emit(s"aggregate/$partitions/$zero", "aggregate", args(zero), input, "result" -> ones.aggregate(zero)(add, add))
        for (depth <- 1 to 4) {
          val withDepth = "args" -> Map("zero" -> zero, "depth" -> depth, "partitions" -> partitions)
          sink.attempt(s"tree_aggregate/$partitions/$zero/$depth", "tree_aggregate", withDepth, input)(
            ones.treeAggregate(zero)(add, add, depth))
        }
      }
      for (depth <- 1 to 3)
        sink.attempt(s"tree_reduce/$partitions/$depth", "tree_reduce",
          "args" -> Map("depth" -> depth, "partitions" -> partitions), input)(ones.treeReduce(add, depth))
      sink.attempt(s"reduce/$partitions", "reduce", "args" -> Map("partitions" -> partitions), input)(ones.reduce(add))
    }
    sink.attempt("tree_aggregate/depth-0", "tree_aggregate", "args" -> Map("zero" -> 0, "depth" -> 0, "partitions" -> 2))(
      sc.parallelize(1 to 3, 2).treeAggregate(0)(add, add, 0))
    val keyed = Seq(Seq(1 -> 10, 2 -> 20, 1 -> 11), Seq(1 -> 12), Seq(), Seq(2 -> 21, 3 -> 30))
    for (zero <- Seq(0, 100)) {
      val args = "args" -> Map("zero" -> zero)
      sink.emit(s"fold_by_key/$zero", "fold_by_key", args, "input" -> keyed,
        "result_sorted" -> in.of(keyed).foldByKey(zero)(add).collect().sorted.toSeq)
      sink.emit(s"aggregate_by_key/$zero", "aggregate_by_key", args, "input" -> keyed,
        "result_sorted" -> in.of(keyed).aggregateByKey(zero)(add, add).collect().sorted.toSeq)
    }
    val (left, right) = (Seq(Seq(1, 2, 3), Seq(4)), Seq(Seq(10), Seq(20, 30)))
    sink.emit("zip_partitions/sizes-differ", "zip_partitions", "input" -> left, "other" -> right,
      "args" -> Map("f" -> "one record: (sum of left, sum of right)"),
      "partitions" -> Shape.glom(in.of(left).zipPartitions(in.of(right))((a, b) => Iterator((a.sum, b.sum)))))
    sink.attempt("zip_partitions/counts-differ", "zip_partitions", "input" -> left, "other" -> Seq(Seq(1)))(
      in.of(left).zipPartitions(in.of(Seq(Seq(1))))((a, _) => a).collect().toSeq)
    sink.attempt("zip/partition-counts-differ", "zip", "input" -> left, "other" -> Seq(Seq(1)))(
      in.of(left).zip(in.of(Seq(Seq(1)))).collect().toSeq)
    sink.attempt("zip/sizes-differ", "zip", "input" -> left, "other" -> right)(in.of(left).zip(in.of(right)).collect().toSeq)
  }
}

object Statistics extends Serializable {
  private val nan = Double.NaN
  private val inf = Double.PositiveInfinity

  private val inputs: Seq[(String, Seq[Seq[Double]])] = Seq(
    "empty" -> Seq(), "empty-partitions" -> Seq(Seq(), Seq()), "one" -> Seq(Seq(3.5)), "zero" -> Seq(Seq(0.0)),
    "same" -> Seq(Seq(2.0, 2.0), Seq(2.0)), "ints" -> Seq(Seq(1.0, 2.0, 3.0), Seq(4.0, 5.0), Seq(), Seq(10.0)),
    "mixed" -> Seq(Seq(-1.5, 0.1, 2.25), Seq(1e-3, 7.0)), "large" -> Seq(Seq(1e9 + 1, 1e9 + 2), Seq(1e9 + 3)),
    "tenths" -> Seq(Seq(0.1, 0.2, 0.3), Seq(0.4, 0.5), Seq(0.6, 0.7, 0.8, 0.9)),
    "nan" -> Seq(Seq(1.0, nan), Seq(2.0)), "inf" -> Seq(Seq(1.0, inf), Seq(2.0)), "minus-inf" -> Seq(Seq(-inf), Seq(2.0)),
    "tiny-span" -> Seq(Seq(1.0), Seq(1.0 + Math.ulp(1.0))))

  def run(in: Inputs, sink: Sink): Unit = {
    for (bounds <- Seq(Seq(), Seq(1.0), Seq(3.0, 2.0), Seq(1.0, 3.0, 2.0), Seq(1.0, 1.0, 2.0), Seq(nan, 1.0)))
      sink.attempt(s"histogram/bad-list-${bounds.mkString("_")}", "histogram",
        "args" -> Map("buckets" -> bounds, "even_buckets" -> false), "input" -> Seq(Seq(1.0, 2.0)))(
        Map("counts" -> in.of(Seq(Seq(1.0, 2.0))).histogram(bounds.toArray).toSeq))
    for ((name, input) <- inputs) {
      val rdd = in.of(input)
      sink.attempt(s"stats/$name", "stats", "input" -> input) {
        val s = rdd.stats()
        ListMap("count" -> s.count, "mean" -> s.mean, "sum" -> s.sum, "min" -> s.min, "max" -> s.max,
          "variance" -> s.variance, "stdev" -> s.stdev, "sample_variance" -> s.sampleVariance,
          "sample_stdev" -> s.sampleStdev)
      }
      sink.attempt(s"sum/$name", "sum", "input" -> input)(rdd.sum())
      sink.attempt(s"mean/$name", "mean", "input" -> input)(rdd.mean())
      sink.attempt(s"max/$name", "max", "input" -> input)(rdd.max())
      sink.attempt(s"min/$name", "min", "input" -> input)(rdd.min())
      for (buckets <- Seq(0, 1, 2, 3, 5, 10))
        sink.attempt(s"histogram/count-$buckets/$name", "histogram", "args" -> Map("buckets" -> buckets), "input" -> input) {
          val (bounds, counts) = rdd.histogram(buckets)
          ListMap("buckets" -> bounds.toSeq, "counts" -> counts.toSeq)
        }
      for ((bounds, even) <- lists)
        sink.attempt(s"histogram/list-${bounds.mkString("_")}-$even/$name", "histogram",
          "args" -> Map("buckets" -> bounds, "even_buckets" -> even), "input" -> input)(
          Map("counts" -> rdd.histogram(bounds.toArray, even).toSeq))
    }
  }

  /** Bucket bounds, and whether to declare them evenly spaced, which takes Spark's other road. */
  private val lists = Seq(Seq(0.0, 2.0, 4.0) -> false, Seq(0.0, 2.0, 4.0) -> true, Seq(0.0, 1.0, 5.0, 10.0) -> false,
    Seq(1.0, 2.0) -> true, Seq(2.0, 2.0) -> false, Seq(-inf, 0.0, inf) -> false)
}

object Actions extends Serializable {
  def run(in: Inputs, sink: Sink): Unit = {
    val sc = in.sc
    val numbers = Seq(Seq[Int](), Seq(5, 3, 9, 3), Seq(1, 5), Seq(0))
    for (n <- Seq(-1, 0, 1, 2, 5, 7, 8, 100)) {
      val args = "args" -> Map("n" -> n)
      sink.attempt(s"take/$n", "take", args, "input" -> numbers)(in.of(numbers).take(n).toSeq)
      sink.attempt(s"top/$n", "top", args, "input" -> numbers)(in.of(numbers).top(n).toSeq)
      sink.attempt(s"take_ordered/$n", "take_ordered", args, "input" -> numbers)(in.of(numbers).takeOrdered(n).toSeq)
    }
    for ((name, input) <- Seq("no-partition" -> Seq(), "empty-partitions" -> Seq(Seq[Int](), Seq[Int]()))) {
      val rdd = in.of[Int](input)
      val given = "input" -> input
      sink.attempt(s"first/$name", "first", given)(rdd.first())
      sink.attempt(s"max/int/$name", "max", given)(rdd.max())
      sink.attempt(s"reduce/$name", "reduce", given)(rdd.reduce(_ + _))
      sink.attempt(s"is_empty/$name", "is_empty", given)(rdd.isEmpty())
      sink.attempt(s"take_ordered/$name", "take_ordered", "args" -> Map("n" -> 2), given)(rdd.takeOrdered(2).toSeq)
      sink.attempt(s"top/$name", "top", "args" -> Map("n" -> 2), given)(rdd.top(2).toSeq)
      sink.attemptGlom(s"zip_with_index/$name", "zip_with_index", given)(rdd.zipWithIndex())
      sink.attempt(s"reduce_by_key_locally/$name", "reduce_by_key_locally", given)(
        rdd.map(x => (x, x)).reduceByKeyLocally(_ + _).toSeq)
    }
    val lines = Seq(Seq("a", "b"), Seq(), Seq("c"))
    for (command <- Seq("cat", "wc -l", "echo x", "true"))
      sink.attemptGlom(s"pipe/$command", "pipe", "args" -> Map("command" -> command), "input" -> lines)(
        in.of(lines).pipe(command).map(_.trim))
    for (command <- Seq("false", "no-such-command"))
      sink.attempt(s"pipe/$command", "pipe", "args" -> Map("command" -> command), "input" -> lines)(
        in.of(lines).pipe(command).collect().toSeq)
  }
}

def makeGolden(first: SparkContext): Unit = {
  require(first.version == "4.3.0", s"golden answers are those of Spark 4.3.0, not ${first.version}")
  val sink = new Sink(sys.env("GOLDEN_OUT"))
  first.setLogLevel("OFF")
  val in = new Inputs(first)
  Slicing.run(in, sink)
  Partitioning.run(in, sink)
  Shapes.run(in, sink)
  Ordering.run(in, sink)
  Sampling.run(in, sink)
  Aggregating.run(in, sink)
  Statistics.run(in, sink)
  Actions.run(in, sink)
  first.stop()
  val second = new SparkContext(new SparkConf().setMaster("local[1]").setAppName("golden").set("spark.default.parallelism", "5"))
  second.setLogLevel("OFF")
  Shapes.runUnderParallelism(new Inputs(second), sink, 5)
  second.stop()
  sink.close()
}

// A failure must not leave the shell waiting for input, nor an exit status of 0.
System.exit(Try(makeGolden(sc)).fold(e => { e.printStackTrace(); 1 }, _ => 0))
