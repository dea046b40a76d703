package dev.gnomon.verification.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.probes.MemoryProbeBook;
import dev.gnomon.core.probes.ProbeBook;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.Probed.Target;
import dev.gnomon.core.probes.Verdict;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.core.telemetry.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// What the vantage points' probes mean together.
class WatchCellsTest {
  private static final CellName EAST = new CellName("east");
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new Cell(EAST, Optional.empty()), new Cell(new CellName("west"), Optional.empty())),
          EAST,
          List.of(),
          Catalogue.DEFAULT_CLOCK_TOLERANCE,
          List.of());

  private final ProbeBook book = new MemoryProbeBook();
  private final WatchCells watch = new WatchCells(CATALOGUE, book);
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private WatchCells.Watched probe(WatchCells by, String vantage, Optional<String> failure) {
    now = now.plusSeconds(1);
    return by.observe(
        new Probed(
            vantage,
            EAST,
            Target.STORE,
            now,
            failure.isPresent() ? OptionalDouble.empty() : OptionalDouble.of(0.01),
            failure),
        now);
  }

  private WatchCells.Watched fails(String vantage) {
    return probe(watch, vantage, Optional.of("connection refused"));
  }

  private WatchCells.Watched answers(String vantage) {
    return probe(watch, vantage, Optional.empty());
  }

  @Test
  void aCellThatAnswersIsWell() {
    WatchCells.Watched watched = answers("west");

    assertThat(watched.verdict()).isEqualTo(new Verdict.Well());
    assertThat(watched.samples())
        .extracting(sample -> sample.series().metric())
        .containsExactly("gnomon_probe_success", "gnomon_probe_duration_seconds");
    assertThat(watched.foreseen()).isEmpty();
  }

  @Test
  void oneVantagePointAloneProvesNothingHoweverLongItFails() {
    answers("north");
    for (int i = 0; i < 300; i++) {
      WatchCells.Watched watched = fails("west");

      assertThat(watched.verdict()).isEqualTo(new Verdict.Inconclusive());
      assertThat(watched.foreseen()).isEmpty();
      assertThat(watched.samples()).as("neither good nor bad").isEmpty();
    }
  }

  @Test
  void oneProcessUnderOneNameIsOneVantagePointHoweverOftenItTells() {
    WatchCells other = new WatchCells(CATALOGUE, book);
    for (int i = 0; i < 10; i++) {
      assertThat(fails("west").foreseen()).isEmpty();
      assertThat(probe(other, "west", Optional.of("refused")).foreseen()).isEmpty();
    }
  }

  @Test
  void twoVantagePointsThatFailTwiceAreEvidenceWithBothAsReasons() {
    Instant began = now.plusSeconds(1);
    fails("west");
    fails("north");
    assertThat(fails("west").foreseen()).isEmpty();

    WatchCells.Watched watched = fails("north");

    Foreseen foreseen = watched.foreseen().orElseThrow();
    assertThat(foreseen.subject()).isEqualTo(new Subject.OfCell(EAST));
    assertThat(foreseen.estimate().onset()).contains(began);
    assertThat(foreseen.estimate().probability()).isGreaterThan(0.9);
    assertThat(foreseen.evidence())
        .hasSize(2)
        .anyMatch(text -> text.contains("from west") && text.contains("connection refused"))
        .anyMatch(text -> text.contains("from north"));
    assertThat(watched.samples())
        .singleElement()
        .satisfies(sample -> assertThat(sample.value()).isZero());
  }

  @Test
  void probesThatCameToDifferentProcessesCountTogether() {
    WatchCells other = new WatchCells(CATALOGUE, book);
    fails("west");
    fails("west");
    probe(other, "north", Optional.of("refused"));

    assertThat(probe(other, "north", Optional.of("refused")).foreseen()).isPresent();
  }

  @Test
  void anEpisodeIsAnnouncedOnceAndAgainOnlyAfterAWhileUnderTheSameName() {
    List<Foreseen> all = new java.util.ArrayList<>();
    for (int i = 0; i < 50; i++) {
      fails("west").foreseen().ifPresent(all::add);
      fails("north").foreseen().ifPresent(all::add);
    }

    assertThat(all).hasSize(2);
    assertThat(all.getFirst().episode()).isEqualTo(all.getLast().episode());
  }

  @Test
  void aSingleFailureOfEachIsAMomentsAndNoEvidence() {
    fails("west");

    assertThat(fails("north").verdict()).isEqualTo(new Verdict.Inconclusive());
    answers("west");
    answers("north");
    fails("west");
    assertThat(fails("north").verdict()).isEqualTo(new Verdict.Inconclusive());
  }

  @Test
  void moreThatSucceedThanFailProveNothing() {
    for (int i = 0; i < 3; i++) {
      fails("a");
      fails("b");
      answers("c");
      answers("d");
      answers("e");
    }

    assertThat(answers("e").verdict()).isEqualTo(new Verdict.Inconclusive());
  }

  @Test
  void failuresOfLongAgoSayNothing() {
    fails("west");
    fails("west");
    now = now.plus(Duration.ofMinutes(2));
    fails("north");

    assertThat(fails("north").verdict()).isEqualTo(new Verdict.Inconclusive());
    assertThat(Verdict.of(book.of(EAST), now.plus(Duration.ofHours(1))))
        .isEqualTo(new Verdict.Missing());
  }

  @Test
  void aProbeThatIsToldTwiceOrLateCountsOnce() {
    fails("west");
    Probed told =
        new Probed("north", EAST, Target.STORE, now, OptionalDouble.empty(), Optional.of("x"));
    Probed late =
        new Probed(
            "north",
            EAST,
            Target.STORE,
            now.minusSeconds(5),
            OptionalDouble.empty(),
            Optional.of("x"));
    fails("west");

    watch.observe(told, now);
    watch.observe(told, now);

    assertThat(watch.observe(late, now).verdict()).isEqualTo(new Verdict.Inconclusive());
  }

  @Test
  void storeAndRedisAreJudgedApart() {
    fails("west");
    fails("west");
    Probed redis =
        new Probed("north", EAST, Target.REDIS, now, OptionalDouble.empty(), Optional.of("x"));

    assertThat(watch.observe(redis, now).verdict()).isEqualTo(new Verdict.Inconclusive());
  }

  @Test
  void latencyIsTakenInAsTelemetry() {
    Sample latency = answers("west").samples().getLast();

    assertThat(latency.value()).isEqualTo(0.01);
    assertThat(latency.series().labels()).containsEntry("vantage", "west");
  }

  @Test
  void anUnknownCellOrNameIsRefused() {
    assertThatThrownBy(() ->
            watch.observe(
                new Probed(
                    "west",
                    new CellName("mars"),
                    Target.STORE,
                    now,
                    OptionalDouble.of(1),
                    Optional.empty()),
                now))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mars");
    assertThatThrownBy(() -> answers("Not A Name")).hasMessageContaining("'Not A Name'");
  }

  @Test
  void probesThatWereHeldBackOnTheirWaySayNothingOfNow() {
    Instant then = now.minus(Duration.ofHours(1));
    for (int i = 0; i < 10; i++) {
      for (String vantage : List.of("west", "north")) {
        Probed old =
            new Probed(
                vantage,
                EAST,
                Target.STORE,
                then.plusSeconds(i),
                OptionalDouble.empty(),
                Optional.of("refused"));

        WatchCells.Watched watched = watch.observe(old, now);

        assertThat(watched.verdict()).isEqualTo(new Verdict.Missing());
        assertThat(watched.foreseen()).isEmpty();
        assertThat(watched.samples()).isEmpty();
      }
    }
  }

  @Test
  void halvesOfANetworkThatMissEachOtherProveNothing() {
    for (int i = 0; i < 3; i++) {
      fails("a");
      fails("b");
      answers("c");
      answers("d");
    }

    assertThat(answers("d").verdict()).isEqualTo(new Verdict.Inconclusive());
  }
}
