package dev.gnomon.core.journal;

import dev.gnomon.core.places.S3Prefix;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// The journal of a prefix of a bucket with versioning. Nobody announces its writes: the versions
/// that the bucket lists are the truth, and the journal is brought up to them. So what is told of
/// single writes may get lost, come twice or in another order, and nothing of it shows in the
/// journal. Its order is that of the times of the versions, and of one key that of the server.
/// Thread-safe, and safe beside other processes. Faults are those of [Journal] and of the bucket.
public interface PrefixJournal {

  /// @throws dev.gnomon.core.faults.Refusal if the bucket does not keep versions
  void requireVersions();

  /// Appends the versions that are settled and not in the journal, each as a transaction. A journal
  /// that has not begun begins on the newest consistent point of the prefix that nobody has to look
  /// at first.
  ///
  /// @throws dev.gnomon.core.faults.Refusal if the bucket does not keep versions
  Reconciled reconcile();

  /// What would make a prefix equal to a moment.
  ///
  /// @param steps told of each step, ascending by key
  /// @throws dev.gnomon.core.faults.Refusal if content that is needed is neither in the bucket nor
  ///   in the store any more, naming it
  Replay.Plan plan(long position, S3Prefix target, Consumer<Replay.Step> steps);

  /// Makes a prefix equal to a moment: by copies inside the server where the version is still
  /// there, else from the bytes that the store holds. What can't be brought back is found before
  /// anything is changed.
  Replay.Plan restore(long position, S3Prefix target);

  /// What would take back everything after a position, in the prefix itself.
  ///
  /// @throws dev.gnomon.core.faults.Busy while there are versions that are too young to be
  ///   journaled
  Replay.UndoPlan planUndo(long position, Consumer<Replay.Step> steps);

  /// Takes back everything after a position, touching only the keys that were written since. It
  /// writes versions of its own, which come into the journal like all others; so it can be undone
  /// too, and what it replaces stays in the bucket.
  Replay.UndoPlan undo(long position);

  /// What a look at the versions found.
  ///
  /// @param begun false if there is no point yet that it could begin on; then nothing was looked at
  /// @param appended versions that came into the journal
  /// @param waiting versions that are too young to be relied on
  /// @param upTo everything that was written up to here, by the server's clock, is in the journal
  /// @param listed versions and delete markers in the bucket
  record Reconciled(
      boolean begun, long appended, long waiting, Optional<Instant> upTo, long listed) {
    public static final Reconciled NOT_BEGUN = new Reconciled(false, 0, 0, Optional.empty(), 0);
  }
}
