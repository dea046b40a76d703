package dev.gnomon.core.anomaly;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/// Scores the samples of one series, one after the other: each from those before it alone, in
/// constant time and some 4 KiB, without knowing a range, a unit, a cadence or a length. Equal
/// samples give equal scores, on processors of one kind. Not thread-safe. ADR 24.
///
/// A rate is scored, not a counter: whoever reads counters takes differences first.
public final class AnomalyScorer {
  /// A score from here on is an alarm, for every series.
  public static final double ALARM = 0.5;

  /// Samples before the first score; these learn where the series lies.
  public static final int WARM_UP = 32;

  private static final byte VERSION = 2;
  private static final int HEAD_BYTES = 1 + Long.BYTES + Pace.BYTES;
  private static final int WARM_UP_BYTES = WARM_UP * (Long.BYTES + Double.BYTES);
  private static final int PART_BYTES =
      Yardstick.BYTES + Recent.BYTES + Filter.BYTES + Seasons.BYTES + Tails.BYTES + Alarms.BYTES;

  /// Larger values count as this, so that no sum or product of them is infinite.
  private static final double LARGEST = 1e150;

  /// Of the first samples the signals themselves are not settled.
  private static final int UNSETTLED = 16;

  private final Pace pace = new Pace();
  private final Yardstick yardstick = new Yardstick();
  private final Recent recent = new Recent();
  private final Filter filter = new Filter();
  private final Seasons seasons = new Seasons();
  private final Tails tails = new Tails();
  private final Alarms alarms = new Alarms();
  private double[] firstValues = new double[WARM_UP];
  private long[] firstTimes = new long[WARM_UP];
  private long samples;

  /// Of a series of which nothing is known.
  public AnomalyScorer() {}

  /// As it was when the state was taken.
  ///
  /// @param state from [#state]
  /// @throws IllegalArgumentException if it is damaged, of another version, or none that a scorer
  ///   can have
  public static AnomalyScorer of(byte[] state) {
    AnomalyScorer scorer = new AnomalyScorer();
    int body = state.length - Integer.BYTES;
    if (body < HEAD_BYTES || checksum(state, body) != ByteBuffer.wrap(state).getInt(body)) {
      throw new IllegalArgumentException("damaged state of %d bytes".formatted(state.length));
    }
    ByteBuffer in = ByteBuffer.wrap(state, 0, body);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "state of version %d, expected %d".formatted(version, VERSION));
    }
    try {
      scorer.read(new StateNumbers(in));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("state ends after %d bytes".formatted(body), e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("state has %d bytes too many".formatted(in.remaining()));
    }
    return scorer;
  }

  /// How many samples were taken in.
  public long samples() {
    return samples;
  }

  /// Samples after an alarm in which there is no other one, unless it is clearly more surprising.
  ///
  /// @param samples how many a series had before the alarm
  public static int rest(long samples) {
    return (int) Alarms.rest(samples);
  }

  /// Surprise, in decades, from which on a sample is an alarm in a series that gave none lately.
  ///
  /// @param intervalSeconds usual time between samples; 0: not known
  public static double alarmSurprise(double intervalSeconds) {
    return Alarms.level(intervalSeconds);
  }

  /// Scores a sample and takes it in.
  ///
  /// @param at its time; samples that are not in order are ignored
  public Judgement judge(Instant at, double value) {
    if (!Double.isFinite(value)) {
      return new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER);
    }
    double finite = Math.clamp(value, -LARGEST, LARGEST);
    return switch (pace.step(at)) {
      case DUPLICATE -> new Judgement.Ignored(Judgement.Why.DUPLICATE);
      case LATE -> new Judgement.Ignored(Judgement.Why.LATE);
      case AHEAD -> new Judgement.Ignored(Judgement.Why.AHEAD);
      case NEXT -> take(at.getEpochSecond(), finite, false);
      case AFTER_GAP -> take(at.getEpochSecond(), finite, true);
    };
  }

  /// The same for a value that is known only of a sample that comes in order, such as a rate.
  ///
  /// @param value asked for such a sample only; empty or not finite: the sample is ignored as
  ///   [Judgement.Why#NOT_A_NUMBER]
  public Judgement judge(Instant at, Supplier<OptionalDouble> value) {
    Pace.Step step = pace.step(at);
    return switch (step) {
      case DUPLICATE -> new Judgement.Ignored(Judgement.Why.DUPLICATE);
      case LATE -> new Judgement.Ignored(Judgement.Why.LATE);
      case AHEAD -> new Judgement.Ignored(Judgement.Why.AHEAD);
      case NEXT, AFTER_GAP -> {
        double known = value.get().orElse(Double.NaN);
        yield Double.isFinite(known)
            ? take(
                at.getEpochSecond(),
                Math.clamp(known, -LARGEST, LARGEST),
                step == Pace.Step.AFTER_GAP)
            : new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER);
      }
    };
  }

  private Judgement take(long seconds, double value, boolean afterGap) {
    if (samples < WARM_UP) {
      firstValues[(int) samples] = value;
      firstTimes[(int) samples] = seconds;
      samples++;
      if (samples == WARM_UP) {
        begin();
      }
      return new Judgement.Scored(0, 0, Signal.VALUE);
    }
    yardstick.follow(value);
    double y = yardstick.of(value);
    if (afterGap) {
      recent.afterGap(y);
      filter.afterGap(y);
    }
    Judgement.Scored judgement = judged(seconds, y);
    samples++;
    return judgement;
  }

  /// Now that it is known where the series lies, the first samples are taken in.
  private void begin() {
    yardstick.begin(firstValues);
    samples = 0;
    for (int i = 0; i < WARM_UP; i++) {
      judged(firstTimes[i], yardstick.of(firstValues[i]));
      samples++;
    }
    firstValues = new double[0];
    firstTimes = new long[0];
  }

  private Judgement.Scored judged(long seconds, double y) {
    double[] values = new double[Signal.COUNT];
    recent.measure(y, samples, values);
    values[Signal.FORECAST.ordinal()] = Math.abs(filter.error(y, samples));
    seasons.measure(seconds, y, recent.levelLong(), samples, values);
    if (samples < UNSETTLED) {
      return new Judgement.Scored(0, 0, Signal.VALUE);
    }
    double[] surprises = new double[Signal.COUNT];
    double sum = 0;
    int strongest = 0;
    for (int signal = 0; signal < Signal.COUNT; signal++) {
      double surprise = tails.surprise(signal, values[signal]);
      double square = surprise * surprise;
      sum += square * square;
      surprises[signal] = surprise;
      strongest = surprise > surprises[strongest] ? signal : strongest;
    }
    tails.learn(values, surprises);
    double surprise = Math.sqrt(Math.sqrt(sum));
    double score = samples < WARM_UP ? 0 : alarms.score(surprise, samples, pace.interval());
    return new Judgement.Scored(score, surprise, Signal.at(strongest));
  }

  /// All that it knows, to go on elsewhere: the same samples then give the same scores.
  public byte[] state() {
    boolean warm = samples >= WARM_UP;
    int bytes = HEAD_BYTES + (warm ? PART_BYTES : WARM_UP_BYTES);
    ByteBuffer out = ByteBuffer.allocate(bytes + Integer.BYTES);
    out.put(VERSION).putLong(samples);
    pace.write(out);
    if (warm) {
      yardstick.write(out);
      recent.write(out);
      filter.write(out);
      seasons.write(out);
      tails.write(out);
      alarms.write(out);
    } else {
      for (int i = 0; i < WARM_UP; i++) {
        out.putDouble(firstValues[i]).putLong(firstTimes[i]);
      }
    }
    return out.putInt(checksum(out.array(), bytes)).array();
  }

  private void read(StateNumbers in) {
    samples = in.whole("samples", 0, Long.MAX_VALUE / 2);
    pace.read(in);
    if (samples >= WARM_UP) {
      yardstick.read(in);
      recent.read(in);
      filter.read(in);
      seasons.read(in);
      tails.read(in);
      alarms.read(in);
      firstValues = new double[0];
      firstTimes = new long[0];
    } else {
      for (int i = 0; i < WARM_UP; i++) {
        firstValues[i] = in.number("first value", -LARGEST, LARGEST);
        firstTimes[i] = in.whole("first time", Long.MIN_VALUE, Long.MAX_VALUE);
      }
    }
  }

  private static int checksum(byte[] state, int length) {
    CRC32C crc = new CRC32C();
    crc.update(state, 0, length);
    return (int) crc.getValue();
  }
}
