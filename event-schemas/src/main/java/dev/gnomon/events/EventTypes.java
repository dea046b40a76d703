package dev.gnomon.events;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Every event type of Gnomon with its record and its schema.
public final class EventTypes {
  /// One event type.
  ///
  /// @param type the CloudEvents type, such as `dev.gnomon.update-requested.v1`
  /// @param name its short name with version, such as `update-requested.v1`
  /// @param data the record that holds its data
  public record EventType(String type, String name, Class<? extends EventData> data) {
    /// Class path resource of its JSON Schema.
    public String schemaResource() {
      return "schemas/" + name + ".json";
    }
  }

  private static final String PREFIX = "dev.gnomon.";

  private static final List<EventType> ALL =
      List.of(
          of(UpdateRequested.TYPE, UpdateRequested.class),
          of(UpdateCompleted.TYPE, UpdateCompleted.class),
          of(UpdateFailed.TYPE, UpdateFailed.class),
          of(UpdateHeartbeat.TYPE, UpdateHeartbeat.class),
          of(ShadowRequested.TYPE, ShadowRequested.class),
          of(ShadowPartRequested.TYPE, ShadowPartRequested.class),
          of(ShadowCreated.TYPE, ShadowCreated.class),
          of(ShadowFailed.TYPE, ShadowFailed.class),
          of(UpdateReady.TYPE, UpdateReady.class),
          of(UpdateBlocked.TYPE, UpdateBlocked.class),
          of(MigrationAnnounced.TYPE, MigrationAnnounced.class),
          of(FailurePredicted.TYPE, FailurePredicted.class),
          of(DecisionApproved.TYPE, DecisionApproved.class),
          of(ChaosRequested.TYPE, ChaosRequested.class),
          of(RollbackRequested.TYPE, RollbackRequested.class),
          of(RollbackPartRequested.TYPE, RollbackPartRequested.class),
          of(RollbackStarted.TYPE, RollbackStarted.class),
          of(RouteSwitched.TYPE, RouteSwitched.class),
          of(RollbackCompleted.TYPE, RollbackCompleted.class),
          of(RollbackFailed.TYPE, RollbackFailed.class),
          of(ShadowExpired.TYPE, ShadowExpired.class),
          of(WritesObserved.TYPE, WritesObserved.class),
          of(BucketChanged.TYPE, BucketChanged.class),
          of(TelemetryObserved.TYPE, TelemetryObserved.class),
          of(ProbeObserved.TYPE, ProbeObserved.class),
          of(SweepDue.TYPE, SweepDue.class));

  private static final Map<String, EventType> BY_TYPE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(EventType::type, Function.identity()));
  private static final Map<Class<?>, EventType> BY_DATA =
      ALL.stream().collect(Collectors.toUnmodifiableMap(EventType::data, Function.identity()));

  private EventTypes() {}

  /// All types, in the order of an update's way.
  public static List<EventType> all() {
    return ALL;
  }

  public static Optional<EventType> find(String type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /// The type that some data is sent as.
  public static String typeOf(EventData data) {
    EventType type = BY_DATA.get(data.getClass());
    if (type == null) {
      throw new IllegalStateException(data.getClass() + " is not in the list of event types");
    }
    return type.type();
  }

  private static EventType of(String type, Class<? extends EventData> data) {
    return new EventType(type, type.substring(PREFIX.length()), data);
  }
}
