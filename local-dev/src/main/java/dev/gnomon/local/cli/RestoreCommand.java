package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `restore`: a point out of a store into its kind of place; needs no stack.
@Command(
    name = "restore",
    description =
        "Makes a directory, or a prefix of a bucket, equal to a point of a store; needs no stack.",
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
  private final Gnomon top;

  @Option(names = "--store", required = true, paramLabel = "URL", description = StoreUrl.HELP)
  private String store = "";

  @Option(names = "--point", required = true, paramLabel = "POINT", description = "Such as site@7.")
  private String point = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description =
          "A directory, made if not there; or s3+http(s)://host[:port]/bucket[/prefix] for a point"
              + " of a prefix (credentials: GNOMON_BUCKET_ACCESS_KEY and GNOMON_BUCKET_SECRET_KEY,"
              + " else those of the store).")
  private String target = "";

  @Option(
      names = "--dry-run",
      description = "Shows what would be done, with a guess of the seconds, and does nothing.")
  private boolean dryRun;

  @Option(
      names = "--allow-deletes",
      description = "Lets it delete more than 20 %% of the files that are in PLACE now.")
  private boolean allowDeletes;

  @Option(
      names = "--trust-stat",
      description = {
        "Takes files whose size, time, mode and owner match as equal without reading them: faster,",
        "but damage that keeps all of these goes unseen."
      })
  private boolean trustStat;

  RestoreCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() throws IOException {
    PointId id = PointId.parse(Names.checked(point, PointId::parse));
    Place place = place();
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = StoreUrl.openExisting(store, top.options.key())) {
      StoreWork work = new StoreWork(top.console, opened, trustStat ? Trust.STAT : Trust.NOTHING);
      RestorePlan plan = work.plan(id, place);
      if (dryRun) {
        Optional<Path> disk =
            switch (place) {
              case Place.Directory(Path directory) -> RestoreEstimate.disk(directory);
              case S3Prefix prefix -> Optional.empty();
            };
        boolean known = place instanceof S3Prefix || disk.isPresent();
        show(
            top.console,
            plan,
            known ? RestoreEstimate.of(plan, opened.objects(), disk) : Optional.empty());
        return 0;
      }
      RestoreReport report = work.restore(id, place, plan, allowDeletes);
      show(top.console, id, place, report, start);
      return 0;
    }
  }

  private Place place() {
    if (S3Prefix.isAddress(target)) {
      try {
        return S3Prefix.of(target);
      } catch (IllegalArgumentException e) {
        throw Failure.wrongUse("--to: " + e.getMessage());
      }
    }
    Path directory = Path.of(target).toAbsolutePath().normalize();
    if (directory.getParent() == null) {
      throw Failure.wrongUse("--to must not be the root directory");
    }
    return Place.of(directory);
  }

  private static void show(Console console, RestorePlan plan, Optional<RestoreEstimate> estimate) {
    if (console.json()) {
      ObjectNode value = Json.MAPPER.valueToTree(plan);
      estimate.ifPresent(guess -> value.set("estimate", Json.MAPPER.valueToTree(guess)));
      console.value(value);
      return;
    }
    console.line(
        "would write %s (%s), delete %s of %d, set metadata of %d"
            .formatted(
                Amounts.count(plan.filesToWrite(), "file", "files"),
                Amounts.bytes(plan.bytesToWrite()),
                Amounts.count(plan.filesToDelete(), "entry", "entries"),
                plan.filesPresent(),
                plan.metadataToSet()));
    plan.impossible().forEach(why -> console.line("  can't be complete: " + why));
    plan.examples().forEach(example -> console.line("  " + example));
    estimate.ifPresent(guess -> console.line(guess.sentence()));
  }

  private static void show(
      Console console, PointId id, Place place, RestoreReport report, long start) {
    if (console.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("point", id);
      result.put("to", place.toString());
      result.put("filesWritten", report.filesWritten());
      result.put("bytesWritten", report.bytesWritten());
      result.put("filesDeleted", report.filesDeleted());
      result.put("metadataSet", report.metadataSet());
      result.put("movedAside", report.movedAside());
      console.value(result);
    }
    console.line(
        "%s is in %s: wrote %s (%s), deleted %d (%s)"
            .formatted(
                id,
                place,
                Amounts.count(report.filesWritten(), "file", "files"),
                Amounts.bytes(report.bytesWritten()),
                report.filesDeleted(),
                Waiting.since(start)));
    report.movedAside().forEach(path -> console.hint("moved aside: " + path));
  }
}
