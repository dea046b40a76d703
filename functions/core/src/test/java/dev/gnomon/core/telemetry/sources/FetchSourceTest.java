package dev.gnomon.core.telemetry.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FetchSourceTest {
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Instant START = Instant.parse("2026-11-22T10:00:17Z");
  private static final SourceSpec SPEC =
      new SourceSpec(
          "nodes",
          new SourceSpec.Origin.Exporter(URI.create("http://host/metrics")),
          EVERY,
          Duration.ofSeconds(10),
          Map.of("cell", "east"),
          List.of(),
          Optional.empty(),
          Optional.empty());

  private final List<Instant> asked = new ArrayList<>();
  private final List<Instant> askedAfter = new ArrayList<>();
  private final List<String> effects = new ArrayList<>();
  private final List<Sample> taken = new ArrayList<>();
  private boolean down;

  private final FetchSource source = started(START);

  private FetchSource started(Instant now) {
    return new FetchSource(
        SPEC,
        (after, at) -> {
          askedAfter.add(after);
          asked.add(at);
          return down
              ? new Fetched.Down("it is down")
              : new Fetched.Samples(
                  List.of(new Sample(SeriesKey.of("load", Map.of()), at, 1, Sample.Kind.GAUGE)), 0);
        },
        now);
  }

  private FetchSource.Round round(FetchSource source, Instant now) {
    return source.next(
        now,
        (effect, samples) -> {
          effects.add(effect);
          taken.addAll(samples);
        });
  }

  @Test
  void roundsFollowEachOtherWithoutAGapOrARepeat() {
    Instant now = source.first(START);
    for (int i = 0; i < 5; i++) {
      now = round(source, now).next();
    }

    assertThat(asked).hasSize(5).doesNotHaveDuplicates();
    assertThat(askedAfter.subList(1, 5)).isEqualTo(asked.subList(0, 4));
    assertThat(asked.get(1)).isEqualTo(asked.get(0).plus(EVERY));
  }

  @Test
  void twoProcessesAskForTheSameTimesUnderTheSameNames() {
    round(source, source.first(START));
    FetchSource other = started(START.minusSeconds(3));

    round(other, other.first(START.plusMillis(1)).plusSeconds(2));

    assertThat(asked.get(1)).isEqualTo(asked.get(0));
    assertThat(effects.get(1)).isEqualTo(effects.get(0));
  }

  @Test
  void afterARestartWhatWasMissedIsAskedForWithinBounds() {
    round(source, source.first(START));
    Instant later = START.plus(Duration.ofMinutes(3));
    FetchSource again = started(later);

    round(again, again.first(later));

    // All that came since the last round, and some before it: those are known by their times.
    assertThat(askedAfter.get(1)).isBefore(asked.get(0));
    assertThat(Duration.between(askedAfter.get(1), asked.get(1)))
        .isLessThanOrEqualTo(EVERY.multipliedBy(FetchSource.SLOTS_BACK));
  }

  @Test
  void aSourceThatIsDownIsMissingAndNothingButUpIsSaid() {
    down = true;

    round(source, source.first(START));

    assertThat(taken)
        .singleElement()
        .satisfies(one -> {
          assertThat(one.series())
              .isEqualTo(SeriesKey.of("up", Map.of("job", "nodes", "cell", "east")));
          assertThat(one.value()).isZero();
        });
  }

  @Test
  void whatWasMissedWhileItWasDownIsAskedForWithinBounds() {
    round(source, source.first(START));
    down = true;
    Instant now = source.first(START).plus(EVERY);
    for (int i = 0; i < 4; i++) {
      now = round(source, now).next();
    }
    down = false;

    Instant at = round(source, now).at();
    round(source, at.plus(Duration.ofDays(2)));

    assertThat(askedAfter.get(5)).isEqualTo(asked.get(0));
    assertThat(askedAfter.get(6))
        .isEqualTo(at.plus(Duration.ofDays(2)).minus(EVERY.multipliedBy(30)));
  }

  @Test
  void aSourceThatStaysDownIsLeftAloneForLongerButNotForLong() {
    down = true;
    Instant now = source.first(START);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Instant next = round(source, now).next();
      pauses.add(Duration.between(now, next).toSeconds());
      now = next;
    }

    assertThat(pauses).startsWith(30L, 60L, 120L, 240L).last().isEqualTo(300L);
  }

  @Test
  void whatIsNotTakenIsAskedForAgain() {
    Instant first = source.first(START);
    assertThatThrownBy(() ->
            source.next(
                first,
                (effect, samples) -> {
                  throw new IllegalStateException("the broker is away");
                }))
        .hasMessage("the broker is away");

    round(source, first.plus(EVERY));

    assertThat(askedAfter.get(1)).isEqualTo(askedAfter.get(0));
  }
}
