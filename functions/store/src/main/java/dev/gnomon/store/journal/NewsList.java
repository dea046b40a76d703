package dev.gnomon.store.journal;

import dev.gnomon.store.journal.KeyNews.Bounds;
import dev.gnomon.store.journal.KeyNews.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What one look finds, in bounded memory. When there is too much, the later half is left for
/// another look: all of a time or none, so that what stays is always a beginning of the whole. For
/// one thread.
final class NewsList {
  private static final int MOST = 100_000;

  private static final Comparator<KeyNews> ORDER =
      Comparator.comparing(KeyNews::time)
          .thenComparing(KeyNews::rawKey)
          .thenComparing(KeyNews::number);

  private final List<KeyNews> news = new ArrayList<>();
  private int most;
  private Bounds bounds;
  private long waiting;
  private boolean cut;

  NewsList(Bounds bounds) {
    this(bounds, MOST);
  }

  NewsList(Bounds bounds, int most) {
    this.bounds = bounds;
    this.most = most;
  }

  /// For what is found next: nothing later is wanted any more.
  Bounds bounds() {
    return bounds;
  }

  void add(Found found) {
    news.addAll(found.settled());
    waiting += found.waiting();
    if (news.size() > most) {
      news.sort(ORDER);
      Instant last = news.get(news.size() / 2).time();
      if (news.removeIf(one -> one.time().isAfter(last))) {
        cut = true;
        bounds = new Bounds(bounds.upTo(), last);
      } else {
        most = 2 * news.size();
      }
    }
  }

  /// By time; of one key in the server's order.
  List<KeyNews> inOrder() {
    news.sort(ORDER);
    return List.copyOf(news);
  }

  /// Versions that were too young.
  long waiting() {
    return waiting;
  }

  /// Whether something settled was left for another look.
  boolean isCut() {
    return cut;
  }
}
