package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Replay.UndoPlan;
import dev.gnomon.core.journal.Replay.Undone;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.StoreParts;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Takes back what came after a position. For one thread.
///
/// The order of its effects: what stands in the target and in no transaction is appended; then the
/// target is written, read back and flushed; then the undo is appended. Killed before the last step
/// it is begun anew by a call with the same position, and finds what is done; [LastWrites] refuses
/// to count behind what it left.
final class UndoRun {
  private static final int MAX_ROUNDS = 5;
  private static final int MAX_NAMED = 20;

  private final LogReader reader;
  private final Appender appender;
  private final Values values;
  private final KeyedTarget target;
  private final long to;

  UndoRun(LogReader reader, Appender appender, Values values, KeyedTarget target, long to) {
    this.reader = reader;
    this.appender = appender;
    this.values = values;
    this.target = target;
    this.to = to;
  }

  /// A key that was written since.
  ///
  /// @param goal what it was at the position
  /// @param last the newest write to it
  private record Touched(
      Key key, Optional<Write.Put> goal, Write last, Standing standing, boolean isThere) {}

  /// What stands in the target under a key.
  private enum Standing {
    AS_IT_WAS,
    AS_LAST_WRITTEN,
    DRIFTED
  }

  private record Work(long from, long transactions, long writes, List<Touched> keys) {
    List<Touched> drifted() {
      return keys.stream().filter(key -> key.standing() == Standing.DRIFTED).toList();
    }

    UndoPlan plan(long to) {
      long unchanged = keys.stream().filter(key -> key.standing() == Standing.AS_IT_WAS).count();
      long deletes =
          keys.stream()
              .filter(key -> key.standing() != Standing.AS_IT_WAS && key.goal().isEmpty())
              .count();
      return new UndoPlan(
          to,
          from,
          transactions,
          writes,
          keys.size(),
          keys.size() - unchanged - deletes,
          deletes,
          unchanged,
          drifted().stream().limit(MAX_NAMED).map(key -> Keys.display(key.key())).toList());
    }
  }

  UndoPlan plan(Consumer<Step> steps) {
    Work work = look();
    for (Touched key : work.keys()) {
      if (key.standing() != Standing.AS_IT_WAS) {
        steps.accept(
            key.goal().isPresent()
                ? new Step.Put(key.key(), key.goal().get().content().size(), !key.isThere())
                : new Step.Delete(key.key()));
      }
    }
    return work.plan(to);
  }

  Undone run(String cause) {
    Optional<Long> kept = Optional.empty();
    UndoPlan first = null;
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Work work = look();
      first = first == null ? work.plan(to) : first;
      Instant now = store().objects().time();
      if (work.keys().isEmpty()) {
        return new Undone(first, Optional.empty(), kept, now);
      }
      long newest = work.from();
      List<Touched> drifted = work.drifted();
      if (!drifted.isEmpty()) {
        OptionalLong position = keep(newest, now, cause, drifted);
        if (position.isEmpty()) {
          continue;
        }
        kept = position.getAsLong() > newest ? Optional.of(position.getAsLong()) : kept;
        newest = position.getAsLong();
      }
      apply(work);
      OptionalLong position = finish(newest, now, cause, work);
      if (position.isPresent()) {
        return new Undone(first, Optional.of(position.getAsLong()), kept, now);
      }
    }
    throw new Busy(
        "transactions kept coming while position %d of %s was restored; hold its writers and ask again"
            .formatted(to, reader.log().resource()),
        Duration.ofSeconds(1));
  }

  private Work look() {
    Layout layout = reader.log().layout();
    LogReader.Since since = reader.since(layout, to);
    SortedMap<String, Write> last = since.last();
    Map<String, Optional<Write.Put>> goals =
        new KeyStates(reader, values.blobs()::read).at(layout, to, new TreeSet<>(last.keySet()));
    last.values()
        .forEach(write ->
            target
                .refuses(write.key())
                .ifPresent(why -> {
                  throw new Refusal("position %d can't be restored there: %s".formatted(to, why));
                }));
    List<Write> writes = List.copyOf(last.values());
    Touched[] touched = new Touched[writes.size()];
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < touched.length; i++) {
      numbers.add(i);
    }
    Parallel.each(
        numbers,
        i -> {
          Write write = writes.get(i);
          touched[i] = touched(write, goals.getOrDefault(write.key().raw(), Optional.empty()));
        });
    return new Work(since.newest(), since.transactions(), since.writes(), List.of(touched));
  }

  private Touched touched(Write last, Optional<Write.Put> goal) {
    Key key = last.key();
    Optional<KeyedTarget.Item> item = target.item(key);
    Optional<Write.Put> newest =
        last instanceof Write.Put put ? Optional.of(put) : Optional.empty();
    Standing standing =
        stands(item, goal)
            ? Standing.AS_IT_WAS
            : stands(item, newest) ? Standing.AS_LAST_WRITTEN : Standing.DRIFTED;
    if (standing == Standing.DRIFTED && item.isEmpty()) {
      standing = Standing.AS_LAST_WRITTEN; // nothing stands there that could be lost
    }
    return new Touched(key, goal, last, standing, item.isPresent());
  }

  private boolean stands(Optional<KeyedTarget.Item> item, Optional<Write.Put> value) {
    if (item.isEmpty() || value.isEmpty()) {
      return item.isEmpty() && value.isEmpty();
    }
    return item.get().size() == value.get().content().size()
        && values.holds(target, item.get().key(), value.get().content());
  }

  private void apply(Work work) {
    List<Key> deletes = new ArrayList<>();
    List<Write.Put> puts = new ArrayList<>();
    for (Touched key : work.keys()) {
      if (key.standing() != Standing.AS_IT_WAS) {
        key.goal().ifPresentOrElse(puts::add, () -> deletes.add(key.key()));
      }
    }
    Parallel.each(deletes, target::delete);
    new WriteValues(target, values).write(puts);
    target.flush();
  }

  /// @return position of the last transaction; empty if others have appended
  private OptionalLong finish(long behind, Instant now, String cause, Work work) {
    UndoAppends undo = new UndoAppends(appender, id(false, behind), cause, now, () -> {});
    for (Touched key : work.keys()) {
      Write goal =
          key.goal()
              .<Write>map(put -> put)
              .orElseGet(() -> new Write.Delete(key.key(), Optional.empty()));
      if (!undo.add(goal)) {
        return OptionalLong.empty();
      }
    }
    return undo.finish();
  }

  /// Reads what drifted and appends it as it comes; what is too big for frames goes to packs.
  ///
  /// @return position of the last transaction; empty if others have appended
  private OptionalLong keep(long behind, Instant now, String cause, List<Touched> drifted) {
    BigContents contents = new BigContents(store());
    UndoAppends keep =
        new UndoAppends(appender, id(true, behind), cause, now, () -> contents.publish());
    for (Touched key : drifted) {
      Optional<InputStream> there = target.read(key.key());
      if (there.isEmpty()) {
        continue; // gone since
      }
      Map<String, String> metadata =
          key.last() instanceof Write.Put put ? put.metadata() : Map.of();
      Content content = content(contents, key.key(), there.get());
      if (!keep.add(new Write.Put(key.key(), Optional.empty(), metadata, content))) {
        return OptionalLong.empty();
      }
    }
    return keep.finish();
  }

  private UndoId id(boolean keeps, long behind) {
    return new UndoId(keeps, to, behind, store().settings().ids().get());
  }

  private static Content content(BigContents contents, Key key, InputStream there) {
    try (InputStream in = there) {
      byte[] start = in.readNBytes(BigContents.INLINE_BYTES + 1);
      if (start.length <= BigContents.INLINE_BYTES) {
        return new Content.Inline(start);
      }
      InputStream all =
          new java.io.SequenceInputStream(new java.io.ByteArrayInputStream(start), in);
      return TransactionCodec.stored(contents.taken(all));
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + Keys.display(key) + "' failed");
    }
  }

  private StoreParts store() {
    return reader.store();
  }
}
