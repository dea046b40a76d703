package dev.gnomon.core.update;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.shadow.PointRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The records of updates, `updates/<id>/...`.
public final class UpdateRecords {
  private final ControlRecords records;

  public UpdateRecords(ControlRecords records) {
    this.records = records;
  }

  /// `request`: what was announced.
  ///
  /// @param closure everything reachable by dependsOn, dependencies first, as the catalogue said
  ///   then
  /// @param request id of the event
  public record Request(
      UpdateId updateId,
      List<ResourceName> resources,
      List<ResourceName> closure,
      Optional<Duration> heartbeat,
      Optional<String> reason,
      String request,
      Instant time) {
    public Request {
      resources = List.copyOf(resources);
      closure = List.copyOf(closure);
    }

    /// Whether another announcement with the same id says the same.
    boolean same(Request other) {
      return resources.equals(other.resources)
          && heartbeat.equals(other.heartbeat)
          && reason.equals(other.reason);
    }

    /// What the announcement says, for people.
    String content() {
      return "resources %s, %s, %s"
          .formatted(
              resources,
              heartbeat.map(interval -> "heartbeat " + interval).orElse("no heartbeat"),
              reason.map(text -> "reason '" + shortened(text) + "'").orElse("no reason"));
    }
  }

  /// Longest part of a reason that a message repeats.
  private static final int SHOWN_REASON = 200;

  private static String shortened(String reason) {
    return reason.length() <= SHOWN_REASON ? reason : reason.substring(0, SHOWN_REASON) + "\u2026";
  }

  /// `shadows/<resource>`: the points of one resource, one a shadow cell.
  public record Shadowed(List<PointRef> points) {
    public Shadowed {
      points = List.copyOf(points);
    }
  }

  /// `ready`.
  public record Ready(List<PointRef> points, Instant time) {
    public Ready {
      points = List.copyOf(points);
    }
  }

  /// `blocked`.
  public record Blocked(String reason, List<Fact.ResourceFailure> failures, Instant time) {
    public Blocked {
      failures = List.copyOf(failures);
    }
  }

  /// `ended`: completed, failed or lost.
  public record Ended(End end, By by, Optional<String> reason, Instant time) {}

  /// How an update ended.
  public enum End {
    COMPLETED,
    FAILED,
    HEARTBEAT_LOST
  }

  /// `heartbeats/<slot>`.
  record Heartbeat(Instant time) {}

  public Outcome<Request> announce(Request request) {
    return records.create(name(request.updateId(), "request"), request);
  }

  public Optional<Request> request(UpdateId id) {
    return records.read(name(id, "request"), Request.class);
  }

  public Shadowed shadowed(UpdateId id, ResourceName resource, Shadowed shadowed) {
    return records.create(name(id, "shadows/" + resource), shadowed).record();
  }

  public Optional<Shadowed> shadowed(UpdateId id, ResourceName resource) {
    return records.read(name(id, "shadows/" + resource), Shadowed.class);
  }

  public Ready ready(UpdateId id, Ready ready) {
    return records.create(name(id, "ready"), ready).record();
  }

  public Optional<Ready> ready(UpdateId id) {
    return records.read(name(id, "ready"), Ready.class);
  }

  public Blocked blocked(UpdateId id, Blocked blocked) {
    return records.create(name(id, "blocked"), blocked).record();
  }

  public Optional<Blocked> blocked(UpdateId id) {
    return records.read(name(id, "blocked"), Blocked.class);
  }

  public Outcome<Ended> end(UpdateId id, Ended ended) {
    return records.create(name(id, "ended"), ended);
  }

  public Optional<Ended> ended(UpdateId id) {
    return records.read(name(id, "ended"), Ended.class);
  }

  public void heartbeat(UpdateId id, long slot) {
    records.create(name(id, "heartbeats/%020d".formatted(slot)), new Heartbeat(records.time()));
  }

  public boolean hasHeartbeat(UpdateId id, long slot) {
    return slot >= 0 && records.exists(name(id, "heartbeats/%020d".formatted(slot)));
  }

  /// The control store's clock.
  public Instant time() {
    return records.time();
  }

  public static ObjectName name(UpdateId id, String what) {
    return ObjectName.of("updates", id, what);
  }
}
