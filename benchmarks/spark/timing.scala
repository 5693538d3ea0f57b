// What the programs beside this file share: settings from the environment, and one way to time.
// run.sh loads it first.

import org.apache.spark.SparkContext
import org.apache.spark.rdd.RDD

/** Settings that run.sh passes as environment variables. */
object Settings extends Serializable {
  def number(name: String): Long = sys.env(name).toLong
  def text: String = sys.env("TEXT")
  def runs: Int = number("RUNS").toInt
}

object Timing extends Serializable {
  /** Prints the median of `runs` runs of `program` in milliseconds, after `warmup` runs that warm the JVM. */
  def report(name: String, runs: Int, warmup: Int = 1)(program: => Any): Unit = {
    (1 to warmup).foreach(_ => program)
    val times = (1 to runs).map { _ =>
      val start = System.nanoTime()
      program
      (System.nanoTime() - start) / 1e6
    }
    println(f"RESULT | $name | $runs | ${median(times)}%.2f ms | ${times.min}%.2f ms |")
  }

  /** Prints an answer, to be compared with the other programs'. */
  def answer(name: String, value: Any): Unit = println(s"ANSWER | $name | $value |")

  private def median(times: Seq[Double]): Double = {
    val sorted = times.sorted
    val middle = sorted.size / 2
    if (sorted.size % 2 == 1) sorted(middle) else (sorted(middle - 1) + sorted(middle)) / 2
  }

  /** The bijection that splitmix64 ends with: 64 bits that look random, from a position. */
  def mix(x: Long): Long = {
    var z = x + 0x9E3779B97F4A7C15L
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL
    z ^ (z >>> 31)
  }

  /** Holds `rdd` in memory as objects, the form that suits Spark best, before the clock starts. */
  def inMemory[T](rdd: RDD[T]): RDD[T] = {
    val cached = rdd.cache()
    cached.count()
    cached
  }

  /** Runs the body and leaves the shell: with 1 when it fails, as the shell itself would go on. */
  def main(body: => Unit): Unit =
    try {
      body
      System.exit(0)
    } catch {
      case e: Throwable =>
        e.printStackTrace()
        System.exit(1)
    }
}
