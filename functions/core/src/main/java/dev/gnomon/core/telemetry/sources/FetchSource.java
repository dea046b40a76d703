package dev.gnomon.core.telemetry.sources;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.sources.SampleSource.Fetched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Asks one source again and again: knows how far it has come, and how long to leave alone one that
/// does not answer. For one thread.
///
/// It stores nothing. At its start it asks for some time that is past too: samples that were taken
/// already are known by their times, so they change nothing, and what was missed while nobody ran
/// comes in.
public final class FetchSource {
  /// What is missed longer is gone: so many samples a series are asked for at most.
  static final int SLOTS_BACK = 30;

  /// A source that does not answer is asked at least so often, unless its own interval is longer.
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// Whether the source answered, as Prometheus names it; it says nothing of its health.
  public static final String UP = "up";

  private final SourceSpec spec;
  private final SampleSource source;
  private final Slots slots;
  private Instant place;
  private int failures;

  /// Who takes the samples.
  public interface Intake {
    /// @param effect the same for the same samples
    /// @throws RuntimeException if they were not taken
    void take(String effect, List<Sample> samples);
  }

  /// @param wait until the next round
  public record Round(Fetched fetched, Instant at, Instant next) {}

  public FetchSource(SourceSpec spec, SampleSource source, Instant now) {
    this.spec = spec;
    this.source = source;
    this.slots = new Slots(spec.name(), spec.every());
    this.place = slots.before(now).minus(spec.every().multipliedBy(SLOTS_BACK / 3));
  }

  public Instant first(Instant now) {
    return slots.after(now);
  }

  /// One round. If the samples can't be handed on, what happened is thrown, and the place stays.
  public Round next(Instant now, Intake intake) {
    Instant at = slots.before(now);
    Instant oldest = at.minus(spec.every().multipliedBy(SLOTS_BACK));
    Fetched fetched = source.fetch(place.isBefore(oldest) ? oldest : place, at);
    List<Sample> samples = new ArrayList<>();
    switch (fetched) {
      case Fetched.Samples(List<Sample> found, int unfit, String hint) -> {
        failures = 0;
        samples.addAll(found);
        samples.add(up(at, 1));
      }
      case Fetched.Down down -> {
        failures++;
        samples.add(up(at, 0));
      }
    }
    Instant next = slots.after(now.plus(pause()));
    intake.take("sources/" + spec.name() + "/" + at, samples);
    if (fetched instanceof Fetched.Samples) {
      place = at;
    }
    return new Round(fetched, at, next);
  }

  private Sample up(Instant at, double value) {
    Map<String, String> labels = new TreeMap<>(spec.labels());
    labels.put("job", spec.name());
    return new Sample(SeriesKey.of(UP, labels), at, value, Sample.Kind.GAUGE);
  }

  /// Beside the interval itself: none after one failure, then 1, 3, 7 intervals.
  private Duration pause() {
    if (failures < 2) {
      return Duration.ZERO;
    }
    Duration pause = spec.every().multipliedBy((1L << Math.min(failures - 1, 10)) - 1);
    Duration most =
        LONGEST_PAUSE.compareTo(spec.every()) > 0
            ? LONGEST_PAUSE.minus(spec.every())
            : Duration.ZERO;
    return pause.compareTo(most) > 0 ? most : pause;
  }
}
