package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.notices.NoticeMeter;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.notices.Undelivered.Standing;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// A target that keeps incidents has those open that people have to look after, in whatever order
/// trouble and ends come to it.
class IncidentsTest {
  private static final Duration LONG = Duration.ofHours(2);
  private static final Outcome AWAY = new Outcome.Waits(1, "503", Optional.empty());
  private static final NotificationTarget CHAT =
      new NotificationTarget(
          "chat", new Channel.Text(new Secret.Given("http://chat")), Severity.INFO);
  private static final NotificationTarget PAGER = pager(Severity.INFO);

  private final SettableClock clock = new SettableClock();

  /// What a process is killed before it creates.
  private volatile String killing = "nothing";

  private final ObjectStore store =
      new ForwardingObjectStore(new InMemoryObjectStore(clock)) {
        @Override
        public Creation create(ObjectName name, byte[] content) {
          if (name.value().equals(killing)) {
            killing = "nothing";
            throw new Killed(name.value());
          }
          return super.create(name, content);
        }
      };

  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final OpenWork openWork = new OpenWork(store, records);

  /// Target, what it was sent, and the incident.
  private final List<String> sent = new CopyOnWriteArrayList<>();

  /// The state of the pager, as PagerDuty keeps it.
  private final Map<String, Integer> incidents = new ConcurrentHashMap<>();

  private int pages;

  /// What a target answers to a kind; `Taken` unless it says something else.
  private final Map<String, Outcome> answers = new ConcurrentHashMap<>();

  private Runnable onTheWay = () -> {};

  private final NoticeSender sender =
      new NoticeSender() {
        @Override
        public Outcome send(NotificationTarget target, Notice notice) {
          sent.add("%s %s".formatted(target.name(), notice.kind()));
          Outcome outcome =
              answers.getOrDefault(target.name() + " " + notice.kind(), new Outcome.Taken(1));
          Runnable meanwhile = onTheWay;
          onTheWay = () -> {};
          meanwhile.run();
          if (target.name().equals("pager") && outcome instanceof Outcome.Taken) {
            keep(notice);
          }
          return outcome;
        }

        @Override
        public String shown(NotificationTarget target, Notice notice) {
          return "{}";
        }
      };

  private void keep(Notice notice) {
    switch (notice.action()) {
      case TRIGGER -> {
        if (incidents.merge(notice.incidentName(), 1, Integer::sum) == 1) {
          pages++;
        }
      }
      case CLOSE -> incidents.remove(notice.incidentName());
      case INFORM, RESOLVE ->
          throw new AssertionError("sent to who keeps incidents: " + notice.kind());
    }
  }

  private static NotificationTarget pager(Severity least) {
    return new NotificationTarget(
        "pager",
        new Channel.PagerDuty(new Secret.Variable("KEY"), URI.create("http://pager")),
        least);
  }

  private TellPeople people(NotificationTarget... targets) {
    return people(Checkpoint.NONE, targets);
  }

  private TellPeople people(Checkpoint checkpoint, NotificationTarget... targets) {
    return new TellPeople(
        List.of(targets),
        records,
        openWork,
        sender,
        checkpoint,
        NoticeMeter.NONE,
        LONG,
        Runnable::run);
  }

  private static Notice notice(String kind, Severity severity, Instant time, Action action) {
    return Notice.of("/source " + kind, kind, severity, time, "title", "text")
        .in("resource/site", action)
        .about("site");
  }

  private static Notice prediction(String kind, Instant time) {
    return notice(kind, Severity.WARNING, time, Action.TRIGGER);
  }

  private static Notice failed(String kind, Instant time) {
    return notice(kind, Severity.CRITICAL, time, Action.TRIGGER).alarming("rollback/" + kind);
  }

  private static Notice over(String kind, Instant time) {
    return notice(kind, Severity.INFO, time, Action.RESOLVE);
  }

  private List<String> open() {
    return openWork.open(OpenWork.Kind.NOTICES);
  }

  private void sweeps(TellPeople people) {
    for (int i = 0; i < 4; i++) {
      clock.forward(LONG);
      people.sweep();
    }
  }

  private static String state(TellPeople people, Notice notice) {
    return people.undelivered().of(notice.key()).orElseThrow().targets().stream()
        .filter(standing -> standing.target().equals("pager"))
        .map(Standing::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theEndOfAnEpisodeClosesAllItsIncidents() {
    TellPeople people = people(CHAT, PAGER);
    people.notify(prediction("failure-predicted", clock.instant()));
    people.notify(failed("failed-1", clock.instant()));
    people.notify(failed("failed-2", clock.instant()));
    assertThat(incidents.keySet())
        .containsExactlyInAnyOrder("resource/site", "rollback/failed-1", "rollback/failed-2");

    people.notify(over("completed", clock.instant()));

    assertThat(incidents).isEmpty();
    assertThat(sent)
        .containsExactly(
            "chat failure-predicted",
            "pager failure-predicted",
            "chat failed-1",
            "pager failed-1",
            "chat failed-2",
            "pager failed-2",
            "pager incident-over",
            "pager incident-over",
            "pager incident-over",
            "chat completed");
    assertThat(open()).isEmpty();
  }

  @Test
  void eachFailedRollbackAlarmsSomebodyWhateverIsKnownAlready() {
    TellPeople people = people(PAGER);
    people.notify(prediction("failure-predicted", clock.instant()));
    people.notify(notice("route-switched", Severity.WARNING, clock.instant(), Action.INFORM));
    assertThat(pages).isEqualTo(1);

    people.notify(failed("failed-1", clock.instant()));
    people.notify(failed("failed-2", clock.instant()));

    assertThat(pages).isEqualTo(3);
    assertThat(sent)
        .as("nothing is acknowledged on behalf of people")
        .containsExactly("pager failure-predicted", "pager failed-1", "pager failed-2");
    assertThat(open()).isEmpty();
  }

  @Test
  void anEndThatComesLateClosesNoNewerTrouble() {
    TellPeople people = people(PAGER);
    people.notify(prediction("old", clock.instant()));
    answers.put("pager incident-over", AWAY);
    people.notify(over("completed", clock.instant()));
    answers.clear();
    clock.forward(Duration.ofSeconds(30));
    people.notify(prediction("new", clock.instant()));
    people.notify(failed("failed", clock.instant()));

    sweeps(people);

    assertThat(incidents.keySet()).containsExactlyInAnyOrder("resource/site", "rollback/failed");
    assertThat(open()).isEmpty();

    people.notify(over("completed-2", clock.instant()));

    assertThat(incidents).isEmpty();
  }

  @Test
  void aDeadEndThatIsReplayedDaysLaterClosesNoNewerTrouble() {
    TellPeople people = people(PAGER);
    people.notify(prediction("old", clock.instant()));
    answers.put("pager incident-over", new Outcome.Refused(1, "404"));
    people.notify(over("completed", clock.instant()));
    answers.clear();
    String dead = people.undelivered().overview().letters().getFirst().notice();
    clock.forward(Duration.ofDays(3));
    people.notify(prediction("new", clock.instant()));

    people.undelivered().replay(dead, Optional.empty());

    assertThat(incidents).containsKey("resource/site");
    assertThat(people.undelivered().overview().dead()).isZero();
    assertThat(people.undelivered().of(dead).orElseThrow().targets())
        .extracting(Standing::state)
        .containsExactly("skipped");
  }

  @Test
  void anEndIsNoEndOfTroubleThatHappenedAfterItHoweverLateItIsDelivered() {
    TellPeople people = people(CHAT, PAGER);
    Instant before = clock.instant();
    clock.forward(Duration.ofMinutes(10));
    answers.put("pager failed", AWAY);
    Notice trouble = failed("failed", clock.instant());
    people.notify(trouble);
    answers.clear();
    clock.forward(Duration.ofMinutes(1));

    people.notify(over("completed", before));
    sweeps(people);

    assertThat(incidents).containsOnlyKeys("rollback/failed");
    assertThat(state(people, trouble)).isEqualTo("sent");
  }

  @Test
  void whatIsCriticalIsNotOverByAnEndOfSecondsBefore() {
    TellPeople people = people(PAGER);
    Instant end = clock.instant();
    clock.forward(Duration.ofSeconds(5));
    people.notify(failed("failed", clock.instant()));
    people.notify(prediction("of-a-clock-ahead", clock.instant()));

    people.notify(over("completed", end));

    assertThat(incidents).containsOnlyKeys("rollback/failed");
  }

  @Test
  void newTroubleIsToldAlsoIfAClockSaysThatItIsOlderThanTheEnd() {
    TellPeople people = people(PAGER);
    people.notify(over("completed", clock.instant()));

    people.notify(prediction("of-a-clock-behind", clock.instant().minusSeconds(20)));
    Notice late = prediction("old-and-delivered-late", clock.instant().minusSeconds(600));
    people.notify(late);

    assertThat(sent).containsExactly("pager of-a-clock-behind");
    assertThat(state(people, late)).isEqualTo("skipped");
  }

  @Test
  void troubleThatIsOverMeanwhileDoesNotOpenAnIncidentAgain() {
    TellPeople people = people(CHAT, PAGER);
    answers.put("chat failed", AWAY);
    answers.put("pager failed", AWAY);
    Notice trouble = failed("failed", clock.instant());
    people.notify(trouble);
    answers.clear();
    people.notify(over("completed", clock.instant()));
    sent.clear();

    sweeps(people);

    assertThat(sent).contains("chat failed").doesNotContain("pager failed");
    assertThat(state(people, trouble)).isEqualTo("skipped");
    assertThat(incidents).isEmpty();
    assertThat(open()).isEmpty();
  }

  @Test
  void anEndThatOvertakesItsTroubleIsSentOnceMore() {
    TellPeople people = people(PAGER);
    onTheWay = () -> people.notify(over("completed", clock.instant()));

    people.notify(failed("failed", clock.instant()));
    assertThat(incidents).isNotEmpty();
    people.sweep();

    assertThat(incidents).isEmpty();
    assertThat(open()).isEmpty();
  }

  @Test
  void anEndThatIsSentOnceMoreIsTriedUntilItIsTaken() {
    TellPeople people = people(PAGER);
    onTheWay = () -> people.notify(over("completed", clock.instant()));
    people.notify(failed("failed", clock.instant()));
    answers.put("pager incident-over", new Outcome.Waits(1, "429", Optional.empty()));
    people.sweep();
    assertThat(incidents).isNotEmpty();
    assertThat(open()).hasSize(1);
    answers.clear();

    sweeps(people);

    assertThat(incidents).isEmpty();
    assertThat(open()).isEmpty();
  }

  @Test
  void anEndThatIsSentOnceMoreAndRefusedIsADeadLetter() {
    TellPeople people = people(PAGER);
    onTheWay = () -> people.notify(over("completed", clock.instant()));
    people.notify(failed("failed", clock.instant()));
    answers.put("pager incident-over", new Outcome.Refused(1, "400"));

    sweeps(people);

    assertThat(people.undelivered().overview().letters()).hasSize(1);
  }

  @Test
  void troubleThatOvertakesTheEndOfAnEarlierOneIsSentOnceMore() {
    TellPeople people = people(PAGER);
    people.notify(prediction("old", clock.instant()));
    onTheWay =
        () -> {
          clock.forward(Duration.ofMinutes(2));
          people.notify(prediction("new", clock.instant()));
        };

    people.notify(over("completed", clock.instant()));
    assertThat(incidents).as("closed by the older end").isEmpty();
    people.sweep();

    assertThat(incidents).containsOnlyKeys("resource/site");
    assertThat(open()).isEmpty();
  }

  @Test
  void killedAfterTroubleWasTakenItsEndIsSentBehindItAllTheSame() {
    Notice trouble = failed("failed", clock.instant());
    TellPeople dying =
        people(
            step -> {
              throw new Killed(step);
            },
            PAGER);
    onTheWay = () -> people(PAGER).notify(over("completed", clock.instant()));
    assertThat(catchThrowable(() -> dying.notify(trouble))).isInstanceOf(Killed.class);
    assertThat(incidents).isNotEmpty();

    sweeps(people(PAGER));

    assertThat(incidents).isEmpty();
    assertThat(state(people(PAGER), trouble)).isEqualTo("skipped");
    assertThat(open()).isEmpty();
  }

  @Test
  void aNoticeThatIsKeptAgainAfterAKillEndsNothingThatCameBetween() {
    Notice end = over("completed", clock.instant());
    TellPeople people = people(PAGER);
    killing = "notices/" + end.key() + "/notice";
    assertThat(catchThrowable(() -> people.notify(end))).isInstanceOf(Killed.class);
    Notice between = prediction("between", end.time().plusSeconds(1));
    answers.put("pager between", AWAY);
    people.notify(between);
    answers.clear();

    people.notify(end);
    sweeps(people);

    assertThat(incidents).containsOnlyKeys("resource/site");
  }

  @Test
  void whoDidNotHearOfTroubleDoesNotHearOfItsEnd() {
    NotificationTarget slow =
        new NotificationTarget(
            "chat", new Channel.Text(new Secret.Given("http://chat")), Severity.CRITICAL);
    TellPeople people = people(slow, pager(Severity.CRITICAL));
    people.notify(prediction("failure-predicted", clock.instant()));
    people.notify(over("completed", clock.instant()));
    assertThat(sent).isEmpty();

    people.notify(over("asked-for-by-a-person", clock.instant()));

    assertThat(sent).containsExactly("chat asked-for-by-a-person");
    assertThat(open()).isEmpty();
  }

  @Test
  void whatEndsOnlyTroubleIsToldOnlyAfterTrouble() {
    TellPeople people = people(CHAT, PAGER);

    people.over(over("shadow-created-1", clock.instant()));
    assertThat(records.names("")).isEmpty();
    people.notify(prediction("shadow-failed", clock.instant()));
    people.over(over("shadow-created-2", clock.instant()));
    people.over(over("shadow-created-3", clock.instant()));

    assertThat(sent)
        .containsExactly(
            "chat shadow-failed",
            "pager shadow-failed",
            "pager incident-over",
            "chat shadow-created-2");
    assertThat(incidents).isEmpty();
  }

  @Test
  void whatWasKeptAsAnAcknowledgementIsReadAsWordOfWhatGnomonDoes() throws Exception {
    assertThat(Json.MAPPER.readValue("\"ACKNOWLEDGE\"", Action.class)).isEqualTo(Action.INFORM);
  }
}
