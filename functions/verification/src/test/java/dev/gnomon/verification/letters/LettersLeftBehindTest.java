package dev.gnomon.verification.letters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.LetterSender;
import dev.gnomon.core.letters.LetterViews.Line;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.core.letters.TakeLetters.Taken;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Letters that were seen to make room, and what killed processes leave of letters goes away.
class LettersLeftBehindTest {
  private static final LetterLimits TEN = new LetterLimits(10, 1 << 20, Duration.ofDays(30));

  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = clock();
  private final InMemoryObjectStore store = new InMemoryObjectStore(clock);
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final List<String> sent = new ArrayList<>();
  private LetterSender sender = sent::add;

  private Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneId.of("UTC"));
  }

  /// As a process of its own.
  private Letters letters() {
    return letters(TEN);
  }

  private Letters letters(LetterLimits limits) {
    return Letters.of(
        store,
        records,
        event -> sender.send(event),
        Checkpoint.NONE,
        limits,
        UUID.randomUUID().toString(),
        () -> Duration.between(Instant.EPOCH, now).toNanos());
  }

  private static DeadEvent event(String id) {
    return event(id, 20);
  }

  private static DeadEvent event(String id, int bytes) {
    return new DeadEvent(
        "/ci",
        id,
        "dev.gnomon.rollback-requested.v1",
        Optional.of("site"),
        "http://rollback/rollback",
        Optional.of("400"),
        Optional.of("unknown resource"),
        "x".repeat(bytes),
        Optional.empty());
  }

  private String kept(Letters letters, DeadEvent event) {
    return switch (letters.take().take(event)) {
      case Taken.Kept(var letter, int deaths) -> letter.key();
      case Taken other -> throw new AssertionError(other.toString());
    };
  }

  private List<String> full(Letters letters) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(1);
      keys.add(kept(letters, event("e" + i)));
    }
    assertThat(letters.take().take(event("lost"))).isInstanceOf(Taken.Counted.class);
    return keys;
  }

  private static List<Line> listed(Letters letters) {
    return letters.views().overview(Wanted.ALL, Optional.empty()).letters();
  }

  private List<ObjectName> below(String prefix) {
    return store.list(prefix, Optional.empty(), 1000).objects().stream()
        .map(ObjectStat::name)
        .toList();
  }

  @Test
  void aDroppedLetterMakesRoom() {
    Letters letters = letters();
    List<String> keys = full(letters);
    letters.replays().drop(keys.get(7), "alice");
    now = now.plusSeconds(11);

    String key = kept(letters, event("new"));

    assertThat(letters.views().of(keys.get(7))).isEmpty();
    assertThat(listed(letters)).hasSize(10).anyMatch(line -> line.letter().equals(key));
    assertThat(letters.take().take(event("lost"))).isInstanceOf(Taken.Counted.class);
  }

  @Test
  void ofLettersThatWereSeenToOnlyTheOldestGiveWayAndOnlyAsManyAsAreNeeded() {
    Letters letters = letters();
    List<String> keys = full(letters);
    for (int i : new int[] {8, 2, 5}) {
      letters.replays().replay(keys.get(i), "alice", false);
    }
    Letters later = letters();

    kept(later, event("new1"));
    kept(later, event("new2"));

    assertThat(later.views().of(keys.get(2))).isEmpty();
    assertThat(later.views().of(keys.get(5))).isEmpty();
    assertThat(later.views().of(keys.get(8)))
        .hasValueSatisfying(view -> assertThat(view.letter().state()).isEqualTo("replayed"));
  }

  @Test
  void aLargeEventTakesTheRoomOfSeveralAndOneLargerThanAllRoomTakesNone() {
    LetterLimits bytes = new LetterLimits(100, 2000, Duration.ofDays(30));
    Letters letters = letters(bytes);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      now = now.plusSeconds(1);
      keys.add(kept(letters, event("e" + i, 300)));
      letters.replays().drop(keys.get(i), "alice");
    }

    assertThat(letters(bytes).take().take(event("huge", 2001))).isInstanceOf(Taken.Counted.class);
    assertThat(letters.views().of(keys.get(0))).isPresent();
    kept(letters(bytes), event("large", 1100));

    assertThat(letters.views().of(keys.get(0))).isEmpty();
    assertThat(letters.views().of(keys.get(3))).isPresent();
  }

  @Test
  void theMarkerOfALetterThatWasNeverWrittenGoesAway() {
    Letters letters = letters();
    kept(letters, event("e1"));
    store.delete(below("dead-letters/")); // As after a kill behind the marker.

    assertThat(letters().sweep()).as("it may be about to be written").isEqualTo(1);
    now = now.plus(OpenWork.STALE_AFTER).plusSeconds(1);

    assertThat(letters().sweep()).isZero();
  }

  @Test
  void ofTwoMarkersOfOneLetterOneGoesAway() {
    Letters letters = letters();
    kept(letters, event("e1"));
    store.delete(below("dead-letters/"));
    now = now.plusSeconds(60);
    String key = kept(letters, event("e1"));
    assertThat(letters.views().unresolved()).isEqualTo(2);

    assertThat(letters().sweep()).isEqualTo(1);

    assertThat(listed(letters)).extracting(Line::letter).containsExactly(key);
  }

  @Test
  void theMarkerOfALetterThatWasDroppedGoesAway() {
    Letters letters = letters();
    String key = kept(letters, event("e1"));
    String marker =
        below("open/dead_events/").getFirst().value().substring("open/dead_events/".length());
    letters.replays().drop(key, "alice");
    new OpenWork(store, records).opened(OpenWork.Kind.DEAD_EVENTS, marker); // As after a kill.

    assertThat(letters().sweep()).isZero();
  }

  @Test
  void manyLettersThatDiedAgainDoNotKeepALeftMarkerFromGoingAway() {
    Letters letters = letters(new LetterLimits(1000, 1 << 20, Duration.ofDays(30)));
    kept(letters, event("left"));
    store.delete(below("dead-letters/"));
    for (int i = 0; i < 150; i++) {
      now = now.plusSeconds(1);
      letters.replays().replay(kept(letters, event("e" + i)), "alice", false);
      kept(letters, event("e" + i));
    }
    now = now.plus(OpenWork.STALE_AFTER).plusSeconds(1);

    letters.sweep();
    letters.sweep();

    assertThat(letters.views().unresolved()).isEqualTo(150);
  }

  @Test
  void aReplayUnderWayIsNotSentAgainForTheMarkerOfAnEarlierOne() {
    Letters letters = letters();
    String key = kept(letters, event("e1"));
    new OpenWork(store, records).opened(OpenWork.Kind.REPLAYS, key);
    now = now.plus(Duration.ofMinutes(10));
    sender =
        event -> {
          sent.add(event);
          if (sent.size() == 1) {
            letters().sweep();
          }
        };

    letters.replays().replay(key, "alice", false);

    assertThat(sent).hasSize(1);
    assertThat(below("open/replays/")).isEmpty();
  }
}
