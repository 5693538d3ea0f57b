// Answers of Spark 4.3 that the tests of approximate actions and of exact samples compare with.
//
//   spark-shell --master "local[1]" -i approximate.scala | grep "^G " | cut -c3- > approximate.txt
//
// count, sum, mean: partitions, answers or records of those that are done, confidence; then the mean,
// confidence and bounds that Spark's evaluator gives. exact: the number of records, the seed, and whether
// with replacement; then the sample.

import org.apache.spark.util.StatCounter
def evaluator(name: String, total: Int, confidence: Double): AnyRef =
  Class.forName("org.apache.spark.partial." + name).getConstructors()(0)
    .newInstance((Seq[Object](Int.box(total), Double.box(confidence)) ++
      (if (name == "GroupedCountEvaluator") Seq[Object](scala.reflect.classTag[String]) else Nil)): _*)
    .asInstanceOf[AnyRef]
def merge(e: AnyRef, i: Int, r: Any): Unit =
  e.getClass.getMethods.find(m => m.getName == "merge" && m.getParameterTypes()(1) == classOf[Object]).get
    .invoke(e, Int.box(i), r.asInstanceOf[AnyRef])
def result(e: AnyRef): org.apache.spark.partial.BoundedDouble =
  e.getClass.getMethods.find(m => m.getName == "currentResult").get.invoke(e)
    .asInstanceOf[org.apache.spark.partial.BoundedDouble]
def line(b: org.apache.spark.partial.BoundedDouble) = s"${b.mean} ${b.confidence} ${b.low} ${b.high}"
for (confidence <- Seq(0.0, 0.5, 0.9, 0.95, 0.999); (total, parts) <- Seq(
    (4, Seq()), (4, Seq(0L)), (4, Seq(3L)), (4, Seq(5L, 0L)), (10, Seq(7L)), (3, Seq(100L, 250L)),
    (2, Seq(123456L)), (100, Seq(1000L, 1001L, 999L)), (2, Seq(3L, 4L)))) {
  val e = evaluator("CountEvaluator", total, confidence)
  parts.zipWithIndex.foreach { case (n, i) => merge(e, i, n) }
  println(s"G count $total ${parts.mkString(",")} $confidence ${line(result(e))}")
}
for (name <- Seq("SumEvaluator", "MeanEvaluator"); confidence <- Seq(0.0, 0.5, 0.95, 0.99); (total, parts) <- Seq[(Int, Seq[Seq[Double]])](
    (4, Seq()), (4, Seq(Seq())), (4, Seq(Seq(2.5))), (4, Seq(Seq(1.0, 4.0))), (5, Seq(Seq(1.0, 2.0), Seq(7.5), Seq())),
    (3, Seq((1 to 101).map(x => (x * x % 97).toDouble))), (3, Seq((1 to 60).map(x => x * 0.5), (1 to 30).map(x => -x * 0.25))),
    (2, Seq((1 to 50).map(_ => 3.0))), (2, Seq(Seq(1.0, 2.0), Seq(4.0))))) {
  val e = evaluator(name, total, confidence)
  parts.zipWithIndex.foreach { case (xs, i) => merge(e, i, new StatCounter(xs)) }
  println(s"G ${name.take(if (name.startsWith("Sum")) 3 else 4).toLowerCase} $total ${parts.map(_.mkString(",")).mkString("|")} $confidence ${line(result(e))}")
}
// Sampled exactly: 3 partitions of the pairs (i % 5 or 0, i).
for (n <- Seq(1, 7, 100, 3000); seed <- Seq(1L, 42L, -7L); replace <- Seq(false, true)) {
  val fr = Map(0 -> 0.3, 1 -> 0.0, 2 -> 1.0, 3 -> 0.05, 4 -> (if (replace) 1.7 else 0.61))
  val kv = sc.parallelize(0 until n, 3).map(i => (i % 5, i))
  val got = kv.sampleByKeyExact(replace, fr, seed).values.collect()
  println(s"G exact $n $seed $replace ${if (got.isEmpty) "-" else got.mkString(",")}")
}
sys.exit(0)
