package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.notices.NoticeMeter;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.notices.Undelivered;
import dev.gnomon.core.notices.Undelivered.Standing;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class TellPeopleTest {
  private static final Duration LONG = Duration.ofHours(2);
  private static final NotificationTarget CHAT =
      new NotificationTarget(
          "chat", new Channel.Text(new Secret.Given("http://chat")), Severity.INFO);
  private static final NotificationTarget PAGER =
      new NotificationTarget(
          "pager",
          new Channel.PagerDuty(new Secret.Variable("KEY"), URI.create("http://pager")),
          Severity.WARNING);

  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore store = new InMemoryObjectStore(clock);
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final OpenWork openWork = new OpenWork(store, records);
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final List<String> counted = new CopyOnWriteArrayList<>();

  /// What targets answer; `Taken` unless it says something else.
  private final Map<String, Outcome> answers = new ConcurrentHashMap<>();

  private final NoticeSender sender =
      new NoticeSender() {
        @Override
        public Outcome send(NotificationTarget target, Notice notice) {
          sent.add(target.name() + " " + notice.kind());
          return answers.getOrDefault(target.name(), new Outcome.Taken(1));
        }

        @Override
        public String shown(NotificationTarget target, Notice notice) {
          return "{\"text\": \"" + notice.text() + "\"}";
        }
      };

  private TellPeople people(NotificationTarget... targets) {
    return people(Runnable::run, step -> {}, targets);
  }

  private TellPeople people(
      Executor executor, Checkpoint checkpoint, NotificationTarget... targets) {
    NoticeMeter meter = (target, what) -> counted.add(target + " " + what);
    return new TellPeople(
        List.of(targets), records, openWork, sender, checkpoint, meter, LONG, executor);
  }

  private TellPeople people(Duration budget, NotificationTarget... targets) {
    return new TellPeople(
        List.of(targets),
        records,
        openWork,
        sender,
        Checkpoint.NONE,
        NoticeMeter.NONE,
        budget,
        Runnable::run);
  }

  private Notice notice(String kind) {
    return Notice.of(
            "/source " + kind, kind, Severity.CRITICAL, clock.instant(), "title", "what happened")
        .in("resource/site", Action.TRIGGER)
        .about("site");
  }

  private List<String> open() {
    return openWork.open(OpenWork.Kind.NOTICES);
  }

  private static List<String> states(TellPeople people, Notice notice) {
    return people.undelivered().of(notice.key()).orElseThrow().targets().stream()
        .map(standing -> standing.target() + " " + standing.state())
        .toList();
  }

  @Test
  void everyTargetIsToldOnceHoweverOftenTheEventComes() {
    TellPeople people = people(CHAT, PAGER);
    Notice notice = notice("rollback-failed");

    people.notify(notice);
    people.notify(notice);
    people(CHAT, PAGER).notify(notice);
    clock.forward(LONG);
    people.sweep();

    assertThat(sent).containsExactly("chat rollback-failed", "pager rollback-failed");
    assertThat(states(people, notice)).containsExactly("chat sent", "pager sent");
    assertThat(open()).isEmpty();
    assertThat(counted).containsExactly("chat SENT", "pager SENT");
  }

  @Test
  void withoutTargetsNothingIsKept() {
    people().notify(notice("rollback-failed"));

    assertThat(records.names("notices/")).isEmpty();
    assertThat(open()).isEmpty();
  }

  @Test
  void whatWasNotTakenIsNotMarkedAsSentAndTriedAgainWhenItIsDue() {
    TellPeople people = people(CHAT, PAGER);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Waits(6, "it answered 503", Optional.empty()));

    people.notify(notice);
    people.sweep();

    assertThat(states(people, notice)).containsExactly("chat open", "pager sent");
    assertThat(sent).hasSize(2);
    assertThat(open()).containsExactly(notice.key());

    answers.clear();
    clock.forward(Duration.ofMinutes(2));
    people.sweep();

    assertThat(states(people, notice)).containsExactly("chat sent", "pager sent");
    assertThat(open()).isEmpty();
    assertThat(counted).containsExactly("chat DELAYED", "pager SENT", "chat SENT");
  }

  @Test
  void aTargetThatWantsToBeLeftAloneIs() {
    TellPeople people = people(CHAT);
    answers.put("chat", new Outcome.Waits(1, "429", Optional.of(Duration.ofMinutes(30))));

    people.notify(notice("rollback-failed"));
    clock.forward(Duration.ofMinutes(29));
    people.sweep();
    assertThat(sent).hasSize(1);
    clock.forward(Duration.ofMinutes(2));
    people.sweep();

    assertThat(sent).hasSize(2);
  }

  @Test
  void aTargetThatIsDeadForLongLeavesADeadLetter() {
    TellPeople people = people(CHAT);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Waits(6, "the connection was refused", Optional.empty()));

    people.notify(notice);
    for (int i = 0; i < 20; i++) {
      clock.forward(LONG);
      people.sweep();
    }

    assertThat(sent).hasSize(6);
    assertThat(open()).isEmpty();
    Undelivered.Overview overview = people.undelivered().overview();
    assertThat(overview.dead()).isEqualTo(1);
    assertThat(overview.letters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.notice()).isEqualTo(notice.key());
          assertThat(letter.target()).isEqualTo("chat");
          assertThat(letter.rounds()).isEqualTo(6);
          assertThat(letter.reason()).isEqualTo("the connection was refused");
          assertThat(letter.title()).isEqualTo("title");
        });
    assertThat(standing(people, notice).body()).contains("{\"text\": \"what happened\"}");
    assertThat(counted).contains("chat DEAD");
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    TellPeople people = people(CHAT);
    answers.put("chat", new Outcome.Refused(1, "it answered 404: no_service"));

    people.notify(notice("rollback-failed"));
    clock.forward(LONG);
    people.sweep();

    assertThat(sent).hasSize(1);
    assertThat(people.undelivered().count()).isEqualTo(1);
  }

  @Test
  void aDeadLetterIsSentAgainWhenAPersonSaysSo() {
    TellPeople people = people(CHAT, PAGER);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Refused(1, "it answered 404"));
    people.notify(notice);
    answers.clear();

    assertThat(people.undelivered().replay(notice.key(), Optional.empty())).containsExactly("chat");

    assertThat(sent)
        .containsExactly("chat rollback-failed", "pager rollback-failed", "chat rollback-failed");
    assertThat(states(people, notice)).containsExactly("chat sent", "pager sent");
    assertThat(people.undelivered().overview().dead()).isZero();
    assertThat(open()).isEmpty();
    assertThatThrownBy(() -> people.undelivered().replay(notice.key(), Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("not undelivered");
  }

  @Test
  void aReplayThatFailsIsDeadAgain() {
    TellPeople people = people(CHAT);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Refused(1, "it answered 404"));
    people.notify(notice);

    people.undelivered().replay(notice.key(), Optional.of("chat"));

    assertThat(sent).hasSize(2);
    assertThat(people.undelivered().overview().dead()).isEqualTo(1);
    assertThat(states(people, notice)).containsExactly("chat dead");
  }

  @Test
  void aDroppedLetterIsGone() {
    TellPeople people = people(CHAT);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Refused(1, "it answered 404"));
    people.notify(notice);

    people.undelivered().drop(notice.key(), Optional.empty());

    assertThat(people.undelivered().overview().dead()).isZero();
    assertThat(states(people, notice)).containsExactly("chat dropped");
  }

  @Test
  void lettersOfATargetThatIsGoneCanOnlyBeDropped() {
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Refused(1, "it answered 404"));
    people(CHAT).notify(notice);
    Undelivered later = people(PAGER).undelivered();

    assertThat(later.overview().letters()).hasSize(1);
    assertThatThrownBy(() -> later.replay(notice.key(), Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no target [chat] any more");
    assertThat(later.drop(notice.key(), Optional.empty())).containsExactly("chat");
  }

  @Test
  void unknownNoticesAndTargetsAreRefused() {
    TellPeople people = people(CHAT);
    Notice notice = notice("rollback-failed");
    answers.put("chat", new Outcome.Refused(1, "it answered 404"));
    people.notify(notice);
    String none = new UUID(0, 1).toString();

    assertThatThrownBy(() -> people.undelivered().drop(none, Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no notice");
    assertThatThrownBy(() -> people.undelivered().replay(notice.key(), Optional.of("other")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("for target 'other'");
    assertThat(people.undelivered().of(none)).isEmpty();
  }

  @Test
  void aTargetThatHangsHoldsUpNeitherTheOthersNorWhoeverTells() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<String> told = new CopyOnWriteArrayList<>();
    NoticeSender hanging =
        new NoticeSender() {
          @Override
          public Outcome send(NotificationTarget target, Notice notice) {
            if (target.name().equals("chat")) {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            told.add(target.name());
            return new Outcome.Taken(1);
          }

          @Override
          public String shown(NotificationTarget target, Notice notice) {
            return "";
          }
        };
    TellPeople people =
        new TellPeople(
            List.of(CHAT, PAGER),
            records,
            openWork,
            hanging,
            Checkpoint.NONE,
            NoticeMeter.NONE,
            LONG,
            work -> Thread.ofVirtual().start(work));

    for (int i = 0; i < 30; i++) {
      people.notify(notice("kind-" + i)); // returns, with chat hanging
    }

    Patience.await().untilAsserted(() -> assertThat(told).hasSize(30).containsOnly("pager"));
    release.countDown();
    Patience.await().untilAsserted(() -> assertThat(told).hasSize(60));
    Patience.await().untilAsserted(() -> assertThat(open()).isEmpty());
  }

  @Test
  void killedBetweenSendingAndMarkingItIsSentAgainUnderTheSameKey() {
    Notice notice = notice("rollback-failed");
    TellPeople dying =
        people(
            Runnable::run,
            step -> {
              throw new Killed(step);
            },
            CHAT);

    assertThat(catchThrowable(() -> dying.notify(notice))).isInstanceOf(Killed.class);
    TellPeople next = people(CHAT);
    assertThat(states(next, notice)).containsExactly("chat open");

    next.notify(notice);
    next.sweep(); // the other may be alive
    assertThat(sent).hasSize(1);
    clock.forward(Duration.ofMinutes(5));
    next.sweep();

    assertThat(sent).hasSize(2);
    assertThat(states(next, notice)).containsExactly("chat sent");
    assertThat(open()).isEmpty();
  }

  @Test
  void processesThatDieOverAndOverEndInADeadLetter() {
    Notice notice = notice("rollback-failed");
    TellPeople dying =
        people(
            Runnable::run,
            step -> {
              throw new Killed(step);
            },
            CHAT);
    catchThrowable(() -> dying.notify(notice));
    for (int i = 0; i < 10; i++) {
      clock.forward(LONG);
      catchThrowable(dying::sweep);
    }

    assertThat(sent).hasSize(6);
    assertThat(people(CHAT).undelivered().count()).isEqualTo(1);
  }

  @Test
  void keptButNotBegunIsFoundByASweep() {
    Notice notice = notice("rollback-failed");
    people(work -> {}, step -> {}, CHAT).notify(notice);
    assertThat(sent).isEmpty();

    people(CHAT).sweep();

    assertThat(sent).hasSize(1);
    assertThat(open()).isEmpty();
  }

  @Test
  void twoProcessesAtOnceSendItOnce() throws Exception {
    Notice notice = notice("rollback-failed");
    people(work -> {}, step -> {}, CHAT).notify(notice);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(Thread.ofVirtual().start(people(CHAT)::sweep));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(sent).hasSize(1);
  }

  @Test
  void lessThanATargetWantsIsNotSentToIt() {
    TellPeople people = people(CHAT, PAGER);
    Notice info = Notice.of("i", "good-to-know", Severity.INFO, clock.instant(), "title", "text");

    people.notify(info);

    assertThat(sent).containsExactly("chat good-to-know");
    assertThat(open()).isEmpty();
  }

  @Test
  void sweepsWithoutTimeComeToEveryNoticeAllTheSame() {
    TellPeople idle = people(work -> {}, step -> {}, CHAT);
    for (int i = 0; i < 20; i++) {
      idle.notify(notice("kind-" + i));
    }
    TellPeople hurried = people(Duration.ZERO, CHAT);

    for (int i = 0; i < 20; i++) {
      assertThat(sent).hasSize(i);
      hurried.sweep();
    }

    assertThat(sent).hasSize(20).doesNotHaveDuplicates();
    assertThat(open()).isEmpty();
  }

  @Test
  void aSweepAsksForTheTimeOnceHoweverManyWait() {
    answers.put("chat", new Outcome.Waits(1, "503", Optional.of(LONG)));
    TellPeople people = people(CHAT);
    for (int i = 0; i < 20; i++) {
      people.notify(notice("kind-" + i));
    }

    people.sweep();

    Instant after = clock.instant();
    people.sweep();
    assertThat(Duration.between(after, clock.instant())).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void oneNoticeThatCantBeReadDoesNotKeepTheOthersWaiting() {
    TellPeople idle = people(work -> {}, step -> {}, CHAT);
    List<Notice> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(notice("kind-" + i));
      idle.notify(all.getLast());
    }
    ObjectName damaged = ObjectName.of("notices", all.get(2).key(), "notice");
    store.delete(List.of(damaged));
    store.create(damaged, "{".getBytes(StandardCharsets.UTF_8));

    assertThat(catchThrowable(people(CHAT)::sweep)).hasMessageContaining(all.get(2).key());

    assertThat(sent).hasSize(4);
    assertThat(open()).containsExactly(all.get(2).key());
  }

  private static Standing standing(TellPeople people, Notice notice) {
    return people.undelivered().of(notice.key()).orElseThrow().targets().getFirst();
  }
}
