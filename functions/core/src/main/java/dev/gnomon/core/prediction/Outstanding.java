package dev.gnomon.core.prediction;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The one estimate of a subject whose outcome is waited for: the next is taken when it is known,
/// so that outcomes of a subject do not overlap. Not thread-safe.
final class Outstanding {
  static final int BYTES = 3 * Long.BYTES + Double.BYTES + Long.BYTES;

  private long madeAt;
  private long until;
  private long seen;
  private double logOdds;
  private long model;

  /// What came of an estimate.
  ///
  /// @param logOdds of the failure, as the model said
  record Outcome(double logOdds, boolean failed) {}

  boolean waits() {
    return madeAt != 0;
  }

  /// @param modelKey which model said it; outcomes of another are not counted
  void begin(Instant now, Duration horizon, double saidLogOdds, long modelKey) {
    madeAt = now.toEpochMilli();
    until = now.plus(horizon).toEpochMilli();
    seen = madeAt;
    logOdds = saidLogOdds;
    model = modelKey;
  }

  /// Somebody acted, or another model serves: nobody will know.
  void drop() {
    madeAt = 0;
  }

  /// @param watched whether enough is known of the subject now to see a failure
  /// @return the outcome if it is known now; forgets it then
  Optional<Outcome> look(Instant now, boolean failing, boolean watched, long modelKey) {
    if (madeAt == 0) {
      return Optional.empty();
    }
    if (model != modelKey) {
      drop();
      return Optional.empty();
    }
    long at = now.toEpochMilli();
    if (at < madeAt - (until - madeAt)) {
      drop(); // By a clock that was wrong, then or now.
      return Optional.empty();
    }
    long blind = (until - madeAt) / 2;
    boolean lostSight = at - seen > blind;
    if (watched) {
      seen = Math.max(seen, at);
    }
    if (failing && at <= until && !lostSight) {
      drop();
      return Optional.of(new Outcome(logOdds, true));
    }
    if (at < until) {
      return Optional.empty();
    }
    drop();
    // When it began to fail, before the end or after it, nobody saw.
    return lostSight || !watched || failing
        ? Optional.empty()
        : Optional.of(new Outcome(logOdds, false));
  }

  void write(ByteBuffer out) {
    out.putLong(madeAt).putLong(until).putLong(seen).putDouble(logOdds).putLong(model);
  }

  void read(ByteBuffer in) {
    madeAt = in.getLong();
    until = in.getLong();
    seen = in.getLong();
    logOdds = in.getDouble();
    model = in.getLong();
  }
}
