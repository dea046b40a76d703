package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Replay.UndoPlan;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.journal.Histories.History;
import dev.gnomon.store.journal.VersionWriter.Change;
import dev.gnomon.store.journal.VersionWriter.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Takes back what came after a position of the journal of a prefix, in the prefix itself. What it
/// writes comes into the journal as what anybody writes: it keeps no records of its own, so it may
/// be killed anywhere and asked for again. For one thread.
final class PrefixUndo {
  private final LogReader reader;
  private final VersionWriter writer;

  PrefixUndo(LogReader reader, VersionWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /// What is to be done.
  private record Work(
      UndoPlan plan, List<Step> steps, List<Change> changes, List<String> deletes) {}

  UndoPlan plan(long to, Consumer<Step> steps) {
    Work work = work(to);
    work.steps().forEach(steps);
    return work.plan();
  }

  UndoPlan run(long to) {
    Work work = work(to);
    writer.delete(work.deletes());
    writer.write(work.changes());
    return work.plan();
  }

  private Work work(long to) {
    Layout layout = reader.log().layout();
    LogReader.Since since = reader.since(layout, to);
    Map<String, Optional<Write.Put>> goals =
        new KeyStates(reader, writer.store().reader()::read)
            .at(layout, to, new TreeSet<>(since.last().keySet()));
    List<Step> steps = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    List<String> deletes = new ArrayList<>();
    List<Write.Put> gone = new ArrayList<>();
    long unchanged = 0;
    Histories histories = writer.histories();
    for (String key : since.last().keySet()) {
      Optional<History> history = histories.seek(key);
      Optional<KeyVersion> current = history.map(History::newest).filter(one -> !one.deleted());
      Optional<Write.Put> goal = goals.getOrDefault(key, Optional.empty());
      if (goal.isEmpty() && current.isEmpty()) {
        unchanged++;
      } else if (goal.isEmpty()) {
        deletes.add(key);
        steps.add(new Step.Delete(new Key(key)));
      } else if (current.map(KeyVersion::version).equals(goal.get().version())) {
        unchanged++;
      } else {
        Optional<Way> way = writer.way(goal.get(), history);
        way.ifPresentOrElse(
            one -> changes.add(new Change(goal.get(), one)), () -> gone.add(goal.get()));
        steps.add(new Step.Put(new Key(key), goal.get().content().size(), current.isEmpty()));
      }
    }
    writer.refuse(to, gone);
    UndoPlan plan =
        new UndoPlan(
            to,
            since.newest(),
            since.transactions(),
            since.writes(),
            since.last().size(),
            changes.size(),
            deletes.size(),
            unchanged,
            List.of());
    return new Work(plan, steps, changes, deletes);
  }
}
