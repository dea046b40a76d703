package dev.gnomon.store.journal;

import dev.gnomon.core.objects.ObjectStoreException;

/// What a list showed is older than the retention and was deleted since. Whoever lists again finds
/// what stands in its place; nothing is lost.
final class ExpiredMeanwhile extends ObjectStoreException {
  private static final long serialVersionUID = 1L;

  ExpiredMeanwhile(String message) {
    super(Kind.TRANSIENT, message);
  }
}
