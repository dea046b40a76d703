package dev.gnomon.core.cells;

import java.util.Optional;

/// Where the store of a cell lies, before there is a store: a bucket or a directory. Faults are
/// [dev.gnomon.core.objects.ObjectStoreException]s.
public interface CellPlace extends AutoCloseable {
  /// @throws dev.gnomon.core.faults.Refusal if it is somebody else's
  boolean isThere();

  /// Makes it, unless it is there.
  ///
  /// @return false if it was there
  /// @throws dev.gnomon.core.faults.Refusal if it is somebody else's
  boolean make();

  /// Whether it is all of a bucket, so that what is set for the bucket is set for nothing else.
  boolean isWhole();

  /// Whether old versions of objects are kept; empty if the server does not offer that.
  Optional<Versions> versions();

  /// Has old versions kept from now on.
  void keepVersions();

  /// What is deleted by itself; empty if the server does not offer that.
  Optional<Lifecycle> lifecycle();

  /// Puts the rules of a cell in place, where there are none of anybody else.
  void setLifecycle(LifecycleRule rule);

  @Override
  void close();

  /// Whether old versions are kept.
  enum Versions {
    OFF,
    ON,
    /// Somebody has stopped it.
    SUSPENDED
  }

  /// The rules that stand.
  ///
  /// @param ours the rule of this cell as the server gives it back
  /// @param others how many there are besides
  /// @param all of them were made by this program
  /// @param expire whether one that was made by this program takes old versions away, so that it
  ///   was this program that had them kept
  record Lifecycle(Optional<LifecycleRule> ours, int others, boolean all, boolean expire) {}

  /// What a cell wants to be deleted by itself.
  ///
  /// @param abandonedDays parts of uploads that nobody finished, after so many days; empty if the
  ///   server does not keep such a rule
  /// @param oldVersionDays versions that were replaced or deleted, after so many days
  record LifecycleRule(Optional<Integer> abandonedDays, Optional<Integer> oldVersionDays) {}
}
