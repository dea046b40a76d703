package dev.gnomon.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.telemetry.distributions.Digests;
import dev.gnomon.prometheus.ExpositionText.Malformed;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Changed inputs and noise: whatever comes is samples or [Malformed], and nothing else.
class ExpositionFuzzTest {
  private static final int ROUNDS = 20_000;
  private static final String SEED_TEXT =
      """
      # HELP a_seconds Something "quoted".
      # TYPE a_seconds histogram
      a_seconds_bucket{path="/a\\"b\\\\c\\n",le="0.1"} 1 1395066363000
      a_seconds_bucket{path="/a",le="+Inf"} 2 # {trace_id="x"} 0.2 1.5
      a_seconds_sum{path="/a"} 1e-3
      a_seconds_count{path="/a"} 2
      # TYPE b summary
      b{quantile="0.5"} NaN
      {"c.d", e="f"} -Inf
      # EOF
      """;
  private static final String ALPHABET = "a_{}\"\\=,# \n\t1.+-eENInf:éx0\0";

  @Test
  void whateverComesIsSamplesOrRefused() {
    long seed = Long.getLong("gnomon.seed", new Random().nextLong());
    System.out.println("gnomon.seed=" + seed);
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = random.nextInt(10) == 0 ? noise(random) : changed(random);
      try {
        ExporterSamples samples =
            new ExporterSamples(
                Specs.exporter("http://host/"), "host:80", new Digests(10), Instant.EPOCH);
        new ExpositionText(random.nextBoolean(), 1000).read(text, samples::take);
        assertThat(samples.done()).doesNotContainNull();
        read++;
      } catch (Malformed e) {
        assertThat(e.getMessage()).startsWith("line ");
      }
    }
    assertThat(read).isPositive();
  }

  private static String noise(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(200); i > 0; i--) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.append('\n').toString();
  }

  private static String changed(Random random) {
    StringBuilder text = new StringBuilder(SEED_TEXT);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        default -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
    }
    return text.toString();
  }
}
