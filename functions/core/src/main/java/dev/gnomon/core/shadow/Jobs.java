package dev.gnomon.core.shadow;

import dev.gnomon.core.control.Answers;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import java.util.Locale;
import java.util.Optional;

/// Names of shadow jobs, `<what for>@<resource>@<cell>`. No id, resource or cell holds an `@`, so
/// two jobs never have one name.
public final class Jobs {
  /// A longer update id stands in a name as its hash: a segment of a name has a limit.
  private static final int MAX_ID_LENGTH = 60;

  private Jobs() {}

  /// Name of the job that takes the shadow of a resource in one cell for an update.
  public static String ofUpdate(UpdateId updateId, ResourceName resource, CellName cell) {
    return new Wanted(resource, PointKind.UPDATE, Optional.of(updateId), "").job(cell);
  }

  /// Name of the job that takes the shadow of a resource for a slot.
  public static String ofSlot(ResourceName resource, IntervalSlot slot) {
    return new Wanted(resource, PointKind.INTERVAL, Optional.empty(), "", Optional.of(slot))
        .job(slot.cell());
  }

  /// Whether a job is about this shadow.
  public static boolean isOf(String job, ResourceName resource, CellName cell) {
    return job.endsWith("@" + resource + "@" + cell);
  }

  public static ObjectName result(String job) {
    return ObjectName.of("jobs", job, "result");
  }

  static String batch(Wanted wanted) {
    String kind = wanted.kind().name().toLowerCase(Locale.ROOT);
    String what;
    if (wanted.updateId().isPresent()) {
      String id = wanted.updateId().get().value();
      what = id.length() <= MAX_ID_LENGTH ? kind + "-" + id : kind + "." + Answers.key(id);
    } else if (wanted.slot().isPresent()) {
      IntervalSlot slot = wanted.slot().get();
      what = "%s-%d-%020d".formatted(kind, slot.every().toMillis(), slot.number());
    } else {
      what = kind + "." + Answers.key(wanted.request());
    }
    return what + "@" + wanted.resource();
  }
}
