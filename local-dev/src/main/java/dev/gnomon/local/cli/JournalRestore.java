package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.store.journal.DirectoryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `journal restore`: makes a directory, or a prefix of a bucket, equal to a moment.
@Command(
    name = "restore",
    description = "Makes a directory equal to a moment of the journal.",
    mixinStandardHelpOptions = true)
final class JournalRestore implements Callable<Integer> {
  private final Gnomon top;

  @Mixin private JournalPlace.One one = new JournalPlace.One();

  @Option(names = "--at", paramLabel = "TIME", description = "Such as 2026-03-01T10:00:00Z.")
  private @Nullable String at;

  @Option(names = "--transaction", paramLabel = "ID", description = "With it and all before it.")
  private @Nullable String transaction;

  @Option(names = "--position", paramLabel = "N", description = "As journal list shows it.")
  private @Nullable Long position;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description = {
        "A directory, made if not there; or s3+http(s)://host[:port]/bucket[/prefix]",
        "for the journal of a prefix, which may be the prefix itself."
      })
  private String to = "";

  @Option(
      names = "--of",
      paramLabel = "ADDRESS",
      description = "With --store: the prefix that it is the journal of.")
  private @Nullable String of;

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  @Option(
      names = "--allow-deletes",
      description = "Lets it delete more than 20 %% of the files that are in DIR now.")
  private boolean allowDeletes;

  JournalRestore(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() throws IOException {
    Moment moment = moment();
    JournalPlace place = one.place(top);
    if (S3Prefix.isAddress(to)) {
      try (StoreUrl.Opened opened = place.open()) {
        new JournalOfPrefix(top, place, place.prefix(of == null ? to : of), opened)
            .restore(moment, JournalPlace.address(to), dryRun, allowDeletes);
      }
    } else {
      restore(place, moment, Path.of(to).toAbsolutePath().normalize());
    }
    return 0;
  }

  private void restore(JournalPlace place, Moment moment, Path directory) throws IOException {
    place
        .resource()
        .filter(resource -> resource.location().toString().equals(directory.toString()))
        .ifPresent(resource -> {
          throw Failure.wrongUse(
              "'%s' is where %s lives: journal undo takes its last writes back there"
                  .formatted(directory, place.name()));
        });
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = place.open()) {
      opened.requireApart(Place.of(directory));
      Replay replay = opened.stores().journals().replay(place.name());
      long wanted = place.journal(opened).position(moment);
      if (dryRun && !Files.exists(directory)) {
        throw Failure.failed("there is no directory '%s' to compare with".formatted(directory));
      }
      Files.createDirectories(directory);
      Replay.Plan plan;
      try (DirectoryTarget target = JournalPlace.target(directory)) {
        plan =
            replay.plan(
                wanted,
                target,
                step -> {
                  if (dryRun) {
                    JournalView.step(top.console, step);
                  }
                });
        if (!dryRun) {
          refuseDeletes(plan, directory);
          replay.restore(wanted, target);
        }
      }
      JournalView.restored(top.console, place.name(), directory.toString(), plan, dryRun, start);
    }
  }

  private void refuseDeletes(Replay.Plan plan, Path directory) {
    if (!allowDeletes && plan.deletePercent() > Limits.DEFAULT.maxDeletePercent()) {
      throw Failure.failed(
          "it would delete %d of the %d files in '%s', more than %d %%: look with --dry-run, then --allow-deletes"
              .formatted(
                  plan.deletes(), plan.present(), directory, Limits.DEFAULT.maxDeletePercent()));
    }
  }

  private Moment moment() {
    if ((at == null ? 0 : 1) + (transaction == null ? 0 : 1) + (position == null ? 0 : 1) != 1) {
      throw Failure.wrongUse("expected one of --at TIME, --transaction ID and --position N");
    }
    if (at != null) {
      try {
        return new Moment.Time(Instant.parse(at));
      } catch (DateTimeParseException e) {
        throw Failure.wrongUse("--at is a time such as 2026-03-01T10:00:00Z: '" + at + "'");
      }
    }
    return transaction != null
        ? new Moment.After(transaction)
        : new Moment.Position(java.util.Objects.requireNonNull(position));
  }
}
