package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.TrialKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// All versions of a prefix, key by key. What no point and no journal can hold is left out: the
/// object whose key is the prefix itself, keys that can't be asked for, keys of trials. For one
/// thread.
final class Histories {
  private final BucketReader reader;
  private Iterator<KeyVersion> page = List.<KeyVersion>of().iterator();
  private Optional<String> next = Optional.empty();
  private boolean begun;
  private Instant time = Instant.EPOCH;
  private long listed;
  private Optional<KeyVersion> pushedBack = Optional.empty();
  private Optional<History> front = Optional.empty();
  private String last = "";

  Histories(BucketReader reader) {
    this.reader = reader;
  }

  /// The versions of a key.
  ///
  /// @param rawKey one char a byte
  /// @param versions the newest first, at least one
  record History(String rawKey, List<KeyVersion> versions) {
    KeyVersion newest() {
      return versions.getFirst();
    }

    /// @param version as a write names it
    Optional<KeyVersion> find(String version) {
      return versions.stream()
          .filter(one -> one.version().equals(version) && !one.deleted())
          .findFirst();
    }
  }

  Optional<History> peek() {
    while (front.isEmpty()) {
      Optional<KeyVersion> first = one();
      if (first.isEmpty()) {
        return Optional.empty();
      }
      List<KeyVersion> versions = new ArrayList<>(List.of(first.get()));
      String key = first.get().key();
      for (Optional<KeyVersion> more = one(); more.isPresent(); more = one()) {
        if (!more.get().key().equals(key)) {
          pushedBack = more;
          break;
        }
        versions.add(more.get());
      }
      if (!key.isEmpty() && !TrialKey.is(key) && reader.obstacle(key).isEmpty()) {
        front = Optional.of(new History(inOrder(key), versions));
      }
    }
    return front;
  }

  History next() {
    History history = peek().orElseThrow(NoSuchElementException::new);
    front = Optional.empty();
    return history;
  }

  /// The history of a key, if it has one; passes over all before it.
  Optional<History> seek(String rawKey) {
    while (peek().isPresent() && peek().get().rawKey().compareTo(rawKey) < 0) {
      next();
    }
    return peek().filter(history -> history.rawKey().equals(rawKey));
  }

  /// Of the server, when it gave the first page: everything older was there to be listed.
  Instant began() {
    peek();
    return time;
  }

  /// Versions so far.
  long listed() {
    return listed;
  }

  static String text(String rawKey) {
    return new String(new Key(rawKey).bytes(), UTF_8);
  }

  private String inOrder(String key) {
    String raw = Key.utf8(key).raw();
    if (raw.compareTo(last) <= 0) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.PERMANENT,
          "the list of versions gives '%s' out of order".formatted(key));
    }
    last = raw;
    return raw;
  }

  private Optional<KeyVersion> one() {
    if (pushedBack.isPresent()) {
      Optional<KeyVersion> back = pushedBack;
      pushedBack = Optional.empty();
      return back;
    }
    while (!page.hasNext()) {
      if (begun && next.isEmpty()) {
        return Optional.empty();
      }
      KeyVersion.Page answer = reader.history(next);
      time = begun ? time : answer.time();
      begun = true;
      next = answer.next();
      page = answer.versions().iterator();
    }
    listed++;
    return Optional.of(page.next());
  }
}
