package dev.gnomon.store.check;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.check.CheckReport.Kind;
import java.util.OptionalLong;

/// Marks count from 1 without gaps: one that is missing before another one was lost, and counts as
/// a hold. Told of names in their order. For one thread.
final class MarkGaps {
  private static final String MARKS = "store/marks/";

  private final StoreParts store;
  private final Findings findings;
  private String log = "";
  private long last;

  MarkGaps(StoreParts store, Findings findings) {
    this.store = store;
    this.findings = findings;
  }

  void next(ObjectName name) {
    if (!name.value().startsWith(MARKS) || !RecordNames.isKnown(name)) {
      return;
    }
    String own = name.value().substring(0, name.value().lastIndexOf('/') + 1);
    OptionalLong number = Names.number(Names.last(name));
    if (!own.equals(log)) {
      log = own;
      last = 0;
    }
    if (number.isEmpty()) {
      return;
    }
    ObjectName first = new ObjectName(own + "%020d".formatted(last + 1));
    long gap = number.getAsLong() - last - 1;
    if (gap > 0
        && store.objects().stat(first).isEmpty()
        && store.objects().stat(name).isPresent()) {
      findings.damage(
          Kind.MISSING,
          first,
          "%d of what was said about this point before '%s' is lost; the point counts as held"
              .formatted(gap, name));
    }
    last = number.getAsLong();
  }
}
