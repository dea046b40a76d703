package dev.gnomon.store;

import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.keys.MasterKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// How a shadow store is used by this process.
///
/// @param grace at least this long between condemning garbage and deleting it, and twice as long as
///   a capture may take. Recorded in the store by captures, and collections keep to the longest
///   recorded one, so processes may differ
/// @param clock of this machine, to be compared with times of files; the times of points come from
///   the store
/// @param ids a fresh UUID at each call
/// @param files opens files of a source
/// @param workers threads that hash and compress, at least 1
/// @param key of an encrypted store: a new store is encrypted if there is one
public record StoreSettings(
    Duration grace,
    Clock clock,
    Supplier<String> ids,
    SourceFiles files,
    int workers,
    Optional<MasterKey> key) {
  public static final StoreSettings DEFAULT =
      new StoreSettings(
          Duration.ofHours(24),
          Clock.systemUTC(),
          () -> UUID.randomUUID().toString(),
          SourceFiles.DIRECT,
          2,
          Optional.empty());

  public StoreSettings {
    if (grace.isNegative() || grace.isZero() || workers < 1) {
      throw new IllegalArgumentException(
          "grace must be longer than zero and workers at least 1: " + grace + ", " + workers);
    }
  }

  public StoreSettings withGrace(Duration newGrace) {
    return new StoreSettings(newGrace, clock, ids, files, workers, key);
  }

  public StoreSettings withFiles(SourceFiles newFiles) {
    return new StoreSettings(grace, clock, ids, newFiles, workers, key);
  }

  public StoreSettings withKey(Optional<MasterKey> newKey) {
    return new StoreSettings(grace, clock, ids, files, workers, newKey);
  }
}
