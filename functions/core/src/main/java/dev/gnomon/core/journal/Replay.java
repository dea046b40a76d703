package dev.gnomon.core.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Brings moments of one journal back. Plans read and write nothing; what they say is what the
/// other methods do. Thread-safe. Faults are those of [Journal] and of the target.
public interface Replay {

  /// What would make a target equal to a moment.
  ///
  /// @param steps told of each step, ascending by key
  Plan plan(long position, KeyedTarget target, Consumer<Step> steps);

  /// Makes a target equal to a moment, and reads back what it wrote. Killed at any moment and run
  /// again it ends the same. Whoever may delete looks at the plan first.
  Plan restore(long position, KeyedTarget target);

  /// What would take back everything after a position.
  UndoPlan planUndo(long position, KeyedTarget target, Consumer<Step> steps);

  /// Takes back everything after a position, touching only the keys that were written since. What
  /// stands in the target and is in no transaction is first appended to the journal; then the
  /// target is written and read back; then the undo is appended, so that it can be undone too.
  Undone undo(long position, KeyedTarget target, String cause);

  /// Position before the last so many writes: transactions and undos are undone whole, so they may
  /// be more. What an undo kept does not count.
  ///
  /// @throws dev.gnomon.core.faults.Refusal if an undo among them was begun and not finished; it
  ///   names the position by which [#undo] finishes it
  long beforeLast(long writes);

  /// One change of a target.
  sealed interface Step {
    Key key();

    record Put(Key key, long size, boolean isNew) implements Step {}

    record Delete(Key key) implements Step {}
  }

  /// What a restore does.
  ///
  /// @param unchanged keys that are as they should be
  /// @param present keys in the target before
  record Plan(long position, long puts, long bytes, long deletes, long unchanged, long present) {

    /// Share of the present keys that would be deleted, 0 to 100.
    public double deletePercent() {
      return present == 0 ? 0 : 100.0 * deletes / present;
    }
  }

  /// What an undo does.
  ///
  /// @param from the newest position when it was made
  /// @param transactions that it takes back
  /// @param writes of these
  /// @param drifted keys whose value in the target is in no transaction
  record UndoPlan(
      long to,
      long from,
      long transactions,
      long writes,
      long keys,
      long puts,
      long deletes,
      long unchanged,
      List<String> drifted) {
    public UndoPlan {
      drifted = List.copyOf(drifted);
    }
  }

  /// @param position of the last transaction that the undo appended; empty if nothing was to be
  ///   done
  /// @param kept position of the transaction that keeps what was in none
  record Undone(UndoPlan plan, Optional<Long> position, Optional<Long> kept, Instant time) {}
}
