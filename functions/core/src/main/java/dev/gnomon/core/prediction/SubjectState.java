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
/// times come from outside; the same calls give the same state. Bounded: of more than
/// [#MOST_SERIES] the one that was least surprising gives way. Not thread-safe.
public final class SubjectState {
  static final int MOST_SERIES = 256;

  /// A series that told nothing for so long is forgotten.
  static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  /// An episode ends when nothing stirred for so long, or for [#QUIET_SAMPLES] of the slowest
  /// series that stirred.
  static final Duration QUIET = Duration.ofMinutes(15);

  static final int QUIET_SAMPLES = 4;
  static final Duration INCIDENT_HALF_LIFE = Duration.ofDays(14);

  private static final byte VERSION = 2;
  private static final int ID_BYTES = 16;
  private static final int HEAD_BYTES = 1 + 6 * Long.BYTES + Integer.BYTES;

  private final Map<String, SeriesTrack> series = new LinkedHashMap<>();
  private long onset;
  private long stirred;
  private long quietMillis = QUIET.toMillis();
  private long changed;
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
        track = SeriesTrack.of(sample);
        makeRoom(now);
        series.put(id, track);
      }
      repeated |= track.knows(sample, now);
      if (track.take(sample, now)) {
        follow(track, now);
      }
    }
    return repeated;
  }

  private void makeRoom(Instant now) {
    long oldest = now.minus(FORGOTTEN_AFTER).toEpochMilli();
    if (series.size() >= MOST_SERIES) {
      series.values().removeIf(track -> track.lastMillis() < oldest);
    }
    if (series.size() >= MOST_SERIES) {
      series.entrySet().stream()
          .min(
              Comparator.comparingDouble((Map.Entry<String, SeriesTrack> entry) ->
                      entry.getValue().now(now) + entry.getValue().lasting(now))
                  .thenComparing(Map.Entry::getKey))
          .map(Map.Entry::getKey)
          .ifPresent(series::remove);
    }
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

  Optional<Instant> changed() {
    return changed == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(changed));
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
    out.putLong(changed).putLong(incidentAt).putDouble(incidents);
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
    if (body < HEAD_BYTES || checksum(state, body) != ByteBuffer.wrap(state).getInt(body)) {
      throw new IllegalArgumentException("damaged state of %d bytes".formatted(state.length));
    }
    ByteBuffer in = ByteBuffer.wrap(state, 0, body);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "state of version %d, expected %d".formatted(version, VERSION));
    }
    SubjectState read = new SubjectState();
    try {
      read.read(in);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("state ends after %d bytes".formatted(body), e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("state has %d bytes too many".formatted(in.remaining()));
    }
    return read;
  }

  private void read(ByteBuffer in) {
    onset = in.getLong();
    stirred = in.getLong();
    quietMillis = in.getLong();
    changed = in.getLong();
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
      series.put(HexFormat.of().formatHex(id), SeriesTrack.read(in));
    }
  }

  private static int checksum(byte[] state, int length) {
    CRC32C crc = new CRC32C();
    crc.update(state, 0, length);
    return (int) crc.getValue();
  }
}
