package dev.gnomon.bench.nab;

/// What a hit, a false alarm and a miss weigh. Source: NAB v1.1, `config/profiles.json`.
enum Profile {
  STANDARD("standard", 1.0, 0.11, 1.0),
  LOW_FALSE_POSITIVES("low-fp", 1.0, 0.22, 1.0),
  LOW_FALSE_NEGATIVES("low-fn", 1.0, 0.11, 2.0);

  private final String measure;
  private final double hit;
  private final double falseAlarm;
  private final double miss;

  Profile(String measure, double hit, double falseAlarm, double miss) {
    this.measure = measure;
    this.hit = hit;
    this.falseAlarm = falseAlarm;
    this.miss = miss;
  }

  /// The name of its measure.
  String measure() {
    return measure;
  }

  double hit() {
    return hit;
  }

  double falseAlarm() {
    return falseAlarm;
  }

  double miss() {
    return miss;
  }

  /// A raw score on the scale where a detector that never fires has 0 and a perfect one has 100.
  ///
  /// @param windows how many there are, at least 1
  double normalised(double raw, int windows) {
    return 100 * (raw + windows * miss) / (windows * (hit + miss));
  }
}
