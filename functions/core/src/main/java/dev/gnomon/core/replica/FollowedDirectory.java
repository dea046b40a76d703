package dev.gnomon.core.replica;

import dev.gnomon.core.places.Place;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Predecessor;
import dev.gnomon.core.replica.Replica.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A directory that is followed into generations `DIR/<generation>`. What is known of them, and
/// when they were verified, lies beside them.
final class FollowedDirectory implements FollowedPlace {
  private static final String MEMORY = ".gnomon-known-";
  private static final String VERIFIED = ".gnomon-verified";

  private final Replica replica;
  private final TreeMirror.Mirrors mirrors;
  private final ChangeFeed.Feeds feeds;

  FollowedDirectory(Replica replica, TreeMirror.Mirrors mirrors, ChangeFeed.Feeds feeds) {
    this.replica = replica;
    this.mirrors = mirrors;
    this.feeds = feeds;
  }

  @Override
  public void make() throws IOException {
    if (!Files.isDirectory(replica.directory()) && replica.newest().isEmpty()) {
      Files.createDirectories(replica.directory());
    }
  }

  @Override
  public Lease lease() throws IOException {
    FollowLease lock = FollowLease.of(replica.directory());
    return new Lease() {
      @Override
      public Asked ask(BooleanSupplier may) {
        return replica.askFollowing(
            turn -> lock.isHeld() ? Predecessor.GONE : Predecessor.LIVING, may);
      }

      @Override
      public boolean goesOn(Turn turn) {
        return true; // The lock says it, for as long as this process lives.
      }

      @Override
      public void close() throws IOException {
        lock.close();
      }
    };
  }

  @Override
  public TreeMirror mirror(Place source, long generation) throws IOException {
    Path memory = replica.directory().resolve(MEMORY + "%06d".formatted(generation));
    forgetOthers(memory);
    return mirrors.open(source.directory(), replica.path(generation), memory);
  }

  private void forgetOthers(Path memory) throws IOException {
    try (Stream<Path> entries = Files.list(replica.directory())) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(MEMORY) && !entry.equals(memory)) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  @Override
  public ChangeFeed feed(Place source) throws IOException {
    return feeds.open(source.directory());
  }

  @Override
  public void letGo() {
    // The lock says it.
  }

  @Override
  public Optional<Long> verified() throws IOException {
    try {
      return Optional.of(
          Files.getLastModifiedTime(replica.directory().resolve(VERIFIED)).toMillis());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void noteVerified(long millis) throws IOException {
    Path file = replica.directory().resolve(VERIFIED);
    if (Files.notExists(file)) {
      Files.createFile(file);
    }
    Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
  }
}
