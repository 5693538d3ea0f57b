// Answers of Spark 4.3 that the tests of `sampling` and of range bounds compare with.
//
//   spark-shell --master "local[1]" -i sampling.scala | grep ^GOLD | cut -d" " -f2- > sampling.txt

import scala.reflect.ClassTag
val xc = Class.forName("org.apache.spark.util.random.XORShiftRandom").getConstructor(java.lang.Long.TYPE)
def xor(seed: Long) = xc.newInstance(Long.box(seed)).asInstanceOf[java.util.Random]
val su = Class.forName("org.apache.spark.util.random.SamplingUtils$")
val sm = su.getField("MODULE$").get(null)
def frac(a: Int, b: Long, w: Boolean) = su.getMethods.find(_.getName == "computeFractionForSampleSize").get.invoke(sm, Int.box(a), Long.box(b), Boolean.box(w))
import org.apache.spark.RangePartitioner
def p(name: String, xs: Seq[Any]) = println("GOLD " + name + " [" + xs.mkString(", ") + "]")
val r = sc.parallelize(0 until 200, 4)
p("sample_0.1_42", r.sample(false, 0.1, 42).collect().toSeq)
p("sample_0.6_-3", r.sample(false, 0.6, -3).collect().toSeq)
p("replace_0.2_7", r.sample(true, 0.2, 7).collect().toSeq)
p("replace_0.8_7", r.sample(true, 0.8, 7).collect().toSeq)
r.randomSplit(Array(1.0, 2.0, 1.0), 11).zipWithIndex.foreach { case (x, i) => p("split_" + i, x.collect().toSeq) }
p("take_20_5", r.takeSample(false, 20, 5).toSeq)
p("take_all_5", r.takeSample(false, 300, 5).toSeq.take(20))
p("take_replace_20_5", r.takeSample(true, 20, 5).toSeq)
val kv = r.map(i => (i % 3, i))
val fr = Map(0 -> 0.2, 1 -> 0.5, 2 -> 0.9)
p("bykey", kv.sampleByKey(false, fr, 13).values.collect().toSeq)
p("bykey_replace", kv.sampleByKey(true, fr, 13).values.collect().toSeq)
val x = xor(-12345L)
p("xor_int", Seq.fill(5)(x.nextInt()))
p("xor_long", Seq.fill(3)(x.nextLong()))
p("xor_double", Seq.fill(3)(x.nextDouble()))
p("xor_below", Seq.fill(5)(x.nextInt(1000)))
p("xor_gauss", Seq.fill(6)(x.nextGaussian()))
val g = new java.util.Random(1)
p("java_gauss", Seq.fill(20)(g.nextGaussian()))
val pd = new org.apache.commons.math3.distribution.PoissonDistribution(3.5)
pd.reseedRandomGenerator(-99L)
p("poisson_3.5", Seq.fill(30)(pd.sample()))
val rr = su.getMethods.find(_.getName == "reservoirSampleAndCount").get.invoke(sm, (0 until 500).iterator, Int.box(10), Long.box(77L), implicitly[ClassTag[Int]]).asInstanceOf[(Array[Int], Long)]
p("reservoir", rr._1.toSeq)
val wide = sc.parallelize(0L until 20000L, 5).map(i => ((i * 7919L) % 20011L, i))
println("RDDID " + wide.id)
val rp = new RangePartitioner(6, wide)
val f = rp.getClass.getDeclaredFields.find(_.getName.contains("rangeBounds")).get
f.setAccessible(true)
p("bounds", f.get(rp).asInstanceOf[Array[Long]].toSeq)
val skew = sc.parallelize(0 until 4, 4).flatMap(i => if (i == 3) (0L until 40000L) else (0L until 50L)).map(i => (i, 1))
println("SKEWID " + skew.id)
val rs = new RangePartitioner(5, skew)
p("skew_bounds", f.get(rs).asInstanceOf[Array[Long]].toSeq)
p("sketch_frac", Seq(frac(100, 10000, false), frac(100, 10000, true), frac(3, 1000, true)))
System.exit(0)
