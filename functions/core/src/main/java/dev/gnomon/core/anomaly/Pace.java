package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;
import java.time.Instant;

/// The times of a series' samples: which come in order, and how far apart they usually are.
final class Pace {
  static final int BYTES = Long.BYTES + Integer.BYTES + Integer.BYTES + Double.BYTES;

  /// So many usual intervals without a sample are a gap.
  private static final double GAP = 20;

  /// After so many refused samples in a row the clock is taken to have been set, and believed.
  private static final int REFUSED_AT_MOST = 64;

  private static final double MEMORY = 32;
  private static final double NANOS = 1e9;

  enum Step {
    /// The next one in time.
    NEXT,
    /// The next one, but what came just before is unknown.
    AFTER_GAP,
    DUPLICATE,
    LATE
  }

  private long seconds = Long.MIN_VALUE;
  private int nanos;
  private int refused;
  private double interval;

  Step step(Instant at) {
    if (seconds == Long.MIN_VALUE) {
      take(at);
      return Step.NEXT;
    }
    double passed = (double) at.getEpochSecond() - seconds + (at.getNano() - nanos) / NANOS;
    if (passed > 0) {
      boolean gap = interval > 0 && passed > GAP * interval;
      double counted = gap ? GAP * interval : passed;
      interval = interval == 0 ? passed : interval + (counted - interval) / MEMORY;
      take(at);
      return gap ? Step.AFTER_GAP : Step.NEXT;
    }
    if (++refused > REFUSED_AT_MOST) {
      take(at);
      return Step.AFTER_GAP;
    }
    return passed == 0 ? Step.DUPLICATE : Step.LATE;
  }

  private void take(Instant at) {
    seconds = at.getEpochSecond();
    nanos = at.getNano();
    refused = 0;
  }

  void write(ByteBuffer out) {
    out.putLong(seconds).putInt(nanos).putInt(refused).putDouble(interval);
  }

  void read(ByteBuffer in) {
    seconds = in.getLong();
    nanos = in.getInt();
    refused = in.getInt();
    interval = in.getDouble();
  }
}
