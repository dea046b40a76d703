package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.places.S3Prefix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A shadow of a resource.
///
/// @param cell where its points are kept
/// @param every interval between rollback points; empty: only before updates and on command
/// @param replica FULL only: directory that holds the replica's generations
/// @param compression of file content in its store
/// @param journal TRANSACTIONAL only: how its journal is kept
/// @param following FULL with a replica, or of a prefix that is served, only: that is kept in step
///   with the primary, near real time
/// @param serving FULL without a directory only: where its generations are served as plain objects;
///   empty if the cell's store is no bucket
public record ShadowSpec(
    CellName cell,
    ShadowType type,
    Optional<Duration> every,
    Optional<Path> replica,
    Compression compression,
    JournalUpkeep.Rules journal,
    Optional<Following> following,
    Optional<S3Prefix> serving) {

  public ShadowSpec(
      CellName cell,
      ShadowType type,
      Optional<Duration> every,
      Optional<Path> replica,
      Compression compression,
      JournalUpkeep.Rules journal,
      Optional<Following> following) {
    this(cell, type, every, replica, compression, journal, following, Optional.empty());
  }

  public ShadowSpec(
      CellName cell,
      ShadowType type,
      Optional<Duration> every,
      Optional<Path> replica,
      Compression compression,
      JournalUpkeep.Rules journal) {
    this(cell, type, every, replica, compression, journal, Optional.empty());
  }

  public ShadowSpec(
      CellName cell,
      ShadowType type,
      Optional<Duration> every,
      Optional<Path> replica,
      Compression compression) {
    this(cell, type, every, replica, compression, JournalUpkeep.Rules.DEFAULT, Optional.empty());
  }

  public ShadowSpec(
      CellName cell, ShadowType type, Optional<Duration> every, Optional<Path> replica) {
    this(cell, type, every, replica, Compression.ZSTD);
  }

  /// The same, served as plain objects.
  public ShadowSpec served(S3Prefix at) {
    return new ShadowSpec(
        cell, type, every, replica, compression, journal, following, Optional.of(at));
  }
}
