package dev.gnomon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Prices;
import dev.gnomon.core.decision.ExpectedLoss.Weighed;
import dev.gnomon.core.decision.Outlook.Closed;
import dev.gnomon.core.decision.Weighing.Cost;
import dev.gnomon.core.decision.Weighing.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// What holds of expected costs whatever the numbers are.
class ExpectedLossPropertyTest {
  private static final long SEED = 20261122;
  private static final int ROUNDS = 5000;

  private final Random random = new Random(SEED);

  private void always(BiConsumer<ExpectedLoss, Outlook> property) {
    for (int round = 0; round < ROUNDS; round++) {
      Outlook outlook = outlook();
      ExpectedLoss losses = new ExpectedLoss(prices());
      try {
        property.accept(losses, outlook);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed %d, round %d: %s".formatted(SEED, round, outlook), e);
      }
    }
  }

  @Test
  void moreProbabilityNeverMakesStayingRelativelyBetter() {
    always((losses, outlook) -> {
      double p = random.nextDouble();
      double more = p + random.nextDouble() * (1 - p);
      Map<Option, Double> before = totals(losses.of(with(outlook, p)));
      Map<Option, Double> after = totals(losses.of(with(outlook, more)));
      before.forEach((option, cost) -> {
        double lead = before.get(Option.STAY) - cost;
        double leadAfter = after.get(Option.STAY) - after.get(option);
        assertThat(leadAfter)
            .as("%s", option)
            .isGreaterThanOrEqualTo(lead - slack(cost, after.get(Option.STAY), after.get(option)));
      });
    });
  }

  @Test
  void aHigherPriorityActsEarlier() {
    always((losses, outlook) -> {
      double p = random.nextDouble();
      Option chosen = losses.of(with(outlook, p)).chosen();
      Outlook heavier = weighing(outlook, outlook.weight() * (1 + 10 * random.nextDouble()));
      if (chosen != Option.STAY) {
        assertThat(losses.of(with(heavier, p)).chosen()).isNotEqualTo(Option.STAY);
      }
    });
  }

  @Test
  void whatIsNotKnownNeverTriggers() {
    always((losses, outlook) -> {
      for (Likelihood unknown :
          List.of(
              new Likelihood.Inconclusive("one vantage point"),
              new Likelihood.Missing("no samples"),
              Likelihood.of(random.nextDouble(), 0))) {
        Weighed weighed = losses.of(with(outlook, unknown));
        assertThat(weighed.chosen()).isEqualTo(Option.STAY);
        assertThat(weighed.costs()).isEmpty();
      }
    });
  }

  @Test
  void everyCostIsANumberAndTheSumOfItsTerms() {
    always((losses, outlook) -> {
      for (Cost cost : losses.of(with(outlook, random.nextDouble())).costs()) {
        assertThat(cost.total()).isFinite().isNotNegative();
        assertThat(cost.terms()).allSatisfy(term -> assertThat(term.cost()).isFinite());
        assertThat(cost.total()).isEqualTo(cost.terms().stream().mapToDouble(Term::cost).sum());
      }
    });
  }

  @Test
  void theCheapestOpenOptionIsChosenOfEqualOnesTheLeastIntrusive() {
    always((losses, outlook) -> {
      Weighed weighed = losses.of(with(outlook, random.nextDouble()));
      Map<Option, Double> totals = totals(weighed);
      double least = totals.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      Option expected =
          totals.entrySet().stream()
              .filter(entry -> entry.getValue() == least)
              .map(Map.Entry::getKey)
              .min(Option::compareTo)
              .orElseThrow();
      assertThat(weighed.chosen()).isEqualTo(expected);
      outlook
          .closed()
          .forEach(closed -> assertThat(weighed.chosen()).isNotEqualTo(closed.option()));
    });
  }

  @Test
  void withoutProbabilityNothingIsDone() {
    always((losses, outlook) ->
        assertThat(losses.of(with(outlook, 0.0)).chosen()).isEqualTo(Option.STAY));
  }

  /// What doubles of this size may be off by.
  private static double slack(double... costs) {
    return 1e-9 * (1 + Arrays.stream(costs).sum());
  }

  private static Map<Option, Double> totals(Weighed weighed) {
    Map<Option, Double> totals = new EnumMap<>(Option.class);
    weighed.costs().forEach(cost -> totals.put(cost.option(), cost.total()));
    return totals;
  }

  private static Outlook with(Outlook outlook, double probability) {
    return with(outlook, new Likelihood.Known(probability));
  }

  private static Outlook with(Outlook outlook, Likelihood likelihood) {
    return new Outlook(
        likelihood,
        outlook.weight(),
        outlook.leadSeconds(),
        outlook.lossSeconds(),
        outlook.efforts(),
        outlook.returning(),
        outlook.staging(),
        outlook.closed());
  }

  private static Outlook weighing(Outlook outlook, double weight) {
    return new Outlook(
        outlook.likelihood(),
        weight,
        outlook.leadSeconds(),
        outlook.lossSeconds(),
        outlook.efforts(),
        outlook.returning(),
        outlook.staging(),
        outlook.closed());
  }

  /// From milliseconds to years, and sometimes nothing or more than anything.
  private double seconds() {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> Double.MAX_VALUE;
      default -> Math.exp(random.nextDouble() * 24 - 7);
    };
  }

  private Outlook outlook() {
    Map<Option, Effort> efforts = new EnumMap<>(Option.class);
    List<Closed> closed = new ArrayList<>();
    for (Option option : Option.values()) {
      if (option.mode().isPresent() && random.nextInt(3) > 0) {
        efforts.put(option, new Effort(seconds(), "made up"));
      }
      if (option != Option.STAY && random.nextInt(5) == 0) {
        closed.add(new Closed(option, "made up"));
      }
    }
    return new Outlook(
        new Likelihood.Known(0.5),
        Math.exp(random.nextDouble() * 12 - 6),
        seconds(),
        seconds(),
        efforts,
        random.nextBoolean() ? Optional.of(new Effort(seconds(), "made up")) : Optional.empty(),
        new Effort(seconds(), "made up"),
        closed);
  }

  private Prices prices() {
    if (random.nextInt(4) == 0) {
      return Prices.DEFAULT;
    }
    return new Prices(
        duration(),
        duration(),
        duration(),
        duration(),
        random.nextDouble() * 5,
        random.nextDouble() * 5,
        random.nextDouble(),
        random.nextDouble());
  }

  private Duration duration() {
    return Duration.ofMillis(random.nextInt(10_000_000));
  }
}
