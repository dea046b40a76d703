package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What people hear of dead letters, and what meters count.
class LetterNoticesTest {
  private static final int ROOM = 30;

  private final SettableClock clock = new SettableClock();
  private boolean noticesFail;
  private final ForwardingObjectStore store =
      new ForwardingObjectStore(new InMemoryObjectStore(clock)) {
        @Override
        protected void calls(String call, Object on) {
          if (noticesFail && on.toString().startsWith("notices/")) {
            throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "away");
          }
        }
      };
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final List<Notice> told = new ArrayList<>();
  private final TellPeople people =
      new TellPeople(
          List.of(
              new NotificationTarget(
                  "chat", new Channel.Text(new Secret.Given("http://chat")), Severity.INFO)),
          records,
          new OpenWork(store, records),
          new NoticeSender() {
            @Override
            public Outcome send(NotificationTarget target, Notice notice) {
              told.add(notice);
              return new Outcome.Taken(1);
            }

            @Override
            public String shown(NotificationTarget target, Notice notice) {
              return "{}";
            }
          },
          Checkpoint.NONE,
          (target, what) -> {},
          Duration.ofHours(1),
          Runnable::run);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final LetterMeters meters = new LetterMeters(registry);
  private final Letters letters =
      Letters.of(
          store,
          records,
          event -> {},
          Checkpoint.NONE,
          new LetterLimits(ROOM, 1 << 20, Duration.ofDays(30)),
          "p",
          System::nanoTime);
  private final LetterNotices notices = new LetterNotices(people, records);
  private final DeadLetters function =
      new DeadLetters(
          letters,
          meters,
          notices,
          new DeadLetterDoor(true, BearerDoor.of("dead letters", Optional.empty())));
  private final LetterSweep sweep = new LetterSweep(letters, meters, notices);

  /// A test is over before the next hour.
  @BeforeEach
  void beginAnHour() {
    Instant now = clock.instant();
    Instant next = now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    clock.forward(Duration.between(now, next));
  }

  private static DeadEvent event(String id, String type, String destination) {
    return new DeadEvent(
        "/ci",
        id,
        type,
        Optional.empty(),
        destination,
        Optional.of("400"),
        Optional.of("unknown resource"),
        "{}",
        Optional.empty());
  }

  private void die(String id, String type) {
    assertThat(function.take(event(id, type, "http://rollback/rollback")).status()).isEqualTo(202);
  }

  @Test
  void aKindIsToldOnceAnHour() {
    die("e1", "a");
    die("e2", "a");
    die("e3", "b");
    clock.forward(Duration.ofHours(1));

    die("e4", "a");

    assertThat(told).hasSize(3);
    assertThat(told.getFirst().text())
        .contains("event e1", "unknown resource", "gnomon deadletters");
  }

  @Test
  void afterALetterWasKeptAndNobodyCouldBeToldARepeatTellsPeople() {
    noticesFail = true;
    assertThatThrownBy(() -> die("e1", "a")).isInstanceOf(ObjectStoreException.class);
    noticesFail = false;

    die("e1", "a");

    assertThat(told).hasSize(1);
    assertThat(letters.views().unresolved()).isEqualTo(1);
  }

  @Test
  void manyTypesAreAFewNoticesAndOneSaysThatTheRestIsOnlyCounted() {
    for (int i = 0; i < 200; i++) {
      die("e" + i, "type" + i);
    }

    assertThat(told).hasSize(22);
    assertThat(told).filteredOn(one -> one.kind().equals("dead-letters-full")).hasSize(1);
    assertThat(registry.counter("gnomon.dead.letters.beyond").count()).isEqualTo(200 - ROOM);
    assertThat(
            registry
                .counter(
                    "gnomon.dead.letters", "destination", "http://rollback/rollback", "code", "400")
                .count())
        .isEqualTo(200);
  }

  @Test
  void anHourWithManyTypesTakesNothingFromTheNext() {
    for (int i = 0; i < 20; i++) {
      die("e" + i, "type" + i);
    }
    told.clear();
    clock.forward(Duration.ofHours(1));

    for (int i = 0; i < 3; i++) {
      die("f" + i, "type" + i);
    }

    assertThat(told)
        .extracting(Notice::title)
        .containsExactly("Dead letter: type0", "Dead letter: type1", "Dead letter: type2");
  }

  @Test
  void theGaugesAreThereOnceThisProcessHasLooked() {
    for (int i = 0; i < ROOM + 5; i++) {
      die("e" + i, "a");
    }
    assertThat(registry.find("gnomon.dead.letters.unresolved").gauge()).isNull();

    sweep.sweep();

    assertThat(registry.get("gnomon.dead.letters.unresolved").gauge().value()).isEqualTo(ROOM);
    assertThat(registry.get("gnomon.dead.letters.lost").gauge().value()).isEqualTo(5);
  }

  @Test
  void whatASweepCanNotMendIsStillCounted() {
    die("e1", "a");
    store.create(new ObjectName("open/dead_events/0000000000000/broken"), new byte[] {1});

    assertThatThrownBy(sweep::sweep).isInstanceOf(ObjectStoreException.class);

    assertThat(registry.get("gnomon.dead.letters.unresolved").gauge().value()).isEqualTo(2);
  }

  @Test
  void whoeverSendsDestinationsDoesNotFillTheMeters() {
    for (int i = 0; i < 200; i++) {
      function.take(event("e" + i, "a", "http://host" + i + "/x"));
    }

    assertThat(registry.find("gnomon.dead.letters").counters()).hasSize(51);
  }

  @Test
  void whenEveryLetterWasSeenToTheEpisodeIsOver() {
    die("e1", "a");
    sweep.sweep();
    assertThat(registry.get("gnomon.dead.letters.unresolved").gauge().value()).isEqualTo(1);
    clock.forward(Duration.ofMinutes(5));
    String key =
        letters.views().overview(Wanted.ALL, Optional.empty()).letters().getFirst().letter();
    letters.replays().replay(key, "alice", false);

    sweep.sweep();
    sweep.sweep();

    assertThat(registry.get("gnomon.dead.letters.unresolved").gauge().value()).isZero();
    assertThat(told)
        .extracting(Notice::action)
        .containsExactly(Notice.Action.TRIGGER, Notice.Action.RESOLVE);
  }
}
