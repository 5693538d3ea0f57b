// Word count over a text file. Splitting at a single space takes Scala's fast road; the pattern
// "\\s+", which is seen more often, compiles to a regular expression and is slower.

Timing.main {
  def counts = sc.textFile(Settings.text).flatMap(_.split(' ')).map((_, 1L)).reduceByKey(_ + _)
  Timing.answer("word count, distinct words", counts.count())
  Timing.report("word count", Settings.runs, warmup = 0)(counts.count())
}
