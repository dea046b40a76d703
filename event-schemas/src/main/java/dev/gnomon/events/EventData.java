package dev.gnomon.events;

import java.util.Optional;

/// The data of one of Gnomon's events. Each record has a constant `TYPE`, the CloudEvents type it
/// is sent as, and a schema of the same name; [EventTypes] lists them all.
///
/// Absent optional values are left out of the JSON, unknown fields are refused, times are RFC 3339
/// and durations ISO 8601. The records check what a schema can't leave to chance (no nulls, exactly
/// one of several choices); everything else is checked by the schema, see [EventSchemas].
public sealed interface EventData
    permits UpdateRequested,
        UpdateCompleted,
        DecisionApproved,
        ChaosRequested,
        UpdateFailed,
        UpdateHeartbeat,
        ShadowRequested,
        ShadowPartRequested,
        ShadowCreated,
        ShadowFailed,
        UpdateReady,
        UpdateBlocked,
        MigrationAnnounced,
        FailurePredicted,
        RollbackRequested,
        RollbackPartRequested,
        RollbackStarted,
        RouteSwitched,
        RollbackCompleted,
        RollbackFailed,
        ShadowExpired,
        WritesObserved,
        BucketChanged,
        TelemetryObserved,
        ProbeObserved,
        SweepDue {

  /// What the event is about: the resource, else the update, rollback or cell. It becomes `subject`
  /// and `partitionkey`; absent for timer events.
  Optional<String> subject();

  /// The update or rollback it belongs to, if the data says so. It becomes `correlationid`.
  Optional<String> correlation();
}
