package dev.gnomon.local.cli;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.store.journal.DirectoryTarget;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `journal undo`: takes the last writes back where they were made.
@Command(
    name = "undo",
    description = {
      "Takes the last writes back where they were made; touches only the keys that they wrote.",
      "Whole transactions are undone. Hold the writers: an undo fences nothing."
    },
    mixinStandardHelpOptions = true)
final class JournalUndo implements Runnable {
  private final Gnomon top;

  @Mixin private JournalPlace.One one = new JournalPlace.One();

  @Option(names = "--last", paramLabel = "N", description = "At least so many writes.")
  private @Nullable Long last;

  @Option(names = "--before", paramLabel = "ID", description = "This transaction and all after it.")
  private @Nullable String before;

  @Option(names = "--after", paramLabel = "POSITION", description = "All after this position.")
  private @Nullable Long after;

  @Option(
      names = "--in",
      paramLabel = "PLACE",
      description = {
        "The directory (default: the primary of the running stack), or, with --store, the",
        "address of the prefix that it is the journal of."
      })
  private @Nullable String in;

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  JournalUndo(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    if ((last == null ? 0 : 1) + (before == null ? 0 : 1) + (after == null ? 0 : 1) != 1) {
      throw Failure.wrongUse("expected one of --last N, --before ID and --after POSITION");
    }
    JournalPlace place = one.place(top);
    if (place.prefix().isPresent() || (in != null && S3Prefix.isAddress(in))) {
      if (in != null && place.prefix().isPresent()) {
        throw Failure.wrongUse("--in is not for a resource that is a prefix of a bucket");
      }
      try (StoreUrl.Opened opened = place.open()) {
        new JournalOfPrefix(top, place, place.prefix(in), opened)
            .undo(replay -> target(opened, place, replay), dryRun);
      }
    } else {
      undo(place, place.live(top, in == null ? null : Path.of(in)));
    }
  }

  private void undo(JournalPlace place, Path directory) {
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = place.open()) {
      opened.requireApart(Place.of(directory));
      Replay replay = opened.stores().journals().replay(place.name());
      long to = target(opened, place, replay);
      Replay.UndoPlan plan;
      try (DirectoryTarget target = JournalPlace.target(directory)) {
        if (dryRun) {
          plan = replay.planUndo(to, target, step -> JournalView.step(top.console, step));
        } else {
          plan = undone(replay, to, target, place.name());
        }
      }
      JournalView.undone(top.console, place.name(), plan, dryRun, start);
    }
  }

  /// The position that an undo goes back to.
  private long target(StoreUrl.Opened opened, JournalPlace place, Replay replay) {
    if (last != null) {
      return replay.beforeLast(last);
    }
    Moment moment =
        before != null
            ? new Moment.Before(before)
            : new Moment.Position(java.util.Objects.requireNonNull(after));
    return place.journal(opened).position(moment);
  }

  /// The last writes are others once a part of the undo is in the journal: the position stays.
  private Replay.UndoPlan undone(
      Replay replay, long to, DirectoryTarget target, ResourceName name) {
    try {
      return replay.undo(to, target, "command").plan();
    } catch (RuntimeException e) {
      top.console.hint(
          "the undo is not finished: gnomon journal undo %s --after %d goes on with it"
              .formatted(name, to));
      throw e;
    }
  }
}
