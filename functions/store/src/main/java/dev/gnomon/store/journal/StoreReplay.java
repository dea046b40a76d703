package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.KeyedTarget.Item;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.points.StoresBelow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Brings moments of a journal back to a target.
final class StoreReplay implements Replay {
  /// How many changes are made between two looks at the state.
  private static final int CHUNK = 10_000;

  private final LogReader reader;
  private final Appender appender;

  StoreReplay(LogReader reader, Appender appender) {
    this.reader = reader;
    this.appender = appender;
  }

  @Override
  public Plan plan(long position, KeyedTarget target, Consumer<Step> steps) {
    Values values = values();
    return whole(() ->
        differences(
            position,
            target,
            values,
            new Differences() {
              @Override
              public void put(Write.Put value, boolean isNew) {
                steps.accept(new Step.Put(value.key(), value.content().size(), isNew));
              }

              @Override
              public void delete(Key key) {
                steps.accept(new Step.Delete(key));
              }
            }));
  }

  @Override
  public Plan restore(long position, KeyedTarget target) {
    return whole(() -> restored(position, target));
  }

  /// Deletions come first: a file may stand where a directory has to be.
  private Plan restored(long position, KeyedTarget target) {
    Values values = values();
    List<Key> gone = new ArrayList<>();
    Plan plan =
        differences(
            position,
            target,
            values,
            new Differences() {
              @Override
              public void put(Write.Put value, boolean isNew) {}

              @Override
              public void delete(Key key) {
                gone.add(key);
              }
            });
    Parallel.each(gone, target::delete);
    List<Write.Put> chunk = new ArrayList<>();
    differences(
        position,
        target,
        values,
        new Differences() {
          @Override
          public void put(Write.Put value, boolean isNew) {
            chunk.add(value);
            if (chunk.size() == CHUNK) {
              new WriteValues(target, values).write(chunk);
              chunk.clear();
            }
          }

          @Override
          public void delete(Key key) {
            target.delete(key); // written since the first look
          }
        });
    new WriteValues(target, values).write(chunk);
    target.flush();
    return plan;
  }

  @Override
  public UndoPlan planUndo(long position, KeyedTarget target, Consumer<Step> steps) {
    return whole(() -> new UndoRun(reader, appender, values(), target, position).plan(steps));
  }

  @Override
  public Undone undo(long position, KeyedTarget target, String cause) {
    return whole(() -> new UndoRun(reader, appender, values(), target, position).run(cause));
  }

  @Override
  public long beforeLast(long writes) {
    return new LastWrites(reader).before(writes);
  }

  /// What a journal has in packs is part of it.
  private <T> T whole(Supplier<T> work) {
    try {
      return work.get();
    } catch (BlobFault e) {
      throw reader.log().broken(String.valueOf(e.getMessage()));
    }
  }

  private Values values() {
    return new Values(reader.store().reader());
  }

  private interface Differences {
    void put(Write.Put value, boolean isNew);

    void delete(Key key);
  }

  /// Walks state and target side by side.
  private Plan differences(
      long position, KeyedTarget target, Values values, Differences differences) {
    Layout layout = reader.log().layout();
    Iterator<Write.Put> state = reader.state(layout, position, values.blobs()::read);
    Iterator<Item> items = target.items();
    StoresBelow stores = new StoresBelow("the target", raw -> target.read(new Key(raw)));
    Counts counts = new Counts();
    Item item = items.hasNext() ? items.next() : null;
    while (state.hasNext() || item != null) {
      Write.Put value = state.hasNext() ? state.next() : null;
      while (item != null && (value == null || item.key().compareTo(value.key()) < 0)) {
        counts.present++;
        counts.deletes++;
        stores.requireNone(item.key().raw());
        differences.delete(item.key());
        item = items.hasNext() ? items.next() : null;
      }
      if (value == null) {
        continue;
      }
      target
          .refuses(value.key())
          .ifPresent(why -> {
            throw new Refusal("position %d can't be restored there: %s".formatted(position, why));
          });
      boolean there = false;
      boolean same = false;
      if (item != null && item.key().equals(value.key())) {
        there = true;
        same =
            item.size() == value.content().size()
                && values.holds(target, value.key(), value.content());
        counts.present++;
        item = items.hasNext() ? items.next() : null;
      }
      if (same) {
        counts.unchanged++;
      } else {
        counts.puts++;
        counts.bytes += value.content().size();
        differences.put(value, !there);
      }
    }
    return new Plan(
        position, counts.puts, counts.bytes, counts.deletes, counts.unchanged, counts.present);
  }

  private static final class Counts {
    private long puts;
    private long bytes;
    private long deletes;
    private long unchanged;
    private long present;
  }
}
