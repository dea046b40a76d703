package dev.gnomon.core.control;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.PointRef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Answers to requests that came as events, `requests/<key>/answer`, for whoever waits for them.
public final class Answers {
  private final ControlRecords records;

  public Answers(ControlRecords records) {
    this.records = records;
  }

  /// What became of a request.
  public enum Outcome {
    ACCEPTED,
    REFUSED,
    DONE
  }

  /// @param rollback id of the rollback that serves the request
  /// @param points points that were taken for it
  /// @param reason why it was refused
  public record Answer(
      Outcome outcome,
      String kind,
      Optional<String> rollback,
      List<PointRef> points,
      Optional<String> reason) {
    public Answer {
      points = List.copyOf(points);
    }

    public static Answer accepted(String kind, String rollback) {
      return new Answer(Outcome.ACCEPTED, kind, Optional.of(rollback), List.of(), Optional.empty());
    }

    public static Answer refused(String kind, String reason) {
      return new Answer(Outcome.REFUSED, kind, Optional.empty(), List.of(), Optional.of(reason));
    }

    public static Answer taken(List<PointRef> points) {
      return new Answer(Outcome.DONE, "shadow", Optional.empty(), points, Optional.empty());
    }
  }

  public void give(String eventId, Answer answer) {
    records.create(name(eventId), answer);
  }

  public Optional<Answer> of(String eventId) {
    return records.read(name(eventId), Answer.class);
  }

  /// An event id may hold any character; the name holds its name-based UUID.
  public static String key(String eventId) {
    return UUID.nameUUIDFromBytes(eventId.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static ObjectName name(String eventId) {
    return ObjectName.of("requests", key(eventId), "answer");
  }
}
