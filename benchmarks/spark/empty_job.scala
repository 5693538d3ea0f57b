// What one job costs when there is nothing to do: one task over an empty partition.

Timing.main {
  val nothing = sc.parallelize(Seq.empty[Int], 1)
  Timing.report("empty job", Settings.number("JOBS").toInt, warmup = 100)(nothing.count())
}
