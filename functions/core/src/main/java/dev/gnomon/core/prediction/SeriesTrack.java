package dev.gnomon.core.prediction;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/// What is remembered of one series of a subject: exponentially weighted means over time, so that a
/// sample costs the same whatever came before. A mean over time `t` is never over less than a few
/// samples, so that series of any cadence are smoothed. Not thread-safe.
final class SeriesTrack {
  /// Decades from which trouble is taken to have begun, once it has come to an alarm.
  static final double STIRS = 2;

  /// More surprise than this counts as this.
  static final double MOST_SURPRISE = 12;

  static final int NAME_BYTES = 120;
  static final int MOST_BYTES = 1 + 1 + 8 + 8 + 9 * 8 + 8 + 8 + 2 + NAME_BYTES;

  private static final double NOW_SECONDS = 180;
  private static final double NOW_SAMPLES = 2;
  private static final double LASTING_SECONDS = 5_400;
  private static final double LASTING_SAMPLES = 30;
  private static final double SHORT_SECONDS = 300;
  private static final double SHORT_SAMPLES = 3;
  private static final double TREND_SECONDS = 1_800;
  private static final double TREND_SAMPLES = 12;
  private static final double USUAL_SECONDS = 43_200;
  private static final double USUAL_SAMPLES = 200;

  /// What surprises teaches what is usual at this weight.
  private static final double STRANGE_WEIGHT = 0.05;

  /// A trend has to be so many times larger than the noise of the means that it is seen by.
  private static final double CLEAR = 3;

  private static final Duration GONE_AFTER = Duration.ofHours(1);
  private static final double INTERVAL_MEMORY = 16;
  private static final double GAP = 20;
  private static final double LARGEST = 1e150;
  private static final double MILLIS = 1e3;

  /// What a series that has a state of its own for longer is taken to be known from.
  private static final long KNOWN_BEFORE = (long) USUAL_SAMPLES / 4;

  /// Of the surprise of the first sample, as if one came each half minute.
  private static final double FIRST_SHARE = 1 - Math.exp(-30 / NOW_SECONDS);

  final Aspect aspect;
  final String name;
  private final boolean ofWhatIsLeft;
  private Reading reading = Reading.INCONCLUSIVE;
  private long lastMillis = Long.MIN_VALUE;
  private long stirringSince;
  private double interval;
  private double now;
  private double lasting;
  private double drop;
  private double value;
  private double shortMean;
  private double trendMean;
  private double usual;
  private double spread;
  private long samples;

  /// Samples that the usual value rests on.
  private long known;

  private SeriesTrack(Aspect aspect, String name) {
    this.aspect = aspect;
    this.name = name;
    this.ofWhatIsLeft = KnownLimit.isOfWhatIsLeft(metric());
  }

  static SeriesTrack of(ScoredSample sample) {
    return new SeriesTrack(sample.aspect(), cut(sample.series().toString()));
  }

  private static String cut(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= NAME_BYTES) {
      return text;
    }
    return new String(bytes, 0, NAME_BYTES - 4, StandardCharsets.UTF_8).replace("\uFFFD", "") + "…";
  }

  /// Takes a sample in; one that is not later than the last is ignored, unless it says that the
  /// series is missing.
  ///
  /// @return whether it told something
  boolean take(ScoredSample sample, Instant latest) {
    long millis = Math.min(sample.time().toEpochMilli(), latest.toEpochMilli());
    if (sample.reading() == Reading.MISSING) {
      reading = millis < lastMillis ? reading : Reading.MISSING;
      return true;
    }
    if (!(sample.judgement() instanceof Judgement.Scored scored)
        || !Double.isFinite(sample.value())
        || millis <= lastMillis) {
      return false;
    }
    double passed = samples == 0 ? 0 : (millis - lastMillis) / MILLIS;
    lastMillis = millis;
    reading = sample.reading();
    double value = Math.clamp(sample.value(), -LARGEST, LARGEST);
    if (samples == 0) {
      begin(value, sample.usual());
    }
    follow(value, passed, surprise(scored));
    return true;
  }

  /// What is inconclusive proves nothing.
  private double surprise(Judgement.Scored scored) {
    return reading == Reading.VALUE ? Math.clamp(scored.surprise(), 0, MOST_SURPRISE) : 0;
  }

  /// What the series' own state knows to be usual holds here too: trouble that is under way when a
  /// series comes in must not be taken for usual.
  private void begin(double value, double usualBefore) {
    boolean told = Double.isFinite(usualBefore);
    shortMean = value;
    trendMean = value;
    usual = told ? Math.clamp(usualBefore, -LARGEST, LARGEST) : value;
    known = told ? KNOWN_BEFORE : 0;
  }

  /// What the first sample would count for, in decades.
  double worth(ScoredSample sample) {
    boolean tells =
        sample.reading() == Reading.VALUE
            && sample.judgement() instanceof Judgement.Scored
            && Double.isFinite(sample.usual());
    return tells && adverse(sample.value() - sample.usual())
        ? FIRST_SHARE
            * Math.clamp(((Judgement.Scored) sample.judgement()).surprise(), 0, MOST_SURPRISE)
        : 0;
  }

  /// Whether it is bad to be so far above the usual.
  private boolean adverse(double away) {
    return switch (aspect) {
      case SATURATION -> ofWhatIsLeft ? away < 0 : away > 0;
      case LATENCY, ERRORS, TRAFFIC, LOGS -> away > 0;
      case HARDWARE, PROBES, OTHER -> true;
    };
  }

  private void follow(double sample, double passed, double surprise) {
    if (samples > 0) {
      double counted = interval == 0 ? passed : Math.min(passed, GAP * interval);
      interval += (counted - interval) * Math.max(1 / INTERVAL_MEMORY, 1.0 / samples);
    }
    double away = sample - usual;
    boolean rises = away > 0;
    boolean adverse = adverse(away);
    double share = samples == 0 ? FIRST_SHARE : share(passed, NOW_SECONDS, NOW_SAMPLES);
    now += ((adverse ? surprise : 0) - now) * share;
    drop += ((rises ? 0 : surprise) - drop) * share;
    lasting +=
        ((adverse ? surprise : 0) - lasting) * share(passed, LASTING_SECONDS, LASTING_SAMPLES);
    double strange = surprise >= STIRS ? STRANGE_WEIGHT : 1;
    double learnt = Math.max(share(passed, USUAL_SECONDS, USUAL_SAMPLES), 1.0 / (known + 1));
    usual += away * strange * learnt;
    spread += (Math.abs(sample - shortMean) - spread) * Math.max(learnt, 0.02);
    shortMean += (sample - shortMean) * share(passed, SHORT_SECONDS, SHORT_SAMPLES);
    trendMean += (sample - trendMean) * share(passed, TREND_SECONDS, TREND_SAMPLES);
    value = sample;
    samples++;
    known++;
    if (now < STIRS) {
      stirringSince = 0;
    } else if (stirringSince == 0) {
      stirringSince = lastMillis;
    }
  }

  /// Whether it is not later than the last one, as if it were delivered again.
  boolean knows(ScoredSample sample, Instant latest) {
    return sample.reading() != Reading.MISSING
        && Math.min(sample.time().toEpochMilli(), latest.toEpochMilli()) <= lastMillis;
  }

  /// The weight of the newest sample in a mean over a time.
  private double share(double passed, double seconds, double leastSamples) {
    double over = Math.max(seconds, leastSamples * interval);
    return over == 0 ? 1 : 1 - Math.exp(-Math.max(passed, interval / 2) / over);
  }

  /// Decades of adverse surprise, which fade while nothing comes.
  double now(Instant at) {
    return faded(now, at, NOW_SECONDS, NOW_SAMPLES);
  }

  double lasting(Instant at) {
    return faded(lasting, at, LASTING_SECONDS, LASTING_SAMPLES);
  }

  /// Decades of surprise below the usual.
  double drop(Instant at) {
    return faded(drop, at, NOW_SECONDS, NOW_SAMPLES);
  }

  private double faded(double mean, Instant at, double seconds, double leastSamples) {
    double silent = (at.toEpochMilli() - lastMillis) / MILLIS - 2 * interval;
    return silent <= 0
        ? mean
        : mean * Math.exp(-silent / Math.max(seconds, leastSamples * interval));
  }

  /// Whether it is as surprising as what the scorer takes for an alarm at this cadence (ADR 24).
  /// The rests and habits that keep alarms few for people are left out: they would hide that
  /// trouble lasts.
  boolean alarms(Instant at) {
    return now(at) >= AnomalyScorer.alarmSurprise(interval);
  }

  /// When it began to stir, in milliseconds since 1970; 0: it does not.
  long stirringSince(Instant at) {
    return now(at) >= STIRS ? stirringSince : 0;
  }

  /// Whether it tells something now.
  boolean tells() {
    return reading == Reading.VALUE;
  }

  /// Whether it stopped so long ago that nobody expects it any more: it was replaced, as the series
  /// of processes are that were started anew elsewhere.
  boolean gone(Instant at) {
    return missing() && lastMillis < at.minus(GONE_AFTER).toEpochMilli();
  }

  boolean missing() {
    return reading == Reading.MISSING;
  }

  long lastMillis() {
    return lastMillis;
  }

  /// In seconds; 0: unknown yet.
  double interval() {
    return interval;
  }

  double value() {
    return value;
  }

  /// How many times the usual level the present one is, as a power of two; 0 if it is not above.
  OptionalDouble doublings() {
    if (!tells() || known < USUAL_SAMPLES / 4 || usual <= 0 || shortMean <= 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(Math.max(0, Math.log(shortMean / usual) / Math.log(2)));
  }

  /// The share of its limit that is used.
  OptionalDouble limitUsed() {
    return tells() ? KnownLimit.used(metric(), shortMean) : OptionalDouble.empty();
  }

  /// How much more of its limit is used than usual; 0 if it is not more.
  OptionalDouble risen() {
    OptionalDouble used = limitUsed();
    return used.isEmpty()
        ? used
        : OptionalDouble.of(
            Math.max(0, used.getAsDouble() - KnownLimit.used(metric(), usual).orElseThrow()));
  }

  /// Hours until its limit is reached at the present trend; empty: no limit, or no clear trend
  /// towards it. Of a ramp, an exponential mean over time t lags by t behind; two of them tell the
  /// slope.
  OptionalDouble hoursToLimit() {
    OptionalDouble used = limitUsed();
    if (used.isEmpty() || samples < 2 * TREND_SAMPLES) {
      return OptionalDouble.empty();
    }
    double fast = Math.max(SHORT_SECONDS, SHORT_SAMPLES * interval);
    double slow = Math.max(TREND_SECONDS, TREND_SAMPLES * interval);
    double before = KnownLimit.used(metric(), trendMean).orElseThrow();
    double step = used.getAsDouble() - before;
    double noise = spread / Math.sqrt(Math.max(1, fast / Math.max(interval, 1)));
    boolean clear = Math.abs(shortMean - trendMean) > CLEAR * noise;
    if (step <= 0 || !clear) {
      return OptionalDouble.empty();
    }
    double slope = step / (slow - fast);
    return OptionalDouble.of((1 - used.getAsDouble()) / slope / 3_600);
  }

  private String metric() {
    int labels = name.indexOf('{');
    return labels < 0 ? name : name.substring(0, labels);
  }

  void write(ByteBuffer out) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    out.put((byte) aspect.ordinal()).put((byte) reading.ordinal());
    out.putLong(lastMillis).putLong(stirringSince).putLong(samples).putLong(known);
    out.putDouble(interval).putDouble(now).putDouble(lasting).putDouble(drop).putDouble(value);
    out.putDouble(shortMean).putDouble(trendMean).putDouble(usual).putDouble(spread);
    out.putShort((short) bytes.length).put(bytes);
  }

  /// @throws java.nio.BufferUnderflowException if it ends too early
  /// @param counted whether it says what the usual value rests on, which version 2 did not
  /// @throws IllegalArgumentException if it is damaged
  static SeriesTrack read(ByteBuffer in, boolean counted) {
    Aspect aspect = at(Aspect.values(), in.get());
    Reading reading = at(Reading.values(), in.get());
    long lastMillis = in.getLong();
    long stirringSince = in.getLong();
    long samples = in.getLong();
    long known = counted ? in.getLong() : samples;
    double[] numbers = new double[9];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.getDouble();
    }
    byte[] bytes = new byte[Math.clamp(in.getShort(), 0, NAME_BYTES)];
    in.get(bytes);
    SeriesTrack track = new SeriesTrack(aspect, new String(bytes, StandardCharsets.UTF_8));
    track.reading = reading;
    track.lastMillis = lastMillis;
    track.stirringSince = stirringSince;
    track.samples = samples;
    track.known = known;
    track.interval = numbers[0];
    track.now = numbers[1];
    track.lasting = numbers[2];
    track.drop = numbers[3];
    track.value = numbers[4];
    track.shortMean = numbers[5];
    track.trendMean = numbers[6];
    track.usual = numbers[7];
    track.spread = numbers[8];
    return track;
  }

  private static <T> T at(T[] values, byte ordinal) {
    if (ordinal < 0 || ordinal >= values.length) {
      throw new IllegalArgumentException(
          "expected 0 to %d, got %d".formatted(values.length - 1, ordinal));
    }
    return values[ordinal];
  }
}
