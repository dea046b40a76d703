package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.HandedOut;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.IntervalSlot;
import dev.gnomon.core.shadow.Jobs;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks for the shadows that are due by their interval. The time of each shadow is cut into slots
/// as long as its interval. A slot has one job, named after it, and is asked for by sweeps until
/// that job has ended, one way or the other: whoever asks is the same event to everybody, and a
/// request that gets lost is made again when it is past its deadline.
public final class Intervals {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final OpenWork openWork;
  private final HandedOut handedOut = new HandedOut();

  public Intervals(Catalogue catalogue, ControlRecords records, OpenWork openWork) {
    this.catalogue = catalogue;
    this.records = records;
    this.openWork = openWork;
  }

  /// Shadows wanted now. A shadow whose earlier job is still open is not asked for again.
  public List<Fact> due() {
    List<Fact> wanted = new ArrayList<>();
    List<String> open = openWork.open(OpenWork.Kind.JOBS);
    Instant now = records.time();
    for (Resource resource : catalogue.resources()) {
      for (ShadowSpec shadow : resource.shadows()) {
        if (shadow.every().isEmpty()) {
          continue;
        }
        IntervalSlot slot = IntervalSlot.at(shadow.cell(), shadow.every().get(), now);
        String job = Jobs.ofSlot(resource.name(), slot);
        ObjectName request = ObjectName.of("jobs", job, "wanted");
        if (!busy(open, resource, shadow)
            && !records.exists(Jobs.result(job))
            && handedOut.isDue(request, now)) {
          wanted.add(
              new Fact.ShadowWanted(
                  request,
                  resource.name(),
                  PointKind.INTERVAL,
                  Optional.empty(),
                  Optional.of(slot)));
        }
      }
    }
    return wanted;
  }

  /// A marker alone does not count: whoever wrote it may have been killed before the job's plan.
  private boolean busy(List<String> open, Resource resource, ShadowSpec shadow) {
    return open.stream()
        .filter(job -> Jobs.isOf(job, resource.name(), shadow.cell()))
        .anyMatch(job -> records.exists(ObjectName.of("jobs", job, "parts")));
  }
}
