// Sum by key of pairs in memory, keys spread evenly.

Timing.main {
  val (count, keys) = (Settings.number("PAIRS"), Settings.number("KEYS"))
  val pairs = Timing.inMemory(sc.range(0, count).map { i =>
    val bits = Timing.mix(i)
    (java.lang.Long.remainderUnsigned(bits, keys), bits >>> 40)
  })
  Timing.answer("reduce by key, keys", pairs.reduceByKey(_ + _).count())
  Timing.report("reduce by key", Settings.runs, warmup = 0)(pairs.reduceByKey(_ + _).count())
}
