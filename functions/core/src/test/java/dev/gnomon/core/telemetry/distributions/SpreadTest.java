package dev.gnomon.core.telemetry.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.distributions.ExponentialBuckets.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private static final SeriesKey KEY = SeriesKey.of("d_seconds", Map.of("a", "b"));
  private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

  private static Buckets buckets(double... counts) {
    double[] bounds = new double[counts.length - 1];
    Arrays.setAll(bounds, i -> i + 1);
    return Buckets.of(bounds, counts, 10);
  }

  @Test
  void quantilesAreThoseOfPrometheus() {
    // promql/testdata/histograms.test: buckets up to 1, 2, 3, +Inf.
    assertThat(buckets(5, 2, 3, 0).quantile(0.5)).isEqualTo(1);
    assertThat(buckets(5, 2, 3, 0).quantile(0.6)).isEqualTo(1.5);
    assertThat(buckets(5, 2, 3, 5).quantile(0.99)).isEqualTo(3);
    assertThat(buckets(0, 0, 0, 0).quantile(0.5)).isNaN();
    assertThat(buckets(0, 4, 0, 0).quantile(0)).isEqualTo(1);
    assertThat(Buckets.of(new double[] {-1}, new double[] {3, 0}, -9).quantile(0.5)).isEqualTo(-1);
    assertThat(Buckets.of(new double[0], new double[] {7}, 1).quantile(0.5)).isNaN();
  }

  @Test
  void whatIsNoHistogramIsRefused() {
    assertThatThrownBy(() -> Buckets.of(new double[] {1}, new double[] {1}, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Buckets.of(new double[] {2, 1}, new double[] {1, 1, 1}, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> buckets(1, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> buckets(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ExponentialBuckets(21, 0, Side.NONE, Side.NONE, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Side(0, new double[1_001]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ExponentialBuckets exponential(int scale, double[] values) {
    TreeMap<Integer, Double> above = new TreeMap<>();
    TreeMap<Integer, Double> below = new TreeMap<>();
    double zeros = 0;
    for (double value : values) {
      if (value == 0) {
        zeros++;
      } else {
        int index =
            (int) Math.ceil(Math.log(Math.abs(value)) / Math.log(2) * Math.pow(2, scale)) - 1;
        (value > 0 ? above : below).merge(index, 1.0, Double::sum);
      }
    }
    return new ExponentialBuckets(
        scale, zeros, side(above), side(below), Arrays.stream(values).sum());
  }

  private static Side side(TreeMap<Integer, Double> counts) {
    if (counts.isEmpty()) {
      return Side.NONE;
    }
    double[] dense = new double[counts.lastKey() - counts.firstKey() + 1];
    counts.forEach((index, count) -> dense[index - counts.firstKey()] = count);
    return new Side(counts.firstKey(), dense);
  }

  @Test
  void quantilesOfExponentialBucketsAreWithinABucketOfTheTrueOnes() {
    long seed = Long.getLong("gnomon.seed", new Random().nextLong());
    System.out.println("gnomon.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      int scale = random.nextInt(5);
      double[] values = new double[200];
      Arrays.setAll(
          values,
          i ->
              random.nextInt(20) == 0
                  ? 0
                  : Math.exp(random.nextGaussian()) * (random.nextInt(4) == 0 ? -1 : 1));
      ExponentialBuckets spread = exponential(scale, values);
      Arrays.sort(values);
      double factor = Math.pow(2, Math.pow(2, -scale)) * 1.0001;

      for (double share : new double[] {0.05, 0.5, 0.95, 1}) {
        double exact = values[(int) Math.ceil(share * 200) - 1];
        double estimate = spread.quantile(share);

        assertThat(Math.signum(estimate)).isEqualTo(Math.signum(exact));
        if (exact != 0) {
          assertThat(estimate / exact).isBetween(1 / factor, factor);
        }
      }
    }
  }

  @Test
  void aCoarserScaleGoesOnWhereAFinerOneWas() {
    double[] early = {1.1, 1.2, 3, 5};
    double[] all = {1.1, 1.2, 3, 5, 70, 70, 70, 0};

    Spread since = exponential(1, all).since(exponential(3, early)).orElseThrow();

    assertThat(since.count()).isEqualTo(4);
    assertThat(since.quantile(0.99)).isCloseTo(70, within(30.0));
    assertThat(since.sum()).isCloseTo(210, within(1e-9));
    assertThat(exponential(3, all).since(exponential(1, early)).orElseThrow().count()).isEqualTo(4);
    assertThat(exponential(1, early).since(exponential(1, all))).isEmpty();
  }

  @Test
  void aReadingThatIsOlderGivesNothing() {
    Digests digests = new Digests(10);
    digests.sinceBeginning(KEY, T0, buckets(1, 1));
    digests.sinceBeginning(KEY, T0.plusSeconds(10), buckets(2, 1));

    assertThat(digests.sinceBeginning(KEY, T0, buckets(1, 1))).isEmpty();
    assertThat(digests.sinceBeginning(KEY, T0.plusSeconds(20), buckets(2, 1)))
        .extracting(one -> one.series().metric())
        .containsExactly("d_seconds_count");
  }

  @Test
  void anIntervalGivesItsRate() {
    List<Sample> samples = Digests.ofInterval(KEY, T0, Duration.ofSeconds(5), buckets(9, 1));

    assertThat(samples.getFirst())
        .isEqualTo(
            new Sample(
                SeriesKey.of("d_seconds_count", Map.of("a", "b")), T0, 2, Sample.Kind.GAUGE));
    assertThat(samples)
        .extracting(one -> one.series().metric())
        .containsExactly(
            "d_seconds_count", "d_seconds_mean", "d_seconds_p50", "d_seconds_p95", "d_seconds_p99");
  }

  @Test
  void theLastReadingOnceMoreSaysTheSameOnceMore() {
    Digests digests = new Digests(10);
    digests.sinceBeginning(KEY, T0, buckets(5, 2, 3, 0));
    List<Sample> said = digests.sinceBeginning(KEY, T0.plusSeconds(30), buckets(9, 4, 3, 1));

    assertThat(digests.sinceBeginning(KEY, T0.plusSeconds(30), buckets(9, 4, 3, 1)))
        .hasSizeGreaterThan(3)
        .isEqualTo(said);
    assertThat(digests.sinceBeginning(KEY, T0, buckets(5, 2, 3, 0))).isEmpty();
  }

  @Test
  void anOffsetFromOutsideMayBeAnyNumber() {
    Digests digests = new Digests(10);
    for (int offset : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30}) {
      Side side = new Side(offset, new double[] {1, 2, 3});
      ExponentialBuckets fine = new ExponentialBuckets(20, 0, side, side, 6);
      ExponentialBuckets coarse = new ExponentialBuckets(-10, 0, side, side, 12);

      assertThat(coarse.since(fine)).isNotNull();
      assertThat(digests.sinceBeginning(KEY, T0.plusSeconds(offset & 3), fine)).isNotNull();
      assertThat(fine.quantile(0.99)).isNotNaN();
    }
  }
}
