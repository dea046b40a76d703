package dev.gnomon.core.prediction;

import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.ScoredSample;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What the second layer remembers of one subject: its series, the present episode, its past. All
/// times come from outside; the same calls give the same state. Bounded: where there are
/// [#MOST_SERIES], one that is more surprising than the least surprising of them takes its place.
/// Not thread-safe.
public final class SubjectState {
  static final int MOST_SERIES = 256;

  /// A series that told nothing for so long is forgotten.
  static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  /// An episode ends when nothing stirred for so long, or for [#QUIET_SAMPLES] of the slowest
  /// series that stirred.
  static final Duration QUIET = Duration.ofMinutes(15);

  static final int QUIET_SAMPLES = 4;
  static final Duration INCIDENT_HALF_LIFE = Duration.ofDays(14);

  private static final byte VERSION = 3;

  /// Without planned changes, and without what usual values rest on.
  private static final byte VERSION_BEFORE = 2;

  private static final int ID_BYTES = 16;
  private static final int HEAD_BYTES = 1 + 7 * Long.BYTES + Integer.BYTES;
  private static final int LEAST_BYTES = HEAD_BYTES - Long.BYTES;

  private final Map<String, SeriesTrack> series = new LinkedHashMap<>();
  private long onset;
  private long stirred;
  private long quietMillis = QUIET.toMillis();
  private long changed;
  private long planned;
  private long incidentAt;
  private double incidents;
  private Optional<Said> said = Optional.empty();

  final Outstanding outstanding = new Outstanding();

  /// Takes samples in.
  ///
  /// @param now samples of later times count as of this one
  /// @return whether some of them are known already, or older than what is: something was delivered
  ///   again
  public boolean take(Iterable<ScoredSample> samples, Instant now) {
    boolean repeated = false;
    for (ScoredSample sample : samples) {
      String id = sample.series().id();
      SeriesTrack track = series.get(id);
      if (track == null || track.aspect != sample.aspect()) {
        SeriesTrack fresh = SeriesTrack.of(sample);
        if (track == null && !hasRoom(fresh.worth(sample), now)) {
          continue;
        }
        track = fresh;
        series.put(id, track);
      }
      repeated |= track.knows(sample, now);
      if (track.take(sample, now)) {
        follow(track, now);
      }
    }
    return repeated;
  }

  /// Makes room for a series if it is worth more than one that is there. What is calm stays out:
  /// else it would drive out what was learnt, only to be driven out by the next one.
  ///
  /// @param worth in decades of surprise
  private boolean hasRoom(double worth, Instant now) {
    if (series.size() < MOST_SERIES) {
      return true;
    }
    long oldest = now.minus(FORGOTTEN_AFTER).toEpochMilli();
    series.values().removeIf(track -> track.lastMillis() < oldest);
    if (series.size() < MOST_SERIES) {
      return true;
    }
    Map.Entry<String, SeriesTrack> least =
        series.entrySet().stream()
            .min(
                Comparator.comparingDouble(
                        (Map.Entry<String, SeriesTrack> entry) -> worth(entry.getValue(), now))
                    .thenComparing(Map.Entry::getKey))
            .orElseThrow();
    if (worth <= worth(least.getValue(), now)) {
      return false;
    }
    series.remove(least.getKey());
    return true;
  }

  /// What is missing gives way to everything.
  private static double worth(SeriesTrack track, Instant now) {
    return track.missing() ? -1 : track.now(now) + track.lasting(now);
  }

  /// An episode begins with the first series that alarms, and reaches back to where the first of
  /// those that stir began to.
  private void follow(SeriesTrack track, Instant now) {
    if (onset(now).isEmpty()) {
      onset = 0;
      said = Optional.empty();
    }
    long since = track.stirringSince(now);
    if (since == 0) {
      return;
    }
    if (onset == 0 && track.alarms(now)) {
      onset =
          series.values().stream()
              .mapToLong(one -> one.stirringSince(now))
              .filter(stirring -> stirring > 0)
              .min()
              .orElse(since);
      quietMillis = QUIET.toMillis();
    }
    if (onset != 0) {
      stirred = Math.max(stirred, track.lastMillis());
      quietMillis = Math.max(quietMillis, (long) (QUIET_SAMPLES * track.interval() * 1_000));
    }
  }

  /// The subject was updated or moved.
  public void changed(Instant at) {
    changed = Math.max(changed, at.toEpochMilli());
  }

  /// The subject will be updated or moved, which counts from then on; of several the next one.
  void planned(Instant at, Instant now) {
    lastChange(now).ifPresent(this::changed);
    boolean waits = planned > now.toEpochMilli();
    planned = waits ? Math.min(planned, at.toEpochMilli()) : at.toEpochMilli();
  }

  /// The subject failed, or was rolled back.
  public void failed(Instant at) {
    incidents = incidents(at) + 1;
    incidentAt = Math.max(incidentAt, at.toEpochMilli());
  }

  /// Whether a failure at about that time is counted already: a rollback follows from one.
  boolean knowsFailure(Instant at) {
    return incidentAt != 0 && Math.abs(at.toEpochMilli() - incidentAt) < QUIET.toMillis();
  }

  double incidents(Instant at) {
    double halfLives =
        Math.max(0, at.toEpochMilli() - incidentAt) / (double) INCIDENT_HALF_LIFE.toMillis();
    return incidents * Math.pow(2, -halfLives);
  }

  /// The last change until now.
  Optional<Instant> lastChange(Instant now) {
    long last = planned <= now.toEpochMilli() ? Math.max(changed, planned) : changed;
    return last == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last));
  }

  /// When the present episode began; empty: there is none.
  Optional<Instant> onset(Instant now) {
    return onset == 0 || now.toEpochMilli() - stirred > quietMillis
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(onset));
  }

  /// What a model may judge by now.
  public Features features(Instant now) {
    return FeatureBuilder.of(this, now);
  }

  /// There is trouble although no series alarms, such as a limit that is near: it is an episode,
  /// too, for as long as this is said.
  void troubled(Instant now) {
    if (onset(now).isEmpty()) {
      begin(now);
    }
    stirred = Math.max(stirred, now.toEpochMilli());
  }

  /// Somebody saw trouble that began at a time.
  ///
  /// @return the onset of the episode that it belongs to
  Instant seen(Instant began, Instant now) {
    if (onset(now).isEmpty()) {
      begin(began);
    }
    onset = Math.min(onset, began.toEpochMilli());
    stirred = Math.max(stirred, now.toEpochMilli());
    return Instant.ofEpochMilli(onset);
  }

  private void begin(Instant began) {
    onset = began.toEpochMilli();
    quietMillis = QUIET.toMillis();
    said = Optional.empty();
  }

  /// What was announced last in the present episode.
  Optional<Said> said(Instant now) {
    return onset(now).isEmpty() ? Optional.empty() : said;
  }

  void say(Said words) {
    said = Optional.of(words);
  }

  /// Whether one of its series had a sample since.
  boolean heardSince(Instant time) {
    return series.values().stream().anyMatch(track -> track.lastMillis() >= time.toEpochMilli());
  }

  /// By the ids of the series.
  Map<String, SeriesTrack> series() {
    return series;
  }

  boolean has(Aspect aspect) {
    return series.values().stream().anyMatch(track -> track.aspect == aspect);
  }

  byte[] state() {
    byte[] words = Said.state(said);
    int most =
        HEAD_BYTES
            + Outstanding.BYTES
            + words.length
            + series.size() * (ID_BYTES + SeriesTrack.MOST_BYTES);
    ByteBuffer out = ByteBuffer.allocate(most + Integer.BYTES);
    out.put(VERSION).putLong(onset).putLong(stirred).putLong(quietMillis);
    out.putLong(changed).putLong(planned).putLong(incidentAt).putDouble(incidents);
    outstanding.write(out);
    out.put(words);
    out.putInt(series.size());
    series.forEach((id, track) -> {
      out.put(HexFormat.of().parseHex(id));
      track.write(out);
    });
    int body = out.position();
    out.putInt(checksum(out.array(), body));
    byte[] state = new byte[out.position()];
    out.flip().get(state);
    return state;
  }

  /// @throws IllegalArgumentException if it is damaged or of another version
  public static SubjectState of(byte[] state) {
    int body = state.length - Integer.BYTES;
    if (body < LEAST_BYTES || checksum(state, body) != ByteBuffer.wrap(state).getInt(body)) {
      throw new IllegalArgumentException("damaged state of %d bytes".formatted(state.length));
    }
    ByteBuffer in = ByteBuffer.wrap(state, 0, body);
    byte version = in.get();
    if (version != VERSION && version != VERSION_BEFORE) {
      throw new IllegalArgumentException(
          "state of version %d, expected %d".formatted(version, VERSION));
    }
    SubjectState read = new SubjectState();
    try {
      read.read(in, version == VERSION);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("state ends after %d bytes".formatted(body), e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("state has %d bytes too many".formatted(in.remaining()));
    }
    return read;
  }

  private void read(ByteBuffer in, boolean current) {
    onset = in.getLong();
    stirred = in.getLong();
    quietMillis = in.getLong();
    changed = in.getLong();
    planned = current ? in.getLong() : 0;
    incidentAt = in.getLong();
    incidents = in.getDouble();
    outstanding.read(in);
    said = Said.read(in);
    int count = in.getInt();
    if (count < 0 || count > MOST_SERIES) {
      throw new IllegalArgumentException(
          "state has %d series, expected 0 to %d".formatted(count, MOST_SERIES));
    }
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[ID_BYTES];
      in.get(id);
      series.put(HexFormat.of().formatHex(id), SeriesTrack.read(in, current));
    }
  }

  private static int checksum(byte[] state, int length) {
    CRC32C crc = new CRC32C();
    crc.update(state, 0, length);
    return (int) crc.getValue();
  }
}
