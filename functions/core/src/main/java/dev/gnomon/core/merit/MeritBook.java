package dev.gnomon.core.merit;

import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Remembers what is tracked, where all processes see it. Of two entries of a resource the one with
/// the later time stays. May forget at any time; never throws, returns in bounded time,
/// thread-safe.
public interface MeritBook {
  Optional<Tracked> of(ResourceName resource);

  void put(Tracked tracked);

  /// Without what was written by a clock that is ahead: it would be the latest until that time
  /// comes.
  static MeritBook upTo(MeritBook book, Supplier<Instant> latest) {
    return new MeritBook() {
      @Override
      public Optional<Tracked> of(ResourceName resource) {
        Instant now = latest.get();
        return book.of(resource).filter(tracked -> !tracked.at().isAfter(now));
      }

      @Override
      public void put(Tracked tracked) {
        book.put(tracked);
      }
    };
  }

  /// One that is asked besides another that may be away: the later entry of the two is believed.
  static MeritBook near(MeritBook near, MeritBook far) {
    return new MeritBook() {
      @Override
      public Optional<Tracked> of(ResourceName resource) {
        return Stream.concat(near.of(resource).stream(), far.of(resource).stream())
            .max(Comparator.comparing(Tracked::at));
      }

      @Override
      public void put(Tracked tracked) {
        near.put(tracked);
        far.put(tracked);
      }
    };
  }

  /// Of one process.
  static MeritBook inMemory() {
    Map<ResourceName, Tracked> all = new ConcurrentHashMap<>();
    return new MeritBook() {
      @Override
      public Optional<Tracked> of(ResourceName resource) {
        return Optional.ofNullable(all.get(resource));
      }

      @Override
      public void put(Tracked tracked) {
        all.merge(
            tracked.resource(), tracked, (old, one) -> one.at().isBefore(old.at()) ? old : one);
      }
    };
  }
}
