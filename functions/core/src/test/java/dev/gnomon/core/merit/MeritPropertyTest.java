package dev.gnomon.core.merit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.merit.Appraisal.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

/// Directions that merit has whatever its inputs are; each run draws its own and prints the seed.
class MeritPropertyTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final int DRAWS = 2000;
  private static final double[] HOSTILE = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    -1,
    -0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    2
  };

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  MeritPropertyTest() {
    System.out.println("MeritPropertyTest seed " + seed);
  }

  private double amount() {
    return random.nextInt(4) == 0
        ? HOSTILE[random.nextInt(HOSTILE.length)]
        : random.nextDouble() * Math.pow(10, random.nextInt(-6, 7));
  }

  private OptionalDouble maybe() {
    return random.nextInt(3) == 0 ? OptionalDouble.empty() : OptionalDouble.of(amount());
  }

  private Optional<Duration> duration() {
    return switch (random.nextInt(5)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Duration.ofSeconds(Long.MAX_VALUE / 2000));
      case 2 -> Optional.of(Duration.ofSeconds(-random.nextInt(100)));
      default -> Optional.of(Duration.ofMillis(random.nextLong(1L << 40)));
    };
  }

  private RollbackCost cost() {
    return new RollbackCost(
        OptionalLong.of(random.nextLong()), OptionalLong.of(random.nextInt(-3, 30)), maybe());
  }

  private Inputs inputs() {
    return new Inputs(maybe(), maybe(), duration(), duration(), maybe(), cost());
  }

  private MeritWeights weights() {
    return new MeritWeights(weight(), weight(), weight(), weight(), weight());
  }

  private double weight() {
    return random.nextDouble() * MeritWeights.MAX;
  }

  private static double merit(Inputs inputs, Role role, MeritWeights weights, double trust) {
    return Appraisal.of(inputs, role, weights).merit(trust).value();
  }

  @Test
  void meritIsInItsRangeForAllInputsIncludingHostileOnes() {
    for (int draw = 0; draw < DRAWS; draw++) {
      for (Role role : Role.values()) {
        assertThat(merit(inputs(), role, weights(), amount()))
            .as("seed %d", seed)
            .isBetween(0., 1.);
      }
    }
  }

  @Test
  void hostileValuesAreAsUnknownOnes() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
      OptionalDouble hostile = OptionalDouble.of(value);
      Inputs inputs =
          new Inputs(
              hostile,
              hostile,
              Optional.of(Duration.ofSeconds(-1)),
              Optional.of(Duration.ZERO),
              hostile,
              new RollbackCost(OptionalLong.of(-1), OptionalLong.of(-1), hostile));
      assertThat(inputs).isEqualTo(Inputs.UNKNOWN);
    }
    assertThat(merit(Inputs.UNKNOWN, Role.PRIMARY, MeritWeights.DEFAULT, 1)).isEqualTo(1);
    assertThat(merit(Inputs.UNKNOWN, Role.SHADOW, MeritWeights.DEFAULT, 1)).isEqualTo(1);
  }

  @Test
  void meritFallsWithEachThingThatGetsWorse() {
    for (int draw = 0; draw < DRAWS; draw++) {
      Inputs base = inputs();
      MeritWeights weights = weights();
      double trust = random.nextDouble();
      for (Role role : Role.values()) {
        falls(health -> with(base, 1 - health, Factor.HEALTH), 1, role, weights, trust);
        falls(times -> with(base, times, Factor.LATENCY), 1e4, role, weights, trust);
        falls(seconds -> with(base, seconds, Factor.FRESHNESS), 1e9, role, weights, trust);
        falls(risk -> with(base, risk, Factor.PREDICTION), 1, role, weights, trust);
        double lower = random.nextDouble() * trust;
        assertThat(merit(base, role, weights, lower))
            .as("seed %d", seed)
            .isLessThanOrEqualTo(merit(base, role, weights, trust));
      }
    }
  }

  private void falls(
      DoubleFunction<Inputs> inputs, double most, Role role, MeritWeights weights, double trust) {
    double a = random.nextDouble() * most;
    double b = a + random.nextDouble() * (most - a);
    assertThat(merit(inputs.apply(b), role, weights, trust))
        .as("seed %d: %s against %s", seed, inputs.apply(b), inputs.apply(a))
        .isLessThanOrEqualTo(merit(inputs.apply(a), role, weights, trust));
  }

  private static Inputs with(Inputs base, double value, Factor factor) {
    return new Inputs(
        factor == Factor.HEALTH ? OptionalDouble.of(value) : base.health(),
        factor == Factor.LATENCY ? OptionalDouble.of(value) : base.latency(),
        factor == Factor.FRESHNESS
            ? Optional.of(Duration.ofMillis((long) (value * 1000)))
            : base.lag(),
        base.target(),
        factor == Factor.PREDICTION ? OptionalDouble.of(value) : base.risk(),
        base.cost());
  }

  @Test
  void higherRollbackCostLowersThePrimaryAndRaisesTheShadow() {
    for (int draw = 0; draw < DRAWS; draw++) {
      long bytes = random.nextLong(1L << 45);
      long dependents = random.nextInt(50);
      double seconds = random.nextDouble() * 1e5;
      RollbackCost low =
          new RollbackCost(
              OptionalLong.of(bytes), OptionalLong.of(dependents), OptionalDouble.of(seconds));
      int which = random.nextInt(3);
      RollbackCost high =
          new RollbackCost(
              OptionalLong.of(which == 0 ? bytes + (1L << 35) : bytes),
              OptionalLong.of(which == 1 ? dependents + 1 : dependents),
              OptionalDouble.of(which == 2 ? seconds + 100 : seconds));
      Inputs base = inputs();
      Inputs cheap =
          new Inputs(base.health(), base.latency(), base.lag(), base.target(), base.risk(), low);
      Inputs dear =
          new Inputs(base.health(), base.latency(), base.lag(), base.target(), base.risk(), high);
      MeritWeights weights = MeritWeights.DEFAULT;
      assertThat(merit(dear, Role.PRIMARY, weights, 1))
          .as("seed %d: %s against %s", seed, high, low)
          .isLessThan(merit(cheap, Role.PRIMARY, weights, 1));
      assertThat(merit(dear, Role.SHADOW, weights, 1))
          .as("seed %d: %s against %s", seed, high, low)
          .isGreaterThan(merit(cheap, Role.SHADOW, weights, 1));
    }
  }

  @Test
  void errorsOnlyLowerThenAndEverAfter() {
    for (int draw = 0; draw < DRAWS; draw++) {
      double trust = random.nextDouble();
      Trust good = new Trust(trust, T0);
      Trust bad = good;
      Instant now = T0;
      for (int step = 0; step < 30; step++) {
        now = now.plusMillis(random.nextLong(300_000));
        double health = random.nextDouble();
        double more = random.nextInt(4) == 0 ? random.nextDouble() * (1 - health) : 0;
        good = good.after(OptionalDouble.of(health + more), now, MeritPolicy.DEFAULT);
        bad = bad.after(OptionalDouble.of(health), now, MeritPolicy.DEFAULT);
        assertThat(bad.value()).as("seed %d", seed).isLessThanOrEqualTo(good.value() + 1e-12);
      }
    }
  }

  @Test
  void trustHalvesInItsHalfLifeAndComesBackMoreSlowly() {
    MeritPolicy policy = MeritPolicy.DEFAULT;
    Trust worn = over(Trust.whole(T0), 0, policy.halfLife());
    assertThat(worn.value()).isCloseTo(0.5, within(1e-9));
    Trust back = over(worn, 1, policy.halfLife());
    assertThat(back.value()).isLessThan(0.75).isGreaterThan(0.5);
    Trust later = over(worn, 1, policy.recovery());
    assertThat(later.value()).isCloseTo(0.75, within(1e-9));
  }

  private static Trust over(Trust from, double health, Duration time) {
    Trust trust = from;
    for (long second = 10; second <= time.toSeconds(); second += 10) {
      trust =
          trust.after(
              OptionalDouble.of(health), from.at().plusSeconds(second), MeritPolicy.DEFAULT);
    }
    return trust;
  }

  @Test
  void aFewErrorsAllTheTimeSettleAndDoNotWearTrustAway() {
    Trust trust = over(Trust.whole(T0), 0.999, Duration.ofDays(3));
    assertThat(trust.value()).isBetween(0.99, 0.9999);
  }

  @Test
  void whatIsUnknownChangesNoTrustAndTimeThatGoesBackNeither() {
    Trust trust = new Trust(0.4, T0);
    Instant later = T0.plusSeconds(60);
    assertThat(trust.after(OptionalDouble.empty(), later, MeritPolicy.DEFAULT).value())
        .isEqualTo(0.4);
    assertThat(trust.after(OptionalDouble.of(Double.NaN), later, MeritPolicy.DEFAULT).value())
        .isEqualTo(0.4);
    assertThat(trust.after(OptionalDouble.of(0), T0.minusSeconds(9), MeritPolicy.DEFAULT))
        .isEqualTo(trust);
  }

  @Test
  void aMeasurementAfterALongTimeDoesNotSpeakForAllOfIt() {
    Trust once =
        Trust.whole(T0)
            .after(OptionalDouble.of(0), T0.plus(Duration.ofDays(9)), MeritPolicy.DEFAULT);
    Trust short2 =
        Trust.whole(T0).after(OptionalDouble.of(0), T0.plus(Trust.MAX_STEP), MeritPolicy.DEFAULT);
    assertThat(once.value()).isEqualTo(short2.value());
  }
}
