package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Something to protect: a directory, or the objects below a prefix of a bucket.
///
/// @param location the original primary
/// @param rollback how it is rolled back unless a request says otherwise
/// @param allowAdvisoryFence whether automation may act although the old primary can't really be
///   fenced
/// @param dependsOn resources whose points belong to a consistent update of this one
/// @param writer identity for trial writes in a directory; empty: that of its owner
/// @param prefix how it is reached, if the location is a prefix
/// @param objectives what its owners expect
public record Resource(
    ResourceName name,
    CellName cell,
    Place location,
    Priority priority,
    List<ShadowSpec> shadows,
    RollbackMode rollback,
    Automation automation,
    boolean allowAdvisoryFence,
    List<ResourceName> dependsOn,
    Keep keep,
    Hooks hooks,
    OnChange onChange,
    List<ActuatorSpec> actuators,
    List<CheckSpec> checks,
    OnFail onFail,
    OnFail onHeartbeatLost,
    Limits limits,
    Optional<Writer> writer,
    Optional<PrefixSpec> prefix,
    Objectives objectives) {
  public Resource {
    shadows = List.copyOf(shadows);
    dependsOn = List.copyOf(dependsOn);
    actuators = List.copyOf(actuators);
    checks = List.copyOf(checks);
  }

  /// A directory without objectives.
  public Resource(
      ResourceName name,
      CellName cell,
      Path location,
      Priority priority,
      List<ShadowSpec> shadows,
      RollbackMode rollback,
      Automation automation,
      boolean allowAdvisoryFence,
      List<ResourceName> dependsOn,
      Keep keep,
      Hooks hooks,
      OnChange onChange,
      List<ActuatorSpec> actuators,
      List<CheckSpec> checks,
      OnFail onFail,
      OnFail onHeartbeatLost,
      Limits limits,
      Optional<Writer> writer) {
    this(
        name,
        cell,
        Place.of(location),
        priority,
        shadows,
        rollback,
        automation,
        allowAdvisoryFence,
        dependsOn,
        keep,
        hooks,
        onChange,
        actuators,
        checks,
        onFail,
        onHeartbeatLost,
        limits,
        writer,
        Optional.empty(),
        Objectives.NONE);
  }

  /// What people call this kind of resource.
  public String kind() {
    return switch (location) {
      case Place.Directory directory -> "directory";
      case S3Prefix prefix -> "s3-prefix";
    };
  }

  /// Whether a replica is kept in step with the primary, near real time.
  public boolean follows() {
    return replicas().stream().anyMatch(shadow -> shadow.following().isPresent());
  }

  /// The first of its [#replicas].
  public Optional<ShadowSpec> replica() {
    return replicas().stream().findFirst();
  }

  /// The shadows whose replicas the resource can be switched to: of the kind that the resource is.
  /// Plain objects of a directory are for readers only.
  public List<ShadowSpec> replicas() {
    return shadows.stream()
        .filter(shadow ->
            switch (location) {
              case Place.Directory directory -> shadow.replica().isPresent();
              case S3Prefix prefix -> shadow.serving().isPresent();
            })
        .toList();
  }

  /// How content is compressed in the store of a cell.
  public Compression compression(CellName in) {
    return shadows.stream()
        .filter(shadow -> shadow.cell().equals(in))
        .map(ShadowSpec::compression)
        .findFirst()
        .orElse(Compression.ZSTD);
  }
}
