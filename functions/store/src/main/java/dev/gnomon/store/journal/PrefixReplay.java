package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Replay.Plan;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.TrialKey;
import dev.gnomon.store.journal.VersionWriter.Change;
import dev.gnomon.store.journal.VersionWriter.Way;
import dev.gnomon.store.points.StoresBelow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes a prefix equal to a moment of the journal of a prefix.
final class PrefixReplay {
  /// How many changes are made between two looks at the state.
  private static final int CHUNK = 1000;

  private final LogReader reader;
  private final VersionWriter writer;

  PrefixReplay(LogReader reader, VersionWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  Plan plan(long position, Consumer<Step> steps) {
    List<Write.Put> gone = new ArrayList<>();
    Plan plan =
        differences(
            position,
            new Differences() {
              @Override
              public void put(Write.Put value, Optional<Way> way, boolean isNew) {
                if (way.isEmpty()) {
                  gone.add(value);
                }
                steps.accept(new Step.Put(value.key(), value.content().size(), isNew));
              }

              @Override
              public void delete(String rawKey) {
                steps.accept(new Step.Delete(new Key(rawKey)));
              }
            });
    writer.refuse(position, gone);
    return plan;
  }

  Plan restore(long position) {
    Plan plan = plan(position, step -> {});
    List<String> deletes = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    differences(
        position,
        new Differences() {
          @Override
          public void put(Write.Put value, Optional<Way> way, boolean isNew) {
            if (way.isEmpty()) {
              writer.refuse(position, List.of(value));
            }
            changes.add(new Change(value, way.orElseThrow()));
            if (changes.size() == CHUNK) {
              writer.write(changes);
              changes.clear();
            }
          }

          @Override
          public void delete(String rawKey) {
            deletes.add(rawKey);
            if (deletes.size() == CHUNK) {
              writer.delete(deletes);
              deletes.clear();
            }
          }
        });
    writer.delete(deletes);
    writer.write(changes);
    return plan;
  }

  private interface Differences {
    /// @param way empty if the content is nowhere any more
    void put(Write.Put value, Optional<Way> way, boolean isNew);

    void delete(String rawKey);
  }

  /// Walks the state, the versions of the journal's bucket, and what is current in the target.
  private Plan differences(long position, Differences differences) {
    Iterator<Write.Put> state =
        reader.state(reader.log().layout(), position, writer.store().reader()::read);
    Histories histories = writer.histories();
    Current current = new Current(writer.target().reader(), writer.isInPlace());
    StoresBelow stores =
        new StoresBelow(
            writer.target().place(),
            key -> writer.target().reader().read(key, Optional.empty()).map(Body::content));
    long puts = 0;
    long bytes = 0;
    long deletes = 0;
    long unchanged = 0;
    while (state.hasNext()) {
      Write.Put value = state.next();
      String key = value.key().raw();
      for (; current.isBefore(key); deletes++) {
        delete(current.next().rawKey(), stores, differences);
      }
      Optional<Current.There> there = current.at(key);
      if (writer.isInPlace()
          && there.filter(one -> one.version().equals(value.version())).isPresent()) {
        unchanged++;
        continue;
      }
      puts++;
      bytes += value.content().size();
      differences.put(value, writer.way(value, histories.seek(key)), there.isEmpty());
    }
    for (; current.hasNext(); deletes++) {
      delete(current.next().rawKey(), stores, differences);
    }
    return new Plan(position, puts, bytes, deletes, unchanged, current.seen());
  }

  private static void delete(String rawKey, StoresBelow stores, Differences differences) {
    stores.requireNone(Histories.text(rawKey));
    differences.delete(rawKey);
  }

  /// What is current in a prefix, key by key.
  private static final class Current {
    private final BucketReader reader;
    private final boolean versions;
    private Iterator<Listed> page = List.<Listed>of().iterator();
    private Optional<String> next = Optional.empty();
    private boolean begun;
    private Optional<There> front = Optional.empty();
    private long seen;

    /// @param versions whether to tell versions
    Current(BucketReader reader, boolean versions) {
      this.reader = reader;
      this.versions = versions;
    }

    record There(String rawKey, Optional<String> version) {}

    boolean hasNext() {
      while (front.isEmpty()) {
        if (page.hasNext()) {
          Listed listed = page.next();
          boolean counts =
              !listed.deleted()
                  && !listed.key().isEmpty()
                  && !TrialKey.is(listed.key())
                  && reader.obstacle(listed.key()).isEmpty();
          if (counts) {
            seen++;
            String version = listed.version().isEmpty() ? KeyVersion.UNVERSIONED : listed.version();
            front = Optional.of(new There(Key.utf8(listed.key()).raw(), Optional.of(version)));
          }
        } else if (begun && next.isEmpty()) {
          return false;
        } else {
          Listed.Page answer = reader.list("", next, versions);
          begun = true;
          next = answer.next();
          page = answer.keys().iterator();
        }
      }
      return true;
    }

    There next() {
      hasNext();
      There there = front.orElseThrow();
      front = Optional.empty();
      return there;
    }

    boolean isBefore(String rawKey) {
      return hasNext() && front.orElseThrow().rawKey().compareTo(rawKey) < 0;
    }

    /// Takes what is under a key, if anything is.
    Optional<There> at(String rawKey) {
      return hasNext() && front.orElseThrow().rawKey().equals(rawKey)
          ? Optional.of(next())
          : Optional.empty();
    }

    long seen() {
      return seen;
    }
  }
}
