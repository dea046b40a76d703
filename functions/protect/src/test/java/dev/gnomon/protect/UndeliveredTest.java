package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.actuators.Notice;
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
import dev.gnomon.core.notices.Undelivered.Letter;
import dev.gnomon.core.notices.Undelivered.Standing;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Letters are neither lost nor shown wrongly by whoever is killed, slow or at the same work.
class UndeliveredTest {
  private static final Duration LONG = Duration.ofHours(2);
  private static final Outcome REFUSED = new Outcome.Refused(1, "it answered 404");
  private static final NotificationTarget CHAT = target("chat");
  private static final NotificationTarget OTHER = target("other");

  private final SettableClock clock = new SettableClock();

  /// Runs before a call of the store of which it knows the name and the object.
  private final Map<String, Runnable> before = new ConcurrentHashMap<>();

  private final ObjectStore store =
      new ForwardingObjectStore(new InMemoryObjectStore(clock)) {
        @Override
        protected void calls(String call, Object on) {
          String what = call + " " + on;
          before.keySet().stream()
              .filter(what::startsWith)
              .findFirst()
              .ifPresent(key -> before.remove(key).run());
        }
      };

  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final OpenWork openWork = new OpenWork(store, records);
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final List<String> counted = new CopyOnWriteArrayList<>();
  private final Map<String, Outcome> answers = new ConcurrentHashMap<>();
  private Runnable onTheWay = () -> {};

  private final NoticeSender sender =
      new NoticeSender() {
        @Override
        public Outcome send(NotificationTarget target, Notice notice) {
          sent.add(target.name());
          Outcome outcome = answers.getOrDefault(target.name(), new Outcome.Taken(1));
          Runnable meanwhile = onTheWay;
          onTheWay = () -> {};
          meanwhile.run();
          return outcome;
        }

        @Override
        public String shown(NotificationTarget target, Notice notice) {
          return "{}";
        }
      };

  private static NotificationTarget target(String name) {
    return new NotificationTarget(
        name, new Channel.Text(new Secret.Given("http://chat")), Severity.INFO);
  }

  private TellPeople people(NotificationTarget... targets) {
    return people(Runnable::run, targets);
  }

  private TellPeople people(Executor executor, NotificationTarget... targets) {
    NoticeMeter meter = (target, what) -> counted.add(target + " " + what);
    return new TellPeople(
        List.of(targets), records, openWork, sender, Checkpoint.NONE, meter, LONG, executor);
  }

  private Notice notice(String id) {
    return Notice.of(id, "kind", Severity.CRITICAL, clock.instant(), "title", "text");
  }

  private Notice dead(TellPeople people) {
    Notice notice = notice("n");
    answers.put("chat", REFUSED);
    people.notify(notice);
    answers.clear();
    sent.clear();
    counted.clear();
    return notice;
  }

  private void sweeps(TellPeople people) {
    for (int i = 0; i < 3; i++) {
      clock.forward(LONG);
      people.sweep();
    }
  }

  private List<String> open() {
    return openWork.open(OpenWork.Kind.NOTICES);
  }

  private static List<String> states(TellPeople people, Notice notice) {
    return people.undelivered().of(notice.key()).orElseThrow().targets().stream()
        .map(Standing::state)
        .toList();
  }

  private static void killed() {
    throw new Killed("here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create open/notices/",
        "create notices/KEY/targets/chat/00000000000000000003",
        "delete [open/dead_notices/"
      })
  void aReplayThatIsKilledLosesNoLetter(String where) {
    TellPeople people = people(CHAT);
    Notice notice = dead(people);
    before.put(where.replace("KEY", notice.key()), UndeliveredTest::killed);
    Undelivered undelivered = people.undelivered();

    assertThat(catchThrowable(() -> undelivered.replay(notice.key(), Optional.empty())))
        .isInstanceOf(Killed.class);
    sweeps(people);

    if (states(people, notice).equals(List.of("dead"))) {
      assertThat(undelivered.overview().letters()).hasSize(1);
      undelivered.replay(notice.key(), Optional.empty());
    }
    assertThat(states(people, notice)).containsExactly("sent");
    assertThat(sent).hasSize(1);
    assertThat(undelivered.overview().dead()).isZero();
    assertThat(undelivered.count()).isZero();
    assertThat(open()).isEmpty();
  }

  @Test
  void aLetterThatIsToBeSentAgainAndThatNoSweepWouldFindIsOpenedByLooking() {
    TellPeople people = people(CHAT);
    Notice notice = dead(people);
    TellPeople idle = people(work -> {}, CHAT);
    before.put("delete [open/dead_notices/", UndeliveredTest::killed);
    catchThrowable(() -> idle.undelivered().replay(notice.key(), Optional.empty()));
    openWork.closed(OpenWork.Kind.NOTICES, notice.key());

    assertThat(people.undelivered().overview().letters()).isEmpty();
    assertThat(people.undelivered().overview().dead()).as("nothing is said to be dead").isZero();
    people.sweep();

    assertThat(states(people, notice)).containsExactly("sent");
  }

  @Test
  void aReplayForOneTargetIsFoundBySweepsAlsoIfAnotherFoundAllSettled() {
    TellPeople people = people(CHAT, OTHER);
    Notice notice = notice("n");
    answers.put("chat", REFUSED);
    answers.put("other", REFUSED);
    people.notify(notice);
    answers.put("chat", new Outcome.Waits(1, "503", Optional.empty()));
    answers.remove("other");
    // While the marker is taken away since the other target has it now, chat is asked again.
    before.put(
        "delete [open/notices/",
        () -> people.undelivered().replay(notice.key(), Optional.of("chat")));

    people.undelivered().replay(notice.key(), Optional.of("other"));
    assertThat(states(people, notice)).containsExactly("open", "sent");
    assertThat(open()).containsExactly(notice.key());
    answers.clear();
    sweeps(people);

    assertThat(states(people, notice)).containsExactly("sent", "sent");
    assertThat(open()).isEmpty();
  }

  @Test
  void whatASlowProcessFoundDoesNotUndoWhatAPersonDidMeanwhile() {
    TellPeople people = people(CHAT);
    Notice notice = notice("n");
    answers.put("chat", new Outcome.Waits(1, "503", Optional.empty()));
    onTheWay =
        () -> {
          // It hangs for long; another process takes over, is refused, and a person drops it.
          clock.forward(LONG);
          answers.put("chat", REFUSED);
          TellPeople another = people(CHAT);
          another.sweep();
          another.undelivered().drop(notice.key(), Optional.empty());
        };

    people.notify(notice);

    assertThat(states(people, notice)).containsExactly("dropped");
    assertThat(counted).containsExactly("chat DEAD");
    assertThat(people.undelivered().overview().dead()).isZero();
  }

  @Test
  void aSlowProcessThatIsRefusedDoesNotMakeALetterOfWhatWasTaken() {
    TellPeople people = people(CHAT);
    Notice notice = notice("n");
    answers.put("chat", REFUSED);
    onTheWay =
        () -> {
          clock.forward(LONG);
          answers.clear();
          people(CHAT).sweep();
        };

    people.notify(notice);

    assertThat(states(people, notice)).containsExactly("sent");
    assertThat(counted).containsExactly("chat SENT");
    assertThat(people.undelivered().overview().letters()).isEmpty();
    assertThat(people.undelivered().overview().dead()).isZero();
  }

  @Test
  void whatIsOnItsWayAgainIsNotSaidToBeDropped() {
    TellPeople people = people(CHAT);
    Notice notice = dead(people);
    before.put("delete [open/dead_notices/", UndeliveredTest::killed);
    TellPeople idle = people(work -> {}, CHAT);
    catchThrowable(() -> idle.undelivered().replay(notice.key(), Optional.empty()));

    assertThatThrownBy(() -> people.undelivered().drop(notice.key(), Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is on its way to [chat] again");

    people.sweep();
    assertThat(states(people, notice)).containsExactly("sent");
    assertThatThrownBy(() -> people.undelivered().drop(notice.key(), Optional.empty()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not undelivered");
  }

  @Test
  void theNewestLettersComeFirstAndAllOfThemCanBeRead() {
    TellPeople people = people(CHAT);
    answers.put("chat", REFUSED);
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      clock.forward(Duration.ofMinutes(1));
      Notice notice = notice("n" + i);
      people.notify(notice);
      newestFirst.addFirst(notice.key());
    }

    List<String> read = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      Undelivered.Overview page = people.undelivered().overview(next);
      assertThat(page.dead()).isEqualTo(450);
      page.letters().stream().map(Letter::notice).forEach(read::add);
      next = page.next();
    } while (next.isPresent());

    assertThat(read).isEqualTo(newestFirst);
    assertThat(people.undelivered().overview().letters()).hasSize(Undelivered.MAX_SHOWN);
  }

  @Test
  void aLetterThatDiedAgainIsListedOnceByItsLastDeath() {
    TellPeople people = people(CHAT);
    Notice notice = dead(people);
    Instant replayed = clock.instant();
    before.put("delete [open/dead_notices/", UndeliveredTest::killed);
    catchThrowable(() -> people.undelivered().replay(notice.key(), Optional.empty()));
    answers.put("chat", REFUSED);
    sweeps(people);

    assertThat(people.undelivered().overview().letters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.time()).isAfter(replayed));
    people.undelivered().drop(notice.key(), Optional.empty());

    assertThat(people.undelivered().count()).isZero();
  }
}
