package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Destinations;
import dev.gnomon.core.rollback.IdleRollbacks;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a place owes before automation comes back to it.
class ReturnTermsTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private Optional<String> unfit = Optional.empty();
  private World world;
  private int writes;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(clock));
    objects.put(World.WEST, new InMemoryObjectStore(clock));
    world = new World(root, objects);
    world.destinations =
        new Destinations() {
          @Override
          public Preferred prefer(
              Resource resource,
              Route route,
              By by,
              List<CellName> cells,
              Predicate<CellName> servesAtOnce) {
            return new Preferred.Cell(cells.getFirst(), "");
          }

          @Override
          public Optional<String> tooEarly(Resource resource, Route route, Location home) {
            return unfit;
          }
        };
    world.resource("site", RollbackMode.SWITCH_AND_RESTORE);
    world.write(world.location("site").resolve("file"), "first");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private CellName serving() {
    return world.route("site").primary().cell();
  }

  /// Automation leaves what serves for this.
  private String leaves(Optional<Blame> blame) {
    world.write(world.served("site").resolve("file"), "content " + writes++);
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    RollbackRequest request =
        new RollbackRequest(
            new Target.OfResource(SITE),
            Optional.empty(),
            Optional.empty(),
            true,
            By.AUTOMATION,
            "a test asked for it",
            Optional.empty());
    return world.rolledBack(blame.map(request::blaming).orElse(request));
  }

  private String leaves(Blame blame) {
    return leaves(Optional.of(blame));
  }

  private void after(Duration time) {
    clock.forward(time);
    world.sweep();
    world.deliver();
  }

  private boolean nobodyReturns() {
    return world.open().isEmpty()
        || world
            .views
            .returnWaits(world.route("site"))
            .filter(why -> why.contains("only a person"))
            .isPresent();
  }

  private String waits() {
    return world.views.returnWaits(world.route("site")).orElseThrow();
  }

  @Test
  void whatDidBadlyWhileItServedHasToDoWellForSixHours() {
    leaves(Blame.PLACE);

    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(waits())
        .contains(
            "automation left east 1 times within 1d",
            "for how it did while it served",
            "has to do well for 6h",
            "not before",
            "gnomon merit return site");
    after(Duration.ofMinutes(359));
    assertThat(serving()).isEqualTo(World.WEST);
    after(Duration.ofMinutes(2));
    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.served("site").resolve("file")).hasContent("content 0");
  }

  @Test
  void whatWaitsToReturnIsNotUndoneBeforeItHasEnded() {
    String rollback = leaves(Blame.PLACE);

    assertThat(world.rollback(World.undo(rollback)))
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("has not ended", "merit return site"));
    assertThat(serving()).isEqualTo(World.WEST);
    after(Duration.ofHours(7));
    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.rolledBack(World.undo(rollback))).isNotEmpty();
  }

  @Test
  void restoredContentAndACellThatAnswersAgainAreReturnedToAtOnceButNotTwice() {
    leaves(Blame.CONTENT);
    assertThat(serving()).isEqualTo(World.EAST);
    clock.forward(Duration.ofHours(1));

    leaves(Blame.REACH);

    assertThat(serving()).isEqualTo(World.WEST);
    after(Duration.ofMinutes(361));
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void departuresOfAnotherDayDoNotCount() {
    leaves(Blame.CONTENT);
    clock.forward(DAY.plusMinutes(5));

    leaves(Blame.CONTENT);

    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void aDepartureIsForgottenByServingAtHomeNotByTheTimeAway() {
    leaves(Blame.PLACE);
    after(Duration.ofMinutes(359));
    unfit = Optional.of("it is slow");
    after(Duration.ofMinutes(1));
    unfit = Optional.empty();
    after(Duration.ofMinutes(361));
    assertThat(serving()).isEqualTo(World.EAST);
    clock.forward(Duration.ofHours(13));

    leaves(Blame.PLACE);

    assertThat(waits()).contains("2 times within 1d", "has to do well for 12h");
  }

  @Test
  void whatWasRepairedAtHomeDidNotLeaveIt() {
    for (int i = 0; i < 3; i++) {
      world.shadow("site");
      clock.forward(Duration.ofMinutes(1));
      RollbackRequest inPlace =
          World.changed(
              World.to("site", Optional.empty(), Optional.of(RollbackMode.RESTORE)),
              "by",
              By.AUTOMATION);
      world.rolledBack(inPlace.blaming(Blame.CONTENT));
    }

    leaves(Blame.CONTENT);

    assertThat(serving()).as("returned at once").isEqualTo(World.EAST);
  }

  @Test
  void thatAnUpdateFailedIsNobodysJudgementOfWhatWasBefore() {
    leaves(Blame.PLACE);
    after(Duration.ofMinutes(361));
    assertThat(serving()).isEqualTo(World.EAST);
    world.update("u1", "site");
    world.rolledBack(World.ofUpdate("u1"));
    after(Duration.ofMinutes(1));
    assertThat(serving()).isEqualTo(World.EAST);

    leaves(Blame.PLACE);

    assertThat(waits()).contains("2 times within 1d");
  }

  @Test
  void aProofLongerThanItsMemoryIsRefused() {
    assertThatThrownBy(() -> World.changed(world.policies.merit(), "proves", DAY.plusHours(1)))
        .rootCause()
        .hasMessageContaining("merit.return.proves must be at most merit.return.within");
  }

  @Test
  void whoeverDoesNotSayWhatIsAtFaultAsksForNothing() {
    for (int i = 0; i < 4; i++) {
      leaves(Optional.empty());
      assertThat(serving()).isEqualTo(World.EAST);
    }
  }

  @Test
  void aSetbackBeginsTheProofAnewAlsoForTheNextProcess() {
    leaves(Blame.PLACE);
    after(Duration.ofHours(5));
    unfit = Optional.of("it is slow");
    after(Duration.ofMinutes(1));
    unfit = Optional.empty();
    world.restart();

    after(Duration.ofHours(5));

    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(waits()).contains("it did not do well: it is slow");
    after(Duration.ofMinutes(61));
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void theThirdTimeAPersonReturnsAndThenItCountsAnew() {
    leaves(Blame.PLACE);
    after(Duration.ofMinutes(361));
    leaves(Blame.PLACE);
    after(Duration.ofMinutes(719));
    assertThat(serving()).isEqualTo(World.WEST);
    after(Duration.ofMinutes(2));
    assertThat(serving()).isEqualTo(World.EAST);
    String third = leaves(Blame.CONTENT);
    assertThat(waits()).contains("3 times within 1d", "only a person returns");

    assertThat(world.rollbacks.returnNow(world.catalogue.resource(SITE).orElseThrow()))
        .contains(third);

    world.sweep();
    world.deliver();
    assertThat(serving()).isEqualTo(World.EAST);
    leaves(Blame.CONTENT);
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void whatSomebodyElseMovedMeanwhileIsNotWaitedForAnyMore() {
    String waiting = leaves(Blame.PLACE);
    world.shadow("site");
    world.rolledBack(
        World.to("site", Optional.empty(), Optional.of(RollbackMode.SWITCH)).toCell(World.EAST));

    world.sweep();
    world.deliver();

    assertThat(world.views.of(waiting).orElseThrow().state()).isEqualTo(State.OVERTAKEN);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whatOnlyAPersonReturnsWaitsForHimForAsLongAsItTakes() {
    leaves(Blame.CONTENT);
    leaves(Blame.CONTENT);
    after(Duration.ofMinutes(361));
    String third = leaves(Blame.CONTENT);

    after(Duration.ofDays(3));

    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(waits()).contains("only a person returns", "gnomon merit return site");
    assertThat(
            new IdleRollbacks(
                    world.objects.get(world.catalogue.control()), world.records, world.openWork)
                .awaitPerson())
        .containsExactly(SITE);
    assertThat(world.rollbacks.returnNow(world.catalogue.resource(SITE).orElseThrow()))
        .contains(third);
    world.sweep();
    world.deliver();
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @Test
  void aRepairOfTheShadowMeanwhileLeavesTheReturnOwed() {
    String first = leaves(Blame.PLACE);
    after(Duration.ofMinutes(31));

    String repair = leaves(Blame.CONTENT);

    assertThat(serving()).as("repaired in place").isEqualTo(World.WEST);
    assertThat(world.views.of(repair).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(waits()).contains("has to do well for 6h");
    world.write(world.served("site").resolve("later"), "written on the shadow");
    after(Duration.ofMinutes(361));
    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.views.of(first).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.served("site").resolve("later")).hasContent("written on the shadow");
    assertThat(world.open()).isEmpty();
  }

  @Test
  void aReturnCanBeOrderedBehindARepairOfTheShadow() {
    String first = leaves(Blame.PLACE);
    after(Duration.ofMinutes(31));
    leaves(Blame.CONTENT);

    assertThat(world.rollbacks.returnNow(world.catalogue.resource(SITE).orElseThrow()))
        .contains(first);

    world.sweep();
    world.deliver();
    assertThat(serving()).isEqualTo(World.EAST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release", "done"})
  void aKilledRepairOfTheShadowLeavesTheReturnOwedToo(String step) {
    leaves(Blame.PLACE);
    after(Duration.ofMinutes(31));
    world.haltAfter = step;
    try {
      leaves(Blame.CONTENT);
    } catch (Killed killed) {
      world.restart();
    }

    after(Duration.ofMinutes(1));
    after(Duration.ofMinutes(361));
    after(Duration.ofMinutes(1));

    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whatAPersonRollsBackOnTheShadowIsNotReturned() {
    String first = leaves(Blame.PLACE);
    after(Duration.ofMinutes(31));
    world.rolledBack(World.to("site", Optional.empty(), Optional.of(RollbackMode.RESTORE)));

    after(Duration.ofDays(2));

    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(world.views.of(first).orElseThrow().state()).isEqualTo(State.OVERTAKEN);
  }

  @Test
  void aGroupWhoseMembersWaitToReturnKeepsNobodyFromMovingThem() {
    leaves(Blame.CONTENT);
    world.write(world.served("site").resolve("file"), "kept");
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    unfit = Optional.of("it is slow");
    String group = world.rolledBack(World.changed(World.ofCell(World.EAST), "by", By.AUTOMATION));
    assertThat(serving()).isEqualTo(World.WEST);
    assertThat(waits()).contains("it is slow");
    world.write(world.served("site").resolve("file"), "written in the west");
    String point = "west:" + world.shadow("site").point();

    world.rolledBack(
        World.to("site", Optional.of(point), Optional.of(RollbackMode.SWITCH)).toCell(World.EAST));

    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.served("site").resolve("file")).hasContent("written in the west");
    after(Duration.ofMinutes(1));
    assertThat(world.views.of(group).orElseThrow().state()).isEqualTo(State.OVERTAKEN);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void aReturnThatAPersonOrderedIsNotHeldByAPause() {
    leaves(Blame.PLACE);
    world.pause.set(true, "a person");
    after(Duration.ofHours(7));
    assertThat(serving()).isEqualTo(World.WEST);

    assertThat(world.rollbacks.returnNow(world.catalogue.resource(SITE).orElseThrow())).isPresent();
    after(Duration.ofMinutes(1));

    assertThat(serving()).isEqualTo(World.EAST);
    assertThat(world.pause.paused()).isTrue();
  }

  @Test
  void whatAPersonBeganDuringTheProofIsNotPassedByTheReturn() {
    String waiting = leaves(Blame.PLACE);
    world.write(world.served("site").resolve("file"), "written in the west");
    world.shadow("site");
    clock.forward(Duration.ofHours(7));
    Begun begun =
        world.rollbacks.begin(
            World.to("site", Optional.empty(), Optional.of(RollbackMode.RESTORE)));
    String persons = ((Begun.Accepted) begun).rollback();

    world.rollbacks.advance(waiting, Optional.empty());

    assertThat(serving()).isEqualTo(World.WEST);
    world.rollbacks.advance(persons, Optional.empty());
    after(Duration.ofMinutes(1));
    assertThat(world.views.of(persons).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.views.of(waiting).orElseThrow().state()).isEqualTo(State.OVERTAKEN);
    assertThat(world.open()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void howeverOftenThereIsTroubleTheMovesOfADayAreBounded(long seed) {
    Random random = new Random(seed);
    List<Instant> moves = new ArrayList<>();
    List<Instant> returns = new ArrayList<>();
    CellName was = serving();
    for (int step = 0; step < 120; step++) {
      if (serving().equals(World.EAST) && random.nextInt(3) > 0) {
        leaves(Blame.values()[random.nextInt(3)]);
        moves.add(clock.instant());
        if (serving().equals(World.EAST)) {
          moves.add(clock.instant());
          returns.add(clock.instant());
        }
        was = serving();
      }
      unfit = random.nextInt(8) == 0 ? Optional.of("it is slow") : Optional.empty();
      if (random.nextInt(5) == 0) {
        world.restart();
      }
      after(Duration.ofMinutes(5 + random.nextInt(240)));
      if (!serving().equals(was)) {
        moves.add(clock.instant());
        returns.add(clock.instant());
        was = serving();
      }
      // Who is not trusted any more is brought home by a person some day.
      if (serving().equals(World.WEST) && nobodyReturns() && random.nextInt(10) == 0) {
        clock.forward(DAY.multipliedBy(2));
        world.shadow("site");
        world.rolledBack(
            World.to("site", Optional.empty(), Optional.of(RollbackMode.SWITCH))
                .toCell(World.EAST));
        was = serving();
      }
    }
    int departures = world.policies.merit().departures();
    assertThat(returns).as("seed " + seed).isNotEmpty();
    assertThat(mostInADay(returns)).as("seed " + seed).isLessThanOrEqualTo(departures);
    assertThat(mostInADay(moves)).as("seed " + seed).isLessThanOrEqualTo(2L * departures + 1);
  }

  private static long mostInADay(List<Instant> times) {
    return times.stream()
        .mapToLong(first ->
            times.stream()
                .filter(one -> !one.isBefore(first) && one.isBefore(first.plus(DAY)))
                .count())
        .max()
        .orElse(0);
  }
}
