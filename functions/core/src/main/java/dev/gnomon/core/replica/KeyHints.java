package dev.gnomon.core.replica;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Hands what buckets tell of their writes to whoever follows these prefixes. Nothing is believed
/// but that it is worth looking at a key: what is told may be wrong, come twice or late, and most
/// of all it may not come, so these feeds never say that they have told everything. What comes to a
/// process that does not follow a prefix is left as a mark for the one that does.
public final class KeyHints {
  /// More keys at once are not remembered: everything is compared.
  private static final int MAX_WAITING = 10_000;

  /// Whoever can send hints can't make lists follow each other without a pause.
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long MARKS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Catalogue catalogue;
  private final OpenWork openWork;
  private final Set<Feed> feeds = ConcurrentHashMap.newKeySet();
  private final Set<S3Prefix> heard = ConcurrentHashMap.newKeySet();
  private final Map<String, Marking> marked = new ConcurrentHashMap<>();

  public KeyHints(Catalogue catalogue, OpenWork openWork) {
    this.catalogue = catalogue;
    this.openWork = openWork;
  }

  /// Somebody says that objects of a bucket were written or deleted.
  ///
  /// @param keys whole, at most a few thousand
  public void notified(String bucket, Collection<String> keys) {
    feeds.forEach(feed -> feed.told(bucket, keys));
    for (Resource resource : catalogue.resources()) {
      for (ShadowSpec shadow : resource.shadows()) {
        if (shadow.following().isPresent()
            && shadow.serving().isPresent()
            && places(resource).anyMatch(place -> concerns(place, bucket, keys))) {
          String name = mark(resource.name(), shadow.cell());
          if (feeds.stream().noneMatch(feed -> feed.mark.equals(name))) {
            marked.computeIfAbsent(name, Marking::new).told();
          }
        }
      }
    }
  }

  /// Where the primary may be: at home, or in a generation that a switch took.
  private static Stream<S3Prefix> places(Resource resource) {
    return Stream.concat(
            Stream.of(resource.location()),
            resource.shadows().stream().flatMap(shadow -> shadow.serving().stream()))
        .filter(S3Prefix.class::isInstance)
        .map(S3Prefix.class::cast);
  }

  private static boolean concerns(S3Prefix place, String bucket, Collection<String> keys) {
    return place.bucket().equals(bucket)
        && keys.stream().anyMatch(key -> key.startsWith(place.prefix()));
  }

  private static String mark(ResourceName resource, CellName cell) {
    return resource + "." + cell;
  }

  /// Writes one mark again and again. Whoever was told returns once it stands, which had to be seen
  /// or written after that: whoever follows may have found the last mark before. What many are told
  /// at once is marked once.
  private final class Marking {
    private final String name;
    private final AtomicLong told = new AtomicLong();

    // Of whoever has the lock.
    private final ReentrantLock lock = new ReentrantLock();
    private Attempt last = new Attempt(0, Optional.empty());

    /// @param upTo the newest one that was told before it
    private record Attempt(long upTo, Optional<ObjectStoreException> fault) {}

    Marking(String name) {
      this.name = name;
    }

    /// @throws ObjectStoreException if the mark can't be written now
    void told() {
      long mine = told.incrementAndGet();
      lock.lock();
      try {
        if (last.upTo() < mine) {
          last = attempt(told.get());
        }
        if (last.fault().isPresent()) {
          throw last.fault().get();
        }
      } finally {
        lock.unlock();
      }
    }

    private Attempt attempt(long upTo) {
      try {
        if (openWork.since(OpenWork.Kind.HINTS, name).isEmpty()) {
          openWork.opened(OpenWork.Kind.HINTS, name);
        }
        return new Attempt(upTo, Optional.empty());
      } catch (ObjectStoreException e) {
        return new Attempt(upTo, Optional.of(e));
      }
    }
  }

  /// Tells what is said of the objects below a prefix from now on.
  ///
  /// @param cell whose replica follows
  public ChangeFeed open(ResourceName resource, CellName cell, S3Prefix place) {
    Feed feed = new Feed(place, mark(resource, cell));
    feeds.add(feed);
    return feed;
  }

  private final class Feed implements ChangeFeed {
    private final S3Prefix place;
    private final String mark;
    private final long openedNanos = System.nanoTime();
    private Set<String> waiting = new LinkedHashSet<>();
    private long firstNanos;
    private Optional<String> lost = Optional.empty();
    private long lostNanos = openedNanos - LOST_NANOS;
    private long marksNanos = openedNanos;

    Feed(S3Prefix place, String mark) {
      this.place = place;
      this.mark = mark;
    }

    synchronized void told(String bucket, Collection<String> keys) {
      if (!place.bucket().equals(bucket)) {
        return;
      }
      for (String key : keys) {
        if (!key.startsWith(place.prefix())) {
          continue;
        }
        heard.add(place);
        if (waiting.isEmpty()) {
          firstNanos = System.nanoTime();
        }
        if (waiting.size() < MAX_WAITING) {
          waiting.add(key.substring(place.prefix().length()));
        } else {
          lost = Optional.of("more than %d keys were told at once".formatted(MAX_WAITING));
        }
      }
      notifyAll();
    }

    @Override
    public Changes take(Duration wait) {
      lookForMarks();
      return given(System.nanoTime() + wait.toNanos());
    }

    private synchronized Changes given(long untilNanos) {
      try {
        long rest;
        while (waiting.isEmpty() && (rest = untilNanos - System.nanoTime()) > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      long now = System.nanoTime();
      Optional<String> why = now - lostNanos >= LOST_NANOS ? lost : Optional.empty();
      if (why.isPresent()) {
        lost = Optional.empty();
        lostNanos = now;
      }
      List<Change> changes =
          waiting.stream()
              .map(key -> Change.of(new String(key.getBytes(UTF_8), ISO_8859_1)))
              .toList();
      waiting = new LinkedHashSet<>();
      return new Changes(
          changes, why, Optional.empty(), changes.isEmpty() ? now : firstNanos, openedNanos);
    }

    /// What other processes were told.
    private void lookForMarks() {
      long now = System.nanoTime();
      if (now - marksNanos < MARKS_NANOS) {
        return;
      }
      marksNanos = now;
      try {
        if (openWork.open(OpenWork.Kind.HINTS).contains(mark)) {
          heard.add(place);
          synchronized (this) { // First, for the mark may go although the answer says it did not.
            lost = Optional.of("another process was told of changes");
          }
          openWork.closed(OpenWork.Kind.HINTS, mark);
        }
      } catch (ObjectStoreException e) {
        return; // It is looked for again, and everything is compared now and then.
      }
    }

    @Override
    public Optional<String> silence() {
      return heard.contains(place)
          ? Optional.empty()
          : Optional.of(
              "no notification of bucket '%s' has come yet: changes are found by comparing everything now and then"
                  .formatted(place.bucket()));
    }

    @Override
    public boolean isAnybodys() {
      return true;
    }

    @Override
    public void close() {
      feeds.remove(this);
    }
  }
}
