package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.routes.Fenced;
import java.io.IOException;
import java.nio.file.Files;

/// The fence around the primary that a rollback of one resource found.
final class SourceFence {
  private final Run run;

  SourceFence(Run run) {
    this.run = run;
  }

  /// A primary that was deleted altogether is made again, empty, so that it can be fenced and
  /// restored. One whose disk is away is out of reach.
  Fence.Outcome at(Epoch epoch) {
    Fence.Outcome outcome = run.world().fence().fence(run.resource(), run.intent().source(), epoch);
    if (outcome instanceof Fence.Outcome.Unreachable
        && run.intent().source().equals(run.home())
        && new Homes(run.world().records()).deleted(run.resource())) {
      try {
        Files.createDirectory(run.intent().source().place().directory());
      } catch (IOException e) {
        return outcome;
      }
      return run.world().fence().fence(run.resource(), run.intent().source(), epoch);
    }
    return outcome;
  }

  /// The same where it has to be reached.
  Fenced required(Epoch epoch) {
    return switch (at(epoch)) {
      case Fence.Outcome.Done done -> done.fenced();
      case Fence.Outcome.Unreachable away -> throw new Unavailable(away.reason());
      case Fence.Outcome.Outdated outdated -> throw outdated(epoch, outdated);
    };
  }

  TroubleException outdated(Epoch epoch, Fence.Outcome.Outdated outdated) {
    return new TroubleException(
        "%s can't be fenced for epoch %s: epoch %d acted on it already"
            .formatted(run.intent().source(), epoch, outdated.appliedEpoch()));
  }
}
