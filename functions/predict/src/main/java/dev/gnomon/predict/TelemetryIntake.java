package dev.gnomon.predict;

import dev.gnomon.core.telemetry.Mapping;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.sources.FetchSource;
import dev.gnomon.events.ObservedSample;
import dev.gnomon.events.ObservedSample.Label;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.SampleValue;
import dev.gnomon.events.TelemetryObserved;
import dev.gnomon.runtime.Cause;
import dev.gnomon.runtime.Emitter;
import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sends samples that came in another form as `telemetry-observed` events, split so that each is
/// within its bounds. What no rule maps, or what is of another time, is left out here and counted.
@Singleton
class TelemetryIntake implements FetchSource.Intake {
  static final String FUNCTION = "telemetry";
  static final int SAMPLES_AT_MOST = 2_000;

  /// Samples from further off are of a broken clock, or of no use.
  private static final Duration FAR = Duration.ofDays(7);

  /// Names of fields, times, numbers, braces.
  private static final int BYTES_A_SAMPLE = 160;

  private static final int BYTES_A_LABEL = 24;
  private static final int BYTES_OF_THE_ENVELOPE = 2_048;

  private final Mapping mapping;
  private final Emitter emitter;
  private final TelemetryMeters meters;
  private final Clock clock;
  private final int bytesAtMost;

  @Inject
  TelemetryIntake(
      PredictSources sources,
      Emitter emitter,
      TelemetryMeters meters,
      Clock clock,
      Settings settings) {
    this.mapping = new Mapping(sources.catalogue());
    this.emitter = emitter;
    this.meters = meters;
    this.clock = clock;
    this.bytesAtMost = settings.get(RuntimeSettings.MAX_BYTES) - BYTES_OF_THE_ENVELOPE;
  }

  /// Returns when all of it is accepted, that is stored. Once more, the same effect gives events of
  /// the same ids.
  @Override
  public void take(String effect, List<Sample> samples) {
    Instant now = clock.instant();
    Map<Outcome, Integer> left = new EnumMap<>(Outcome.class);
    List<ObservedSample> batch = new ArrayList<>();
    int bytes = 0;
    int part = 0;
    for (Sample sample : samples) {
      Optional<Outcome> why = unwanted(sample, now);
      if (why.isPresent()) {
        left.merge(why.get(), 1, Integer::sum);
        continue;
      }
      int more = bytes(sample);
      if (batch.size() == SAMPLES_AT_MOST || (!batch.isEmpty() && bytes + more > bytesAtMost)) {
        send(effect, part++, batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(observed(sample));
      bytes += more;
    }
    if (!batch.isEmpty()) {
      send(effect, part, batch);
    }
    meters.count(left);
  }

  private void send(String effect, int part, List<ObservedSample> batch) {
    emitter.emit(
        Outgoing.of(effect + "/" + part, new TelemetryObserved(batch)), Cause.none(FUNCTION));
  }

  private Optional<Outcome> unwanted(Sample sample, Instant now) {
    if (mapping.of(sample.series()).isEmpty()) {
      return Optional.of(Outcome.UNMAPPED);
    }
    if (sample.time().isBefore(now.minus(FAR))) {
      return Optional.of(Outcome.LATE);
    }
    return sample.time().isAfter(now.plus(FAR)) ? Optional.of(Outcome.AHEAD) : Optional.empty();
  }

  private static int bytes(Sample sample) {
    int bytes = BYTES_A_SAMPLE + bytes(sample.series().metric());
    for (Map.Entry<String, String> label : sample.series().labels().entrySet()) {
      bytes += BYTES_A_LABEL + bytes(label.getKey()) + bytes(label.getValue());
    }
    return bytes;
  }

  /// At most, in JSON.
  private static int bytes(String text) {
    return text.chars().map(c -> c < ' ' || c == '"' || c == '\\' ? 6 : c < 0x80 ? 1 : 3).sum();
  }

  private static ObservedSample observed(Sample sample) {
    return new ObservedSample(
        sample.series().metric(),
        Optional.of(
            sample.series().labels().entrySet().stream()
                .map(label -> new Label(label.getKey(), label.getValue()))
                .toList()),
        sample.time(),
        new SampleValue(sample.value()),
        Optional.of(
            switch (sample.kind()) {
              case GAUGE -> ObservedSample.Kind.GAUGE;
              case COUNTER -> ObservedSample.Kind.COUNTER;
            }));
  }
}
