package dev.gnomon.store.check;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.CheckReport.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Collects what a check finds, within bounds. For one thread.
final class Findings {
  private static final int MAX_FINDINGS = 1000;
  private static final int MAX_LOST = 10_000;

  private final List<Finding> findings = new ArrayList<>();
  private final Set<Hash> lost = new LinkedHashSet<>();
  private long damaged;
  private long notes;

  void damage(Kind kind, ObjectName object, String what) {
    damaged++;
    add(new Finding(kind, object, what, true));
  }

  void note(Kind kind, ObjectName object, String what) {
    notes++;
    add(new Finding(kind, object, what, false));
  }

  void lost(Hash blob) {
    if (lost.size() < MAX_LOST) {
      lost.add(blob);
    }
  }

  List<Finding> list() {
    return findings;
  }

  Set<Hash> lost() {
    return lost;
  }

  long damaged() {
    return damaged;
  }

  long notes() {
    return notes;
  }

  /// Damage is kept rather than notes.
  private void add(Finding finding) {
    if (findings.size() == MAX_FINDINGS && finding.damage()) {
      findings.removeIf(new OneNote());
    }
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }

  private static final class OneNote implements java.util.function.Predicate<Finding> {
    private boolean found;

    @Override
    public boolean test(Finding finding) {
      boolean first = !found && !finding.damage();
      found |= first;
      return first;
    }
  }
}
