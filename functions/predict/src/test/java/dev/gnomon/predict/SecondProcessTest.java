package dev.gnomon.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.FusedForecast;
import dev.gnomon.core.prediction.MemorySubjectStates;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.ModelInUse;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.NearSubjectStates;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.NearStates;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisSeriesStates;
import dev.gnomon.redis.RedisSubjectStates;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.yaml.CatalogueFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Processes that share a Redis: one goes on where another one stopped or was killed.
class SecondProcessTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);
  private static final int CALM = 200;
  private static final int ALL = CALM + 20;

  private final StoreIdentity identity = new StoreIdentity(UUID.randomUUID().toString());
  @TempDir Path directory;
  private RedisServer redis;
  private final List<RedisLink> links = new ArrayList<>();
  private Catalogue catalogue;

  @BeforeEach
  void start() throws IOException {
    redis = RedisServer.start();
    Path file =
        Files.writeString(
            directory.resolve("gnomon.yaml"), "cells: [{ name: east }, { name: west }]\n");
    catalogue = ((CatalogueFile.Loaded.Valid) CatalogueFile.load(file)).catalogue();
  }

  @AfterEach
  void stop() {
    links.forEach(RedisLink::close);
    redis.close();
  }

  /// A process with a link and a memory of its own.
  private ObserveSamples process() {
    RedisLink link = RedisLink.open(redis.url() + "?timeout=60s");
    links.add(link);
    return process(
        new RedisSeriesStates(link, () -> identity),
        new RedisSubjectStates(link, () -> identity, RedisSubjectStates.KEPT));
  }

  private ObserveSamples process(SeriesStates series, SubjectStates subjects) {
    SubjectStates near = new NearSubjectStates(subjects, new MemorySubjectStates(10));
    return new ObserveSamples(
        catalogue,
        new NearStates(series, new MemorySeriesStates(100, CLOCK)),
        new MemoryVitals(CLOCK, Duration.ofMinutes(10)),
        Optional.of(
            new FusedForecast(
                near,
                new ModelInUse(() -> ModelShelf.shipped(List.of()), near),
                catalogue.policies().prediction())));
  }

  private static List<Sample> samples(int step) {
    double trouble = Math.max(0, step - CALM + 1);
    return List.of(
        sample("http_errors_ratio", step, 0.002 + 1e-4 * (step * 37 % 11) + 0.04 * trouble),
        sample("request_duration_seconds", step, 0.1 + 0.001 * (step * 53 % 13) + 0.2 * trouble));
  }

  private static Sample sample(String metric, int step, double value) {
    return new Sample(
        SeriesKey.of(metric, Map.of("gnomon_cell", "east")), at(step), value, Sample.Kind.GAUGE);
  }

  private static Instant at(int step) {
    return START.plusSeconds(30L * step);
  }

  private static String name(Foreseen foreseen) {
    return foreseen.episode().substring(0, foreseen.episode().indexOf('/') + 1);
  }

  private static List<Foreseen> observe(ObserveSamples process, int step) {
    return process.observe(samples(step), at(step)).foreseen();
  }

  /// What one process alone says, by step.
  private List<List<Foreseen>> alone() {
    ObserveSamples one = process(new MemorySeriesStates(100, CLOCK), new MemorySubjectStates(10));
    List<List<Foreseen>> said = new ArrayList<>();
    for (int step = 0; step < ALL; step++) {
      said.add(observe(one, step));
    }
    assertThat(said.subList(0, CALM)).allSatisfy(none -> assertThat(none).isEmpty());
    assertThat(said.subList(CALM, ALL)).anySatisfy(some -> assertThat(some).isNotEmpty());
    return said;
  }

  @Test
  void eachStepByAnotherProcessSaysWhatOneAloneWouldHaveSaid() {
    List<List<Foreseen>> alone = alone();
    ObserveSamples one = process();
    ObserveSamples other = process();

    for (int step = 0; step < ALL; step++) {
      assertThat(observe(step % 2 == 0 ? one : other, step))
          .as("step " + step)
          .isEqualTo(alone.get(step));
    }
  }

  @Test
  void whatAProcessThatDiedBeforeItsReplySaidIsSaidByTheOneThatGetsItAgain() {
    List<List<Foreseen>> alone = alone();
    ObserveSamples first = process();
    for (int step = 0; step < ALL; step++) {
      List<Foreseen> lost = observe(first, step);
      if (!lost.isEmpty()) {
        List<Foreseen> again = observe(process(), step);

        assertThat(lost).isEqualTo(alone.get(step));
        assertThat(again).isEqualTo(lost);
        return;
      }
    }
    throw new AssertionError("nothing was foreseen");
  }

  /// Dies when it stores what it learnt of series that are known.
  ///
  /// @param behindIt whether it had stored it
  private ObserveSamples dying(boolean behindIt) {
    RedisLink link = RedisLink.open(redis.url() + "?timeout=60s");
    links.add(link);
    RedisSeriesStates behind = new RedisSeriesStates(link, () -> identity);
    SeriesStates dies =
        new SeriesStates() {
          @Override
          public Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids) {
            return behind.load(subject, ids);
          }

          @Override
          public Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget) {
            if (behindIt) {
              behind.store(subject, entries, budget);
            }
            throw new IllegalStateException("killed");
          }

          @Override
          public Optional<Map<String, String>> glances(Subject subject) {
            return behind.glances(subject);
          }

          @Override
          public void forget(Subject subject, Collection<String> ids) {
            behind.forget(subject, ids);
          }
        };
    return process(dies, new RedisSubjectStates(link, () -> identity, RedisSubjectStates.KEPT));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoDiesWhereTheStatesOfSeriesAreStoredIsMadeUpForByTheOneThatGetsItAgain(boolean behindIt) {
    List<List<Foreseen>> alone = alone();
    ObserveSamples first = process();
    for (int step = 0; step < ALL; step++) {
      int now = step;
      if (!alone.get(step).isEmpty()) {
        assertThatThrownBy(() -> observe(dying(behindIt), now)).hasMessage("killed");

        List<Foreseen> again = observe(process(), step);
        List<Foreseen> thrice = observe(process(), step);

        assertThat(again).as("scored as if for the first time").isEqualTo(alone.get(step));
        assertThat(thrice).isEqualTo(again);
        assertThat(observe(process(), step + 1)).isEqualTo(alone.get(step + 1));
        return;
      }
      observe(first, step);
    }
    throw new AssertionError("nothing was foreseen");
  }

  @Test
  void whatWasForeseenKeepsItsNameWhileRedisIsAway() {
    ObserveSamples one = process();
    List<Foreseen> said = new ArrayList<>();
    int step = 0;
    for (; said.isEmpty(); step++) {
      said.addAll(observe(one, step));
    }

    redis.close();
    List<Foreseen> later = new ArrayList<>();
    for (; step < ALL; step++) {
      later.addAll(observe(one, step));
    }

    assertThat(later)
        .isNotEmpty()
        .allSatisfy(word ->
            assertThat(word.estimate().onset()).isEqualTo(said.getFirst().estimate().onset()));
    assertThat(Set.copyOf(later).stream().map(Foreseen::episode))
        .as("of each name the same words, and none is given to other words")
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).startsWith(name(said.getFirst())));
  }
}
