package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.TrialKey;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// All keys of a range, page by page.
final class Listing {
  private final BucketReader reader;
  private final boolean versions;
  private final String from;
  private final String before;
  private Iterator<Listed> page = List.<Listed>of().iterator();
  private Optional<String> next = Optional.empty();
  private boolean begun;
  private Instant time = Instant.EPOCH;
  private Optional<Listed> front = Optional.empty();

  /// @param from raw, the first key; empty for all
  /// @param before raw, the first key that does not belong to it any more; empty for all
  Listing(BucketReader reader, boolean versions, String from, String before) {
    this.reader = reader;
    this.versions = versions;
    this.from = from;
    this.before = before;
  }

  Optional<Listed> peek() {
    while (front.isEmpty()) {
      if (!page.hasNext()) {
        if (begun && next.isEmpty()) {
          return Optional.empty();
        }
        Listed.Page answer = reader.list(Keys.text(from), next, versions);
        begun = true;
        next = answer.next();
        time = answer.time();
        page = answer.keys().iterator();
        continue;
      }
      Listed listed = page.next();
      String key = Keys.raw(listed.key());
      if (!before.isEmpty() && key.compareTo(before) >= 0) {
        page = List.<Listed>of().iterator();
        next = Optional.empty();
        return Optional.empty();
      }
      if (key.compareTo(from) >= 0 && !TrialKey.is(listed.key())) {
        front = Optional.of(listed);
      }
    }
    return front;
  }

  Listed next() {
    Listed listed = peek().orElseThrow(NoSuchElementException::new);
    front = Optional.empty();
    return listed;
  }

  /// Of the server, when it gave the page that the last key came from.
  Instant time() {
    return time;
  }
}
