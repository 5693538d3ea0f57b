// Sort of pairs in memory by random 64-bit keys, range bounds included.

Timing.main {
  val pairs = Timing.inMemory(sc.range(0, Settings.number("PAIRS")).map(i => (Timing.mix(i), i)))
  Timing.answer("sort by key, records", pairs.sortByKey().count())
  Timing.report("sort by key", Settings.runs, warmup = 0)(pairs.sortByKey().count())
}
