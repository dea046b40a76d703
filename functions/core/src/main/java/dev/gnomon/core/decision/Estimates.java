package dev.gnomon.core.decision;

import dev.gnomon.core.rollback.MeasuredRollbacks.Measured;
import dev.gnomon.core.rollback.Prospect;
import java.util.List;
import java.util.Locale;

/// How long rollbacks of a resource will take: as long as its earlier ones took, in proportion to
/// what there is to bring back, else by its volume and documented defaults. More bytes never make
/// an estimate shorter. Pure.
///
/// @param measured earlier rollbacks of the resource, the newest first
public record Estimates(List<Measured> measured) {
  /// A switch to a location that holds the point: the figure that `gnomon bench demo` aims at,
  /// doubled twice.
  public static final double SWITCH_SECONDS = 1;

  /// What a restore takes beside copying: the fence, the undo point of an unchanged tree, the
  /// checks.
  public static final double RESTORE_SECONDS = 3;

  /// A cautious disk or network: 50 MiB/s.
  public static final double BYTES_PER_SECOND = 50.0 * 1024 * 1024;

  public Estimates {
    measured = List.copyOf(measured);
  }

  /// Until a shadow serves.
  public Effort switching(Prospect prospect) {
    if (!prospect.exact()) {
      return copying(this::ofHeld, prospect.bytes(), "no copy holds exactly the point; ");
    }
    return atOnce();
  }

  private Effort atOnce() {
    List<Double> past =
        measured.stream().filter(one -> one.written().isEmpty()).map(Measured::seconds).toList();
    return past.isEmpty()
        ? new Effort(
            SWITCH_SECONDS,
            "a copy holds exactly the point; %s s is the default, none was measured"
                .formatted(ExpectedLoss.number(SWITCH_SECONDS)))
        : new Effort(
            median(past),
            "a copy holds exactly the point; median of %d earlier switches".formatted(past.size()));
  }

  /// Until the primary is repaired where it lies, or beside while the shadow serves.
  public Effort restoring(Prospect prospect) {
    return restoring(prospect.bytes());
  }

  /// Likewise, of a point that holds so many bytes.
  public Effort restoring(long bytes) {
    return copying(this::ofHeld, bytes, "");
  }

  /// Until the users of a resource are served again by a rollback.
  ///
  /// @param atOnce whether a copy holds exactly the point
  /// @param bytes that are to be written where none does
  public Effort serving(boolean atOnce, long bytes) {
    return atOnce ? atOnce() : copying(this::ofWritten, bytes, "");
  }

  /// A shadow of as much as the point holds.
  public Effort staging(Prospect prospect) {
    return new Effort(
        prospect.bytes() / BYTES_PER_SECOND,
        "%s to read at the default of %s/s"
            .formatted(mebibytes(prospect.bytes()), mebibytes(BYTES_PER_SECOND)));
  }

  /// What an earlier restore would have taken with as many bytes as now.
  private interface Scaled {
    double seconds(Measured earlier, long bytes);
  }

  private Effort copying(Scaled scaled, long bytes, String before) {
    List<Measured> past = measured.stream().filter(one -> one.written().isPresent()).toList();
    if (past.isEmpty()) {
      return new Effort(
          RESTORE_SECONDS + bytes / BYTES_PER_SECOND,
          "%s%s at the default of %s/s and %s s beside, none was measured"
              .formatted(
                  before,
                  mebibytes(bytes),
                  mebibytes(BYTES_PER_SECOND),
                  ExpectedLoss.number(RESTORE_SECONDS)));
    }
    return new Effort(
        median(past.stream().map(one -> scaled.seconds(one, bytes)).toList()),
        "%smedian of %d earlier restores of this resource, in proportion to %s now"
            .formatted(before, past.size(), mebibytes(bytes)));
  }

  /// By what the point holds: all of it is compared, and some of it written.
  private double ofHeld(Measured earlier, long bytes) {
    if (earlier.held().isEmpty()) {
      return earlier.seconds();
    }
    long then = earlier.held().get();
    if (bytes >= then) {
      return more(earlier, then, bytes);
    }
    double least = Math.min(earlier.seconds(), RESTORE_SECONDS);
    return least + (earlier.seconds() - least) * ((double) bytes / then);
  }

  /// By what is written: with less of it, as much as before may have to be compared.
  private double ofWritten(Measured earlier, long bytes) {
    long then = earlier.written().orElse(bytes);
    return bytes >= then ? more(earlier, then, bytes) : earlier.seconds();
  }

  /// What is more than then goes as fast as it did, but not slower than the default: an earlier
  /// restore of little says much about what is beside copying, and nothing about copying.
  private static double more(Measured earlier, long then, long bytes) {
    double pace = then / Math.max(1, earlier.seconds());
    return earlier.seconds() + (bytes - then) / Math.max(BYTES_PER_SECOND, pace);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024 * 1024));
  }
}
