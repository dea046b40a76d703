package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;
import java.time.Instant;

/// The times of a series' samples: which come in order, and how far apart they usually are.
///
/// A time beyond a gap is believed when the next sample is later still; a single one leaves no
/// trace. Samples before the last one are a _run_ while each is later than the one before it. A run
/// is believed, and the clock set back, where it tells what was not told yet: in the last gap (the
/// clock was wrong behind it, or the gap is being filled) or before the first sample of all; and
/// once it is longer than all that was taken, because what is delivered again can't be. So what
/// comes again from before the last gap, or after it, is not taken twice, and a clock that was
/// wrong makes a series deaf for no more samples than it has.
final class Pace {
  static final int BYTES = 7 * Long.BYTES + Double.BYTES;

  /// So many usual intervals without a sample are a gap.
  private static final double GAP = 20;

  /// Samples in a row that make a run in a gap believed.
  private static final long RUN_IN_GAP = 3;

  /// The same before the first sample.
  private static final long RUN_BEFORE_ALL = 64;

  private static final double MEMORY = 32;
  private static final long NONE = Long.MIN_VALUE;
  private static final double MICROS = 1e6;
  private static final long FARTHEST_SECONDS = Long.MAX_VALUE / 2_000_000 - 1;
  private static final long FARTHEST = (FARTHEST_SECONDS + 1) * 1_000_000;

  enum Step {
    /// The next one in time.
    NEXT,
    /// The next one, but what came just before is unknown.
    AFTER_GAP,
    DUPLICATE,
    LATE,
    /// Far ahead, and no other sample said so yet.
    AHEAD
  }

  /// All times are in microseconds since 1970.
  private long last = NONE;

  private long first = NONE;

  /// The gap behind the last leap ahead lies between these two.
  private long gapStart = NONE;

  private long gapEnd = NONE;

  /// The latest sample that was not believed, and how many make a run with it.
  private long doubted = NONE;

  private long run;
  private long taken;
  private double interval;

  Step step(Instant at) {
    long time = micros(at);
    if (last == NONE) {
      first = time;
      take(time);
      return Step.NEXT;
    }
    if (time == last || time == doubted) {
      return Step.DUPLICATE;
    }
    return time > last ? later(time) : earlier(time);
  }

  private Step later(long time) {
    double passed = (time - last) / MICROS;
    boolean gap = interval > 0 && passed > GAP * interval;
    if (gap && (doubted <= last || time < doubted)) {
      doubted = time;
      run = 1;
      return Step.AHEAD;
    }
    if (gap) {
      gapStart = last;
      gapEnd = doubted;
    }
    double counted = gap ? GAP * interval : passed;
    interval = interval == 0 ? passed : interval + (counted - interval) / MEMORY;
    take(time);
    return gap ? Step.AFTER_GAP : Step.NEXT;
  }

  private Step earlier(long time) {
    boolean goesOn = doubted != NONE && doubted < time && doubted < last;
    run = goesOn ? run + 1 : 1;
    double passed = goesOn ? (time - doubted) / MICROS : interval;
    doubted = time;
    boolean inGap = gapStart < time && time < gapEnd;
    boolean beforeAll = time < first;
    long enough = inGap ? RUN_IN_GAP : beforeAll ? RUN_BEFORE_ALL : taken + 1;
    if (run < enough) {
      return Step.LATE;
    }
    if (beforeAll) {
      first = time;
    }
    interval = Math.min(interval, passed);
    gapStart = NONE;
    gapEnd = NONE;
    take(time);
    return Step.AFTER_GAP;
  }

  private void take(long time) {
    last = time;
    taken++;
    doubted = NONE;
    run = 0;
  }

  private static long micros(Instant at) {
    long seconds = Math.clamp(at.getEpochSecond(), -FARTHEST_SECONDS, FARTHEST_SECONDS);
    return seconds * 1_000_000 + at.getNano() / 1_000;
  }

  /// Usual time between samples, in seconds; 0: not known yet.
  double interval() {
    return interval;
  }

  void write(ByteBuffer out) {
    out.putLong(last).putLong(first).putLong(gapStart).putLong(gapEnd).putLong(doubted);
    out.putLong(run).putLong(taken).putDouble(interval);
  }

  void read(StateNumbers in) {
    last = time(in);
    first = time(in);
    gapStart = time(in);
    gapEnd = time(in);
    doubted = time(in);
    run = in.whole("run", 0, Long.MAX_VALUE / 2);
    taken = in.whole("taken", 0, Long.MAX_VALUE / 2);
    interval = in.number("interval", 0, Double.MAX_VALUE);
  }

  private static long time(StateNumbers in) {
    long time = in.whole("time", NONE, FARTHEST);
    if (time != NONE && time < -FARTHEST) {
      throw new IllegalArgumentException("state with a time of %d us".formatted(time));
    }
    return time;
  }
}
