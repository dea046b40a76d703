package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RouteSwitched;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.UpdateBlocked;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventNoticesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");
  private static final Instant ENDED = Instant.parse("2026-03-01T10:05:00Z");
  private final EventNotices notices =
      new EventNotices(
          () -> NOW,
          rollback -> rollback.equals("known") ? Optional.of(ENDED) : Optional.empty(),
          Optional.of(URI.create("https://gnomon.example/")));

  private Notice of(EventData data) {
    return notices.of(data, "/source 1", NOW).orElseThrow();
  }

  @Test
  void allThatBefallsAResourceIsOneEpisode() {
    Notice predicted =
        of(
            new FailurePredicted(
                Optional.of("site"), Optional.empty(), NOW, NOW, 0.9, List.of("errors rise")));
    Notice switched =
        of(
            new RouteSwitched(
                "site",
                1,
                2,
                RouteSwitched.State.SERVING,
                new RouteSwitched.Place("west", "/srv/site"),
                RouteSwitched.Fenced.ENFORCED,
                "a test"));
    Notice failed = of(new RollbackFailed("site-e1", "site", 1, "no point", "frozen"));
    Notice completed =
        of(
            new RollbackCompleted(
                "site-e1", "site", Mode.RESTORE, 1, 3, "site@7", Optional.empty(), 3, 400));

    assertThat(List.of(predicted, switched, failed, completed))
        .allSatisfy(notice -> {
          assertThat(notice.episode()).isEqualTo("resource/site");
          assertThat(notice.subject()).contains("site");
          assertThat(notice.time()).isEqualTo(NOW);
        })
        .extracting(Notice::action)
        .containsExactly(Action.TRIGGER, Action.INFORM, Action.TRIGGER, Action.RESOLVE);
    assertThat(failed.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(failed.text()).isEqualTo("Rollback site-e1 of site failed: no point. Now: frozen");
    assertThat(failed.links())
        .containsExactly(
            new Notice.Link("The rollback", "https://gnomon.example/rollbacks/site-e1"));
  }

  @Test
  void anUpdateAndACellAreEpisodesOfTheirOwn() {
    assertThat(of(new UpdateBlocked("u 1/2", "no shadow", List.of())))
        .satisfies(notice -> {
          assertThat(notice.episode()).isEqualTo("update/u 1/2");
          assertThat(notice.links().getFirst().href())
              .isEqualTo("https://gnomon.example/updates/u%201%2F2");
        });
    assertThat(
            of(new FailurePredicted(
                    Optional.empty(), Optional.of("east"), NOW, NOW, 0.5, List.of("x")))
                .episode())
        .isEqualTo("cell/east");
  }

  @Test
  void aPredictionSaysItsProbabilityBesideItsConfidence() {
    Notice notice =
        of(
            new FailurePredicted(
                Optional.of("site"),
                Optional.empty(),
                NOW,
                NOW,
                0.9,
                List.of("x"),
                Optional.of(0.71),
                Optional.of(1800L),
                Optional.of("failure-3"),
                Optional.empty()));

    assertThat(notice.text()).contains("probability 0.71, confidence 0.90");
    assertThat(notice.fields())
        .extracting(Notice.Field::name, Notice.Field::value)
        .contains(tuple("Probability", "0.71"), tuple("Confidence", "0.90"));
  }

  @Test
  void whatNobodyIsToldOfIsNoNotice() {
    assertThat(notices.of(new SweepDue(), "/source 1", NOW)).isEmpty();
  }

  @Test
  void withoutAnAddressThereAreNoLinks() {
    EventNotices plain = without(Optional.empty());

    assertThat(
            plain.of(new RollbackFailed("r", "site", 1, "x", "y"), "1", NOW).orElseThrow().links())
        .isEmpty();
  }

  private static EventNotices without(Optional<URI> api) {
    return new EventNotices(() -> NOW, rollback -> Optional.empty(), api);
  }

  @Test
  void aLinkThatIsTooLongIsLeftOutAndTheNoticeIsKept() {
    EventNotices notices =
        without(Optional.of(URI.create("https://gnomon.example/" + "x".repeat(1990))));

    assertThat(notices.of(failed("site-e1"), "1", NOW).orElseThrow().links()).isEmpty();
  }

  @Test
  void eachRollbackThatFailsIsAnIncidentOfItsOwn() {
    assertThat(of(failed("site-e1")).incidentName())
        .isNotEqualTo(of(failed("site-e4")).incidentName())
        .isNotEqualTo(of(failed("site-e1")).episode());
  }

  @Test
  void aRollbackIsToldWithTheTimeOfItsEndHoweverLateItsEventWasSent() {
    assertThat(of(failed("known")).time()).isEqualTo(ENDED);
    assertThat(of(failed("unknown")).time()).isEqualTo(NOW);
    assertThat(
            of(new RollbackCompleted(
                    "known", "site", Mode.RESTORE, 1, 3, "site@7", Optional.empty(), 3, 400))
                .time())
        .isEqualTo(ENDED);
  }

  private static RollbackFailed failed(String rollback) {
    return new RollbackFailed(rollback, "site", 1, "no point", "frozen");
  }
}
