package dev.gnomon.filesystem.mirror;

import dev.gnomon.linux.Descriptors;
import java.util.concurrent.atomic.AtomicInteger;

/// A directory of the source and its counterpart, both open; closed when the last user is done.
final class Pair implements AutoCloseable {
  private final AtomicInteger users = new AtomicInteger(1);
  final int source;
  final int target;

  Pair(int source, int target) {
    this.source = source;
    this.target = target;
  }

  /// A further user, who has to close it too.
  Pair shared() {
    users.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      Descriptors.close(source);
      Descriptors.close(target);
    }
  }
}
