package dev.gnomon.core.decision;

import dev.gnomon.core.rollback.MeasuredRollbacks.Measured;
import dev.gnomon.core.rollback.Prospect;
import java.util.List;
import java.util.Locale;

/// How long rollbacks of a resource will take: as long as its earlier ones took, else by its volume
/// and documented defaults. Pure.
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
      return copying(prospect.bytes(), "no copy holds exactly the point; ");
    }
    return atOnce();
  }

  private Effort atOnce() {
    List<Double> past =
        measured.stream().filter(one -> one.bytes().isEmpty()).map(Measured::seconds).toList();
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

  /// Likewise, of so many bytes.
  public Effort restoring(long bytes) {
    return copying(bytes, "");
  }

  /// Until the users of a resource are served again by a rollback.
  ///
  /// @param atOnce whether a copy holds exactly the point
  /// @param bytes that are to be brought back where none does
  public Effort serving(boolean atOnce, long bytes) {
    return atOnce ? atOnce() : restoring(bytes);
  }

  /// A shadow of as much as the point holds.
  public Effort staging(Prospect prospect) {
    return new Effort(
        prospect.bytes() / BYTES_PER_SECOND,
        "%s to read at the default of %s/s"
            .formatted(mebibytes(prospect.bytes()), mebibytes(BYTES_PER_SECOND)));
  }

  private Effort copying(long bytes, String before) {
    List<Measured> past = measured.stream().filter(one -> one.bytes().isPresent()).toList();
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
        median(past.stream().map(Measured::seconds).toList()),
        "%smedian of %d earlier restores of this resource".formatted(before, past.size()));
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
