package dev.gnomon.store.journal;

import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A bucket that is lost.
final class NoVersions implements BucketReader {
  @Override
  public Versioning versioning() {
    return Versioning.NONE;
  }

  @Override
  public Listed.Page list(String from, Optional<String> next, boolean versions) {
    return new Listed.Page(List.of(), Optional.empty(), Instant.EPOCH);
  }

  @Override
  public KeyVersion.Page history(Optional<String> next) {
    return new KeyVersion.Page(List.of(), Optional.empty(), Instant.EPOCH);
  }

  @Override
  public Optional<Found> look(String key, Optional<String> version) {
    return Optional.empty();
  }

  @Override
  public Optional<Body> read(String key, Optional<String> version) {
    return Optional.empty();
  }

  @Override
  public Optional<String> obstacle(String key) {
    return Optional.empty();
  }
}
