package dev.gnomon.core.merit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Ranking.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");
  private static final CellName NORTH = new CellName("north");
  private static final MeritPolicy POLICY = MeritPolicy.DEFAULT;

  private Optional<Tracked> tracked = Optional.empty();
  private Instant now = T0;
  private MeritWeights weights = MeritWeights.DEFAULT;
  private Optional<Instant> staleSince = Optional.empty();

  private Place place(CellName cell, double health, Duration lag) {
    return new Place(
        cell,
        new Inputs(
            OptionalDouble.of(health),
            OptionalDouble.empty(),
            Optional.of(lag),
            Optional.of(Duration.ofMinutes(1)),
            OptionalDouble.empty(),
            new RollbackCost(OptionalLong.of(1), OptionalLong.empty(), OptionalDouble.empty())),
        Optional.empty(),
        Optional.empty());
  }

  private Place unknown(CellName cell) {
    Inputs inputs = place(cell, 1, Duration.ofSeconds(1)).inputs();
    return new Place(
        cell,
        new Inputs(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            inputs.lag(),
            inputs.target(),
            OptionalDouble.empty(),
            inputs.cost()),
        Optional.empty(),
        Optional.empty());
  }

  private Place measured(Place place) {
    boolean known = place.inputs().health().isPresent();
    return new Place(
        place.cell(),
        place.inputs(),
        place.excluded(),
        known ? Optional.of(staleSince.orElse(now)) : Optional.empty());
  }

  private Ranking look(Place serving, Place... places) {
    Ranking ranking =
        Ranking.of(
            new ResourceName("site"),
            measured(serving),
            Stream.of(places).map(this::measured).toList(),
            tracked,
            POLICY,
            weights,
            now);
    tracked = Optional.of(ranking.tracked());
    return ranking;
  }

  /// Looks every ten seconds.
  private Optional<Standing> outranks(Duration time, Place serving, Place... places) {
    Instant end = now.plus(time);
    Optional<Standing> last = Optional.empty();
    while (now.isBefore(end)) {
      now = now.plusSeconds(10);
      last = look(serving, places).outranking(POLICY).stream().findFirst();
    }
    return last;
  }

  @Test
  void bestCandidateComesFirstAndSaysItsNumbers() {
    Ranking ranking =
        look(
            place(EAST, 0.1, Duration.ZERO),
            place(WEST, 1, Duration.ofMinutes(3)),
            place(NORTH, 1, Duration.ofSeconds(2)));

    assertThat(ranking.candidates()).extracting(Standing::cell).containsExactly(NORTH, WEST);
    assertThat(ranking.candidates().getFirst().sentence())
        .startsWith("north 0.")
        .contains("trust 1.00", "100.0 % well", "2 s behind, target 60 s");
  }

  @Test
  void gapMustLastBeforeTheServingPlaceIsOutranked() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    assertThat(outranks(POLICY.sustained().minusSeconds(10), bad, good)).isEmpty();
    assertThat(outranks(Duration.ofSeconds(30), bad, good))
        .hasValueSatisfying(standing -> assertThat(standing.cell()).isEqualTo(WEST));
  }

  @Test
  void gapThatBreaksBeginsAnew() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    outranks(Duration.ofSeconds(100), bad, good);
    now = now.plusSeconds(10);
    look(bad, place(WEST, 0.2, Duration.ofSeconds(2)));
    assertThat(outranks(Duration.ofSeconds(100), bad, good)).isEmpty();
  }

  @Test
  void timeThatNobodyWatchedDoesNotCount() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    outranks(Duration.ofSeconds(60), bad, good);
    now = now.plus(Duration.ofHours(1));
    assertThat(look(bad, good).outranking(POLICY)).isEmpty();
  }

  @Test
  void whatIsUnknownIsNeverACause() {
    Place bad = place(EAST, 0, Duration.ZERO);
    assertThat(outranks(Duration.ofHours(1), bad, unknown(WEST)))
        .as("nothing is known of the candidate's health")
        .isEmpty();
    tracked = Optional.empty();
    assertThat(outranks(Duration.ofHours(1), unknown(EAST), place(WEST, 1, Duration.ofSeconds(1))))
        .as("nothing is known of the serving one")
        .isEmpty();
  }

  @Test
  void aSignalThatStopsEndsTheGap() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    outranks(Duration.ofSeconds(110), bad, good);
    now = now.plusSeconds(5);
    look(unknown(EAST), good);
    now = now.plusSeconds(5);
    assertThat(look(bad, good).outranking(POLICY)).isEmpty();
  }

  @Test
  void lookingAtAnOldMeasurementAgainAddsNothing() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    outranks(Duration.ofSeconds(60), bad, good);
    double trust = look(bad, good).serving().trust();
    staleSince = Optional.of(now);
    assertThat(outranks(Duration.ofMinutes(30), bad, good)).isEmpty();
    assertThat(look(bad, good).serving().trust()).isEqualTo(trust);
  }

  @Test
  void costAloneIsNoReasonToLeave() {
    RollbackCost dear =
        new RollbackCost(OptionalLong.of(1L << 50), OptionalLong.of(500), OptionalDouble.of(1e6));
    Inputs well = place(EAST, 1, Duration.ZERO).inputs();
    Inputs inputs =
        new Inputs(well.health(), well.latency(), well.lag(), well.target(), well.risk(), dear);
    assertThat(
            outranks(
                Duration.ofHours(1),
                new Place(EAST, inputs, Optional.empty(), Optional.empty()),
                new Place(WEST, inputs, Optional.empty(), Optional.empty())))
        .isEmpty();
  }

  @Test
  void candidatesBeyondTheLagCapOrOfUnknownLagComeLastAndAreNotChosen() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place far = place(WEST, 1, POLICY.lagCap().plusSeconds(1));
    Place near = place(NORTH, 0.6, Duration.ofSeconds(5));
    assertThat(outranks(Duration.ofHours(1), bad, far)).isEmpty();
    Ranking ranking = look(bad, far, near);
    assertThat(ranking.candidates()).extracting(Standing::cell).containsExactly(NORTH, WEST);
    assertThat(ranking.candidates().getLast().excluded())
        .hasValueSatisfying(why -> assertThat(why).contains("merit.lagCap"));
  }

  @Test
  void lossOfWhatIsTrackedStartsFromNeutral() {
    Place bad = place(EAST, 0.2, Duration.ZERO);
    Place good = place(WEST, 1, Duration.ofSeconds(2));
    outranks(Duration.ofMinutes(30), bad, good);
    tracked = Optional.empty();
    Ranking ranking = look(bad, good);
    assertThat(ranking.outranking(POLICY)).isEmpty();
    assertThat(ranking.serving().trust()).isEqualTo(1);
  }

  @Test
  void measurementsOfAClockThatIsAheadDoNotMakeAGapLast() {
    staleSince = Optional.of(now.plus(Duration.ofHours(1)));

    assertThat(
            look(place(EAST, 0.2, Duration.ZERO), place(WEST, 1, Duration.ofSeconds(2)))
                .outranking(POLICY))
        .isEmpty();
  }

  @Test
  void whatIsKnownToDoWellComesBeforeWhatNobodyWatchesAndThatBeforeWhatDoesBadly() {
    Place badly = place(new CellName("south"), 0.5, Duration.ofSeconds(1));
    Ranking ranking =
        look(
            place(EAST, 0.5, Duration.ZERO),
            badly,
            unknown(NORTH),
            place(WEST, 0.98, Duration.ofSeconds(2)));

    assertThat(ranking.candidates())
        .extracting(Standing::cell)
        .containsExactly(WEST, NORTH, badly.cell());
  }

  @Test
  void aTrifleThatIsMeasuredDoesNotLetTheCostDecide() {
    RollbackCost dear =
        new RollbackCost(OptionalLong.of(1L << 50), OptionalLong.of(500), OptionalDouble.of(1e6));
    Inputs well = place(EAST, 0.9999, Duration.ZERO).inputs();
    Inputs inputs =
        new Inputs(well.health(), well.latency(), well.lag(), well.target(), well.risk(), dear);
    weights = new MeritWeights(1.5, 0.7, 0.7, 1, 2 * MeritWeights.DEFAULT.cost());

    assertThat(
            outranks(
                Duration.ofHours(1),
                new Place(EAST, inputs, Optional.empty(), Optional.empty()),
                new Place(WEST, inputs, Optional.empty(), Optional.empty())))
        .isEmpty();
  }
}
