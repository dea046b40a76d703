package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.rollback.Steps.FenceStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads from the records of a resource's earlier rollbacks how long they took.
public final class MeasuredRollbacks {
  /// More don't make an estimate better: what is newest is most like what comes.
  private static final int MAX_MEASURED = 5;

  /// A rollback takes two to four epochs.
  private static final int MAX_EPOCHS_BACK = 24;

  private MeasuredRollbacks() {}

  /// How long an earlier rollback took until the users of its resource were served again.
  ///
  /// @param written bytes that were brought back before; empty: a location held the point
  /// @param held bytes that the point held; empty: it is not known
  public record Measured(double seconds, Optional<Long> written, Optional<Long> held) {}

  /// Those before an epoch, the newest first.
  public static List<Measured> of(ControlRecords records, ResourceName resource, Epoch before) {
    List<Measured> all = new ArrayList<>();
    long newest = before.value();
    for (long epoch = newest - 1;
        epoch >= 1 && epoch >= newest - MAX_EPOCHS_BACK && all.size() < MAX_MEASURED;
        epoch--) {
      measured(new RollbackRecords(records, resource, new Epoch(epoch)), records)
          .ifPresent(all::add);
    }
    return all;
  }

  private static Optional<Measured> measured(RollbackRecords at, ControlRecords records) {
    Optional<Intent> intent = at.intent();
    Optional<FenceStep> fenced = intent.flatMap(one -> at.read("fenced", FenceStep.class));
    if (fenced.isEmpty()) {
      return Optional.empty();
    }
    boolean atOnce = fenced.get().target().isPresent();
    String served = atOnce ? "fence-applied" : "release-applied";
    Optional<Instant> time = records.writtenAt(at.name(served), AppliedStep.class);
    int index = atOnce ? 0 : at.rejected().size();
    Optional<Long> bytes =
        atOnce
            ? Optional.of(0L)
            : at.read("restored/" + index, Steps.RestoreStep.class)
                .map(restored -> restored.report().bytesWritten());
    if (time.isEmpty() || bytes.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate> candidates = intent.get().candidates();
    return Optional.of(
        new Measured(
            Math.max(0, Duration.between(intent.get().time(), time.get()).toMillis()) / 1000.0,
            atOnce ? Optional.empty() : bytes,
            index < candidates.size() ? candidates.get(index).bytes() : Optional.empty()));
  }
}
