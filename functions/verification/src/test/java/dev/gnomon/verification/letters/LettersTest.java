package dev.gnomon.verification.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.LetterSender;
import dev.gnomon.core.letters.LetterStep;
import dev.gnomon.core.letters.LetterViews.Line;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.core.letters.ReplayLetters.Replayed;
import dev.gnomon.core.letters.TakeLetters.Taken;
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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Dead letters are neither lost nor doubled by whoever repeats, races or is killed.
class LettersTest {
  private static final LetterLimits WIDE = new LetterLimits(1000, 1 << 20, Duration.ofDays(30));
  private static final String ROLLBACK = "http://rollback.gnomon.svc.cluster.local/rollback";

  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = clock();
  private final InMemoryObjectStore store = new InMemoryObjectStore(clock);
  private final List<String> sent = new ArrayList<>();
  private Optional<String> refusal = Optional.empty();
  private Optional<String> killedAt = Optional.empty();
  private Runnable whileSending = () -> {};

  /// The process ends.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneId.of("UTC"));
  }

  private Letters letters() {
    return letters(WIDE);
  }

  /// As a process of its own.
  private Letters letters(LetterLimits limits) {
    return Letters.of(
        store,
        new ControlRecords(store, () -> UUID.randomUUID().toString()),
        content -> {
          sent.add(content);
          whileSending.run();
          refusal.ifPresent(why -> {
            throw new LetterSender.NotTaken(why, new IllegalStateException());
          });
        },
        step -> {
          if (killedAt.filter(step::equals).isPresent()) {
            throw new Killed();
          }
        },
        limits,
        UUID.randomUUID().toString(),
        System::nanoTime);
  }

  private static DeadEvent event(String id) {
    return event(id, "dev.gnomon.rollback-requested.v1", ROLLBACK);
  }

  private static DeadEvent event(String id, String type, String destination) {
    return new DeadEvent(
        "/ci",
        id,
        type,
        Optional.of("site"),
        destination,
        Optional.of("400"),
        Optional.of("unknown resource"),
        "{\"id\":\"" + id + "\"}",
        Optional.empty());
  }

  private String taken(Letters letters, String id) {
    return switch (letters.take().take(event(id))) {
      case Taken.Kept(var letter, int deaths) -> letter.key();
      case Taken.Repeated(var letter) -> letter.key();
      case Taken.Counted() -> throw new AssertionError("no room");
    };
  }

  private static List<Line> listed(Letters letters) {
    return letters.views().overview(Wanted.ALL, Optional.empty()).letters();
  }

  private static String state(Letters letters, String key) {
    return letters.views().of(key).orElseThrow().letter().state();
  }

  @Test
  void theSameEventForTheSameDestinationIsOneLetter() {
    Letters letters = letters();
    String key = taken(letters, "e1");

    Taken again = letters().take().take(event("e1"));

    assertThat(again).isInstanceOf(Taken.Repeated.class);
    assertThat(listed(letters))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.letter()).isEqualTo(key);
          assertThat(line.deaths()).isEqualTo(1);
          assertThat(line.reason()).contains("unknown resource");
        });
  }

  @Test
  void anotherDestinationIsAnotherLetterButNotAnotherPortOfThisMachine() {
    Letters letters = letters();
    letters.take().take(event("e1", "t", "http://127.0.0.1:4711/rollback"));
    letters.take().take(event("e1", "t", "http://127.0.0.1:4711/notify"));

    Taken afterAStart = letters.take().take(event("e1", "t", "http://127.0.0.1:815/rollback"));

    assertThat(afterAStart).isInstanceOf(Taken.Repeated.class);
    assertThat(listed(letters)).hasSize(2);
  }

  @Test
  void racingDeliveriesOfOneEventMakeOneLetter() throws Exception {
    List<Callable<Taken>> deliveries = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Letters letters = letters();
      deliveries.add(() -> letters.take().take(event("e1")));
    }

    List<Taken> taken = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Taken> one : executor.invokeAll(deliveries)) {
        taken.add(one.get());
      }
    }

    assertThat(listed(letters())).hasSize(1);
    assertThat(taken).noneMatch(Taken.Counted.class::isInstance);
  }

  @Test
  void aReplaySendsTheEventAsItWasAndSaysWhoAskedForIt() {
    Letters letters = letters();
    String key = taken(letters, "e1");

    Replayed replayed = letters.replays().replay(key, "alice", false);

    assertThat(replayed.state()).isEqualTo("replayed");
    assertThat(sent).containsExactly("{\"id\":\"e1\"}");
    assertThat(listed(letters)).isEmpty();
    assertThat(letters.views().of(key).orElseThrow().steps())
        .extracting(LetterStep::kind, step -> step.by().orElse(""))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(LetterStep.Kind.REPLAYING, "alice"),
            org.assertj.core.groups.Tuple.tuple(LetterStep.Kind.REPLAYED, "alice"));
    assertThat(
            letters
                .views()
                .overview(new Wanted(Optional.empty(), Optional.empty(), true), Optional.empty())
                .letters())
        .singleElement()
        .satisfies(line -> assertThat(line.state()).isEqualTo("replayed"));
  }

  @Test
  void aSecondReplaySendsNothingUnlessItIsMeant() {
    Letters letters = letters();
    String key = taken(letters, "e1");
    letters.replays().replay(key, "alice", false);

    Replayed second = letters.replays().replay(key, "bob", false);

    assertThat(second.sent()).isFalse();
    assertThat(sent).hasSize(1);
    assertThat(letters.replays().replay(key, "bob", true).sent()).isTrue();
    assertThat(sent).hasSize(2);
  }

  @Test
  void whatDiesAgainIsTheSameLetterOnceMore() {
    Letters letters = letters();
    String key = taken(letters, "e1");
    letters.replays().replay(key, "alice", false);

    Taken again = letters.take().take(event("e1"));

    assertThat(again)
        .isInstanceOfSatisfying(
            Taken.Kept.class,
            kept -> {
              assertThat(kept.deaths()).isEqualTo(2);
              assertThat(kept.letter().key()).isEqualTo(key);
            });
    assertThat(listed(letters))
        .singleElement()
        .satisfies(line -> assertThat(line.deaths()).isEqualTo(2));
  }

  @Test
  void whatDiesWhileItIsBeingReplayedStaysOnTheList() {
    Letters letters = letters();
    String key = taken(letters, "e1");
    whileSending = () -> letters().take().take(event("e1"));

    Replayed replayed = letters.replays().replay(key, "alice", false);

    assertThat(replayed.state()).isEqualTo("dead");
    assertThat(listed(letters))
        .singleElement()
        .satisfies(line -> assertThat(line.deaths()).isEqualTo(2));
  }

  @Test
  void aReplayThatTheBrokerDoesNotTakeLeavesTheLetter() {
    Letters letters = letters();
    String key = taken(letters, "e1");
    refusal = Optional.of("too many deliveries wait");

    Replayed replayed = letters.replays().replay(key, "alice", false);

    assertThat(replayed.state()).isEqualTo("dead");
    assertThat(replayed.reason()).contains("too many deliveries wait");
    assertThat(listed(letters)).hasSize(1);
  }

  @org.junit.jupiter.params.ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"replay-begun", "replay-sent"})
  void aReplayThatWasKilledIsBroughtToItsEndByASweep(String step) {
    Letters letters = letters();
    String key = taken(letters, "e1");
    killedAt = Optional.of(step);
    assertThatThrownBy(() -> letters.replays().replay(key, "alice", false))
        .isInstanceOf(Killed.class);
    assertThat(state(letters, key)).isEqualTo("replaying");
    killedAt = Optional.empty();
    letters().sweep();
    assertThat(state(letters, key)).isEqualTo("replaying"); // It may be at work still.
    now = now.plus(Duration.ofMinutes(3));

    int left = letters().sweep();

    assertThat(left).isZero();
    assertThat(state(letters, key)).isEqualTo("replayed");
    assertThat(sent).last().isEqualTo("{\"id\":\"e1\"}");
  }

  @Test
  void aDroppedLetterIsOffTheListAndCanStillBeReplayed() {
    Letters letters = letters();
    String key = taken(letters, "e1");

    letters.replays().drop(key, "alice");

    assertThat(listed(letters)).isEmpty();
    assertThat(letters.replays().replay(key, "bob", false).state()).isEqualTo("replayed");
  }

  @Test
  void whatIsNoEventIsKeptAndNotSent() {
    Letters letters = letters();
    DeadEvent broken =
        new DeadEvent(
            "unreadable",
            "h1",
            "(no event)",
            Optional.empty(),
            "",
            Optional.empty(),
            Optional.empty(),
            "{}",
            Optional.of("specversion is not 1.0"));
    letters.take().take(broken);
    String key = listed(letters).getFirst().letter();

    assertThatThrownBy(() -> letters.replays().replay(key, "alice", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("specversion is not 1.0");
  }

  @Test
  void aFloodIsCountedWithFewRecordsAndTakesNoMoreRoom() {
    Letters letters = letters(new LetterLimits(10, 1 << 20, Duration.ofDays(30)));
    for (int i = 0; i < 10; i++) {
      taken(letters, "e" + i);
    }
    int before = objects();

    for (int i = 10; i < 1010; i++) {
      assertThat(letters.take().take(event("e" + i))).isInstanceOf(Taken.Counted.class);
    }

    assertThat(objects() - before).isEqualTo(10);
    assertThat(letters.views().overview(Wanted.ALL, Optional.empty()).beyond()).isEqualTo(1000);
    assertThat(letters().views().overview(Wanted.ALL, Optional.empty()).beyond()).isEqualTo(512);
    assertThat(letters.take().take(event("e3"))).isInstanceOf(Taken.Repeated.class);
  }

  @Test
  void largeEventsFillTheRoomToo() {
    Letters letters = letters(new LetterLimits(10, 100, Duration.ofDays(30)));
    DeadEvent large =
        new DeadEvent(
            "/ci",
            "large",
            "t",
            Optional.empty(),
            "",
            Optional.empty(),
            Optional.empty(),
            "x".repeat(101),
            Optional.empty());

    Taken taken = letters.take().take(large);

    assertThat(taken).isInstanceOf(Taken.Counted.class);
  }

  @Test
  void aWhileAfterSomebodySawToItALetterIsForgottenAndOthersStay() {
    Letters letters = letters();
    String replayed = taken(letters, "e1");
    String waiting = taken(letters, "e2");
    String back = taken(letters, "e3");
    letters.replays().replay(replayed, "alice", false);
    letters.replays().replay(back, "alice", false);
    taken(letters, "e3");
    now = now.plus(Duration.ofDays(31));

    letters.sweep();

    assertThat(letters.views().of(replayed)).isEmpty();
    assertThat(state(letters, back)).isEqualTo("dead");
    assertThat(letters.views().of(waiting)).isPresent();
    assertThat(store.list("", Optional.empty(), 1000).objects())
        .noneMatch(object -> object.name().value().contains(replayed));
    assertThat(letters.take().take(event("e1"))).isInstanceOf(Taken.Kept.class);
    assertThat(listed(letters)).hasSize(3);
  }

  @Test
  void listsByTypeAndDestinationAndInPages() {
    Letters letters = letters();
    for (int i = 0; i < 120; i++) {
      now = now.plusSeconds(1);
      letters.take().take(event("e" + i, "type" + i % 2, ROLLBACK));
    }
    letters.take().take(event("other", "type1", "http://notify.gnomon.svc.cluster.local/notify"));

    var first = letters.views().overview(Wanted.ALL, Optional.empty());
    var second = letters.views().overview(Wanted.ALL, first.next());

    assertThat(first.letters()).hasSize(100);
    assertThat(first.unresolved()).isEqualTo(121);
    assertThat(second.letters()).hasSize(21);
    assertThat(second.next()).isEmpty();
    assertThat(second.letters().getLast().id()).isEqualTo("e0");
    assertThat(
            letters
                .views()
                .overview(
                    new Wanted(Optional.of("type1"), Optional.of("notify"), false),
                    Optional.empty())
                .letters())
        .singleElement()
        .satisfies(line -> assertThat(line.id()).isEqualTo("other"));
  }

  private int objects() {
    return store.list("", Optional.empty(), 1000).objects().size();
  }
}
