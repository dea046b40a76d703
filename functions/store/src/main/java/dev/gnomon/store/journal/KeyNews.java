package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Write;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.journal.Histories.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a journal does not know of one key.
///
/// @param rawKey one char a byte
/// @param version empty if the key has none any more
/// @param time when it became current, as far as anybody can tell: of one key the times ascend in
///   the server's order, whatever times the versions have
/// @param number tells the order of one key's versions of the same time
/// @param again whether the journal may have had this version before
record KeyNews(
    String rawKey, Optional<KeyVersion> version, Instant time, int number, boolean again) {

  /// How far a journal goes.
  ///
  /// @param upTo everything that was written before it is in the journal
  /// @param settled versions that are not younger are listed for sure
  record Bounds(Instant upTo, Instant settled) {}

  /// @param settled to be appended, the oldest first
  /// @param waiting how many are too young
  record Found(List<KeyNews> settled, int waiting) {
    static final Found NOTHING = new Found(List.of(), 0);
  }

  /// What is new of a key that has versions.
  ///
  /// The newest state that the journal knows says which versions it knows: that one and all that
  /// lie below it. A key without a value is known up to a delete marker that is not newer than the
  /// journal. So what came late, with an old time (an upload in parts), is found too.
  ///
  /// @param known what the journal holds; empty if the key has no value there
  static Found of(History history, Optional<Write.Put> known, Bounds bounds) {
    List<KeyVersion> versions = history.versions();
    int end = known.isPresent() ? endAt(versions, known.get()) : endWithout(versions, bounds);
    boolean lost = end < 0;
    if (lost) {
      Instant modified = ObjectFacts.of(known.orElseThrow().metadata()).modified();
      end = first(versions, one -> !one.modified().isAfter(modified)).orElse(versions.size());
    }
    if (end == 0) {
      return lost ? replaced(history, bounds) : Found.NOTHING;
    }
    List<KeyNews> settled = new ArrayList<>();
    Instant time = Instant.MIN;
    for (int i = end - 1; i >= 0; i--) {
      KeyVersion version = versions.get(i);
      if (version.modified().isAfter(bounds.settled())) {
        return new Found(settled, i + 1); // whatever stands above it became current later
      }
      time = time.isAfter(version.modified()) ? time : version.modified();
      boolean again = !version.modified().isAfter(bounds.upTo());
      settled.add(new KeyNews(history.rawKey(), Optional.of(version), time, settled.size(), again));
    }
    return new Found(settled, 0);
  }

  /// A key whose versions were all removed for good.
  static Found gone(String rawKey, Bounds bounds) {
    return new Found(List.of(new KeyNews(rawKey, Optional.empty(), bounds.settled(), 0, true)), 0);
  }

  /// The version that the journal knows was removed for good, and an older one shows again.
  private static Found replaced(History history, Bounds bounds) {
    return new Found(
        List.of(
            new KeyNews(
                history.rawKey(), Optional.of(history.newest()), bounds.settled(), 0, true)),
        0);
  }

  private static int endAt(List<KeyVersion> versions, Write.Put known) {
    String version = known.version().orElse(KeyVersion.UNVERSIONED);
    return first(versions, one -> one.version().equals(version) && isThis(one, known)).orElse(-1);
  }

  /// A version that has no name of its own may have been replaced by another.
  private static boolean isThis(KeyVersion version, Write.Put known) {
    return !version.version().equals(KeyVersion.UNVERSIONED)
        || ObjectFacts.of(known.metadata()).modified().getEpochSecond()
            == version.modified().getEpochSecond();
  }

  private static int endWithout(List<KeyVersion> versions, Bounds bounds) {
    return first(versions, one -> one.deleted() && !one.modified().isAfter(bounds.upTo()))
        .orElseGet(() -> {
          int older =
              first(versions, one -> !one.modified().isAfter(bounds.upTo()))
                  .orElse(versions.size());
          return older == 0 ? 1 : older; // it shows again: its marker was removed
        });
  }

  private static Optional<Integer> first(
      List<KeyVersion> versions, java.util.function.Predicate<KeyVersion> wanted) {
    for (int i = 0; i < versions.size(); i++) {
      if (wanted.test(versions.get(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
