package dev.gnomon.core.journal;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.PrefixJournal.Reconciled;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.CellStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the journals of prefixes up to the versions of their buckets. What a bucket tells of its
/// writes only says where to look soon; without it every prefix is looked at as often as a segment
/// of its journal is to be sealed.
public final class FollowVersions {
  /// A look lists all versions, so it is followed by a pause so many times as long.
  private static final int PAUSES = 5;

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

  /// What was marked so lately need not be marked again.
  private static final Duration MARK_HOLDS = Duration.ofSeconds(1);

  private final Catalogue catalogue;
  private final CellStores stores;
  private final OpenWork openWork;
  private final Clock clock;
  private final Map<ResourceName, Instant> marked = new ConcurrentHashMap<>();
  private final Map<Followed, State> states = new ConcurrentHashMap<>();
  private final Map<ResourceName, ReentrantLock> locks = new ConcurrentHashMap<>();

  public FollowVersions(Catalogue catalogue, CellStores stores, OpenWork openWork, Clock clock) {
    this.catalogue = catalogue;
    this.stores = stores;
    this.openWork = openWork;
    this.clock = clock;
  }

  private record Followed(ResourceName resource, CellName cell) {}

  /// How far a journal of a prefix is, as this process knows it.
  ///
  /// @param looked when the last look that succeeded began
  /// @param next when it may be looked at again
  /// @param found by that look
  /// @param problem of a later look
  public record State(
      Instant looked, Instant next, Optional<Reconciled> found, Optional<String> problem) {}

  /// Somebody says that objects of a bucket were written or deleted. Nothing else of it is
  /// believed.
  ///
  /// @param keys whole, at most a few thousand
  public void notified(String bucket, Collection<String> keys) {
    for (Resource resource : catalogue.resources()) {
      if (resource.location() instanceof S3Prefix place
          && place.bucket().equals(bucket)
          && !ObserveWrites.journaled(resource).isEmpty()
          && keys.stream().anyMatch(key -> key.startsWith(place.prefix()))) {
        mark(resource.name());
      }
    }
  }

  private void mark(ResourceName name) {
    Instant now = clock.instant();
    Instant last = marked.get(name);
    if (last == null || last.plus(MARK_HOLDS).isBefore(now) || last.isAfter(now)) {
      openWork.opened(OpenWork.Kind.PREFIXES, name.value());
      marked.put(name, now);
    }
  }

  /// Prefixes of which somebody said that they were written to.
  public List<String> marked() {
    return openWork.open(OpenWork.Kind.PREFIXES);
  }

  /// Looks at the versions of a resource if that is due.
  ///
  /// @param marks what [#marked] gave
  public void due(Resource resource, Collection<String> marks) {
    List<ShadowSpec> shadows = ObserveWrites.journaled(resource);
    if (!(resource.location() instanceof S3Prefix place) || shadows.isEmpty()) {
      return;
    }
    boolean told = marks.contains(resource.name().value());
    if (shadows.stream().noneMatch(shadow -> isDue(resource.name(), shadow, told))) {
      return;
    }
    ReentrantLock lock = locks.computeIfAbsent(resource.name(), any -> new ReentrantLock());
    if (!lock.tryLock()) {
      return; // somebody is looking; what is told meanwhile stays marked or is marked again
    }
    try {
      look(resource.name(), place, shadows, told);
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(ResourceName name, ShadowSpec shadow, boolean told) {
    State state = states.get(new Followed(name, shadow.cell()));
    if (state == null) {
      return true;
    }
    Instant now = clock.instant();
    return !state.next().isAfter(now)
        && (told || !state.looked().plus(shadow.journal().segmentEvery()).isAfter(now));
  }

  /// The mark goes first: who writes one after that says something new.
  private void look(ResourceName name, S3Prefix place, List<ShadowSpec> shadows, boolean told) {
    if (told) {
      marked.remove(name);
      openWork.closed(OpenWork.Kind.PREFIXES, name.value());
    }
    boolean again = false;
    RuntimeException fault = null;
    for (ShadowSpec shadow : shadows) {
      Instant began = clock.instant();
      Followed followed = new Followed(name, shadow.cell());
      try {
        Reconciled found =
            stores
                .journals(shadow.cell())
                .prefix(name, place, shadow.journal().settle())
                .reconcile();
        again |= found.waiting() > 0;
        states.put(followed, new State(began, pause(began), Optional.of(found), Optional.empty()));
      } catch (RuntimeException e) { // one cell that is away does not keep the others waiting
        State before = states.get(followed);
        states.put(
            followed,
            new State(
                before == null ? Instant.EPOCH : before.looked(),
                pause(began),
                before == null ? Optional.empty() : before.found(),
                Optional.of(String.valueOf(e.getMessage()))));
        again |= told;
        fault = e;
      }
    }
    if (again) {
      openWork.opened(OpenWork.Kind.PREFIXES, name.value());
    }
    if (fault != null) {
      throw fault;
    }
  }

  private Instant pause(Instant began) {
    Instant now = clock.instant();
    Duration pause = Duration.between(began, now).multipliedBy(PAUSES);
    return now.plus(pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
  }

  /// Empty if this process has not looked yet.
  public Optional<State> state(ResourceName resource, CellName cell) {
    return Optional.ofNullable(states.get(new Followed(resource, cell)));
  }
}
