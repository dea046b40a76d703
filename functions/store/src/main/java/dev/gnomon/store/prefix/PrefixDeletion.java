package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.store.points.StoresBelow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Deletes what a point does not have, before anything is written: on servers that keep objects as
/// files `a/b` has to go before `a` can come back.
final class PrefixDeletion {
  private static final int BATCH = 1000;

  private PrefixDeletion() {}

  /// @param stores asked before anything is deleted
  /// @param walk leads a visitor through point and bucket
  /// @return how many were deleted
  static long extras(BucketWriter writer, StoresBelow stores, Consumer<Merge.Visitor> walk) {
    List<String> batch = new ArrayList<>();
    long[] deleted = new long[1];
    walk.accept(
        new Merge.Visitor() {
          @Override
          public void missing(ObjectEntry entry) {
            // Comes back later.
          }

          @Override
          public void both(ObjectEntry entry, Listed listed) {
            // Stays.
          }

          @Override
          public void extra(Listed listed) {
            stores.requireNone(listed.key());
            batch.add(listed.key());
            deleted[0]++;
            if (batch.size() == BATCH) {
              writer.delete(List.copyOf(batch));
              batch.clear();
            }
          }
        });
    if (!batch.isEmpty()) {
      writer.delete(List.copyOf(batch));
    }
    return deleted[0];
  }
}
