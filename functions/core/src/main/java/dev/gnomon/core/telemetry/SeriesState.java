package dev.gnomon.core.telemetry;

import dev.gnomon.core.anomaly.AnomalyScorer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32C;

/// What is remembered of a series between its samples: the scorer's state, and in front of it the
/// last sample and what is usual. Not thread-safe.
final class SeriesState {
  /// Two bytes, three times, four numbers, a count, the checksum.
  private static final int HEAD_BYTES = 66;

  private static final byte VERSION = 2;
  private static final int ARRIVED_AT = 2 + Long.BYTES;
  private static final int CHECKED_BYTES = HEAD_BYTES - Integer.BYTES;

  /// Samples over which the usual interval is averaged.
  private static final double INTERVAL_MEMORY = 8;

  /// Of an interval no more than so many times the usual one counts.
  private static final double INTERVAL_AT_MOST = 5;

  /// Samples over which the present value is averaged, and the usual one: a day of five minutes.
  private static final double RECENT_MEMORY = 3;

  private static final double USUAL_MEMORY = 288;

  /// Once the usual value is known, no sample counts for more than so many times of it, so that a
  /// failure does not become usual at once.
  private static final double USUAL_STEP_AT_MOST = 3;

  private static final int USUAL_KNOWN_AFTER = 32;

  /// Larger values count as this, so that no sum of them is infinite.
  private static final double LARGEST = 1e150;

  /// Of the present value no sample counts for more than so many times the usual one, so that the
  /// mean comes back within some samples whatever one of them said.
  private static final double RECENT_STEP_AT_MOST = 1000;

  private final AnomalyScorer scorer;

  /// Time of the newest sample, milliseconds since 1970; smallest: none.
  private long seen = Long.MIN_VALUE;

  private long arrived;
  private long unwellUntil;

  /// The newest value of a counter.
  private double raw = Double.NaN;

  /// Seconds; 0: not known.
  private double interval;

  private double recent;
  private double usual;
  private int values;
  private boolean bad;

  SeriesState() {
    this.scorer = new AnomalyScorer();
  }

  private SeriesState(AnomalyScorer scorer) {
    this.scorer = scorer;
  }

  /// @throws IllegalArgumentException if the bytes are damaged or of another version
  static SeriesState of(byte[] bytes) {
    if (bytes.length <= HEAD_BYTES || bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "expected a series' state of version %d, found %d bytes"
              .formatted(VERSION, bytes.length));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (checksum(bytes) != in.getInt(CHECKED_BYTES)) {
      throw new IllegalArgumentException("damaged state of a series");
    }
    byte[] rest = new byte[bytes.length - HEAD_BYTES];
    in.get(HEAD_BYTES, rest);
    SeriesState state = new SeriesState(AnomalyScorer.of(rest));
    in.get();
    state.bad = in.get() != 0;
    state.seen = in.getLong();
    state.arrived = in.getLong();
    state.unwellUntil = in.getLong();
    state.raw = in.getDouble();
    state.interval = in.getDouble();
    state.recent = in.getDouble();
    state.usual = in.getDouble();
    state.values = in.getInt();
    return state;
  }

  byte[] bytes() {
    byte[] rest = scorer.state();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + rest.length);
    out.put(VERSION)
        .put((byte) (bad ? 1 : 0))
        .putLong(seen)
        .putLong(arrived)
        .putLong(unwellUntil)
        .putDouble(raw)
        .putDouble(interval)
        .putDouble(recent)
        .putDouble(usual)
        .putInt(values);
    out.putInt(CHECKED_BYTES, checksum(out.array()));
    return out.put(HEAD_BYTES, rest).array();
  }

  /// The one of two states whose newest sample came later; times of samples may go back.
  static byte[] newer(byte[] one, byte[] other) {
    return arrived(one) >= arrived(other) ? one : other;
  }

  private static long arrived(byte[] bytes) {
    return bytes.length < HEAD_BYTES ? Long.MIN_VALUE : ByteBuffer.wrap(bytes).getLong(ARRIVED_AT);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKED_BYTES);
    return (int) crc.getValue();
  }

  AnomalyScorer scorer() {
    return scorer;
  }

  /// Whether its samples are scored yet.
  boolean warm() {
    return scorer.samples() > AnomalyScorer.WARM_UP;
  }

  boolean known() {
    return seen != Long.MIN_VALUE;
  }

  Instant seen() {
    return Instant.ofEpochMilli(seen);
  }

  Instant arrived() {
    return Instant.ofEpochMilli(arrived);
  }

  Instant unwellUntil() {
    return Instant.ofEpochMilli(unwellUntil);
  }

  double raw() {
    return raw;
  }

  void raw(double value) {
    raw = value;
  }

  double intervalSeconds() {
    return interval;
  }

  double usual() {
    return usual;
  }

  boolean usualKnown() {
    return values >= USUAL_KNOWN_AFTER;
  }

  /// The present value as a multiple of the usual one; NaN if that is not known.
  double ratio() {
    return usualKnown() && usual > 0 && recent >= 0 ? recent / usual : Double.NaN;
  }

  void unwellUntil(Instant until) {
    unwellUntil = until.toEpochMilli();
  }

  /// Whether the newest value is bad by itself, as that of a probe that failed.
  boolean bad() {
    return bad;
  }

  void bad(boolean value) {
    bad = value;
  }

  /// A sample came that is not believed yet, such as the first one behind a gap: the series is
  /// there again.
  void came(Instant now) {
    arrived = now.toEpochMilli();
  }

  /// A sample came.
  void saw(Instant time, Instant now) {
    long at = time.toEpochMilli();
    if (known() && at > seen) {
      double passed = (at - seen) / 1e3;
      double counted = interval == 0 ? passed : Math.min(passed, INTERVAL_AT_MOST * interval);
      interval = interval == 0 ? passed : interval + (counted - interval) / INTERVAL_MEMORY;
    }
    seen = at;
    arrived = now.toEpochMilli();
  }

  /// A value was scored.
  ///
  /// @param value finite
  void took(double value) {
    double bounded = Math.clamp(value, -LARGEST, LARGEST);
    double counted = within(USUAL_STEP_AT_MOST, bounded);
    double shown = within(RECENT_STEP_AT_MOST, bounded);
    values = Math.min(values + 1, Integer.MAX_VALUE - 1);
    usual += (counted - usual) / Math.min(values, USUAL_MEMORY);
    recent = values == 1 ? shown : recent + (shown - recent) / RECENT_MEMORY;
  }

  /// @param times the usual value, once that is known; of either sign
  private double within(double times, double value) {
    return usualKnown() && usual > 0 ? Math.clamp(value, -times * usual, times * usual) : value;
  }
}
