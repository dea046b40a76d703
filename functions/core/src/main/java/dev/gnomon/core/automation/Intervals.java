package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks for the shadows that are due by their interval. Time is cut into slots as long as the
/// interval; each slot asks once, whoever sweeps.
public final class Intervals {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final OpenWork openWork;

  public Intervals(Catalogue catalogue, ControlRecords records, OpenWork openWork) {
    this.catalogue = catalogue;
    this.records = records;
    this.openWork = openWork;
  }

  record Asked(Instant time) {}

  /// Shadows wanted now. A resource whose earlier job is still open is not asked again.
  public List<Fact> due() {
    List<Fact> wanted = new ArrayList<>();
    // A marker alone does not count: whoever wrote it may have been killed before the job's plan.
    List<String> jobs =
        openWork.open(OpenWork.Kind.JOBS).stream()
            .filter(job -> records.exists(ObjectName.of("jobs", job, "parts")))
            .toList();
    Instant now = records.time();
    for (Resource resource : catalogue.resources()) {
      Optional<Duration> every =
          resource.shadows().stream()
              .flatMap(shadow -> shadow.every().stream())
              .min(Duration::compareTo);
      boolean busy =
          resource.shadows().stream()
              .map(ShadowSpec::cell)
              .anyMatch(cell ->
                  jobs.stream().anyMatch(job -> job.endsWith("-" + resource.name() + "-" + cell)));
      if (every.isEmpty() || busy) {
        continue;
      }
      long slot = now.toEpochMilli() / every.get().toMillis();
      ObjectName name =
          ObjectName.of(
              "intervals", resource.name(), every.get().toMillis(), "%020d".formatted(slot));
      if (records.create(name, new Asked(now)) instanceof Outcome.Created) {
        wanted.add(
            new Fact.ShadowWanted(name, resource.name(), PointKind.INTERVAL, Optional.empty()));
      }
    }
    return wanted;
  }
}
