package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A directory to protect. (One kind so far; a second kind will make `location` a type of its own.)
///
/// @param location absolute path of the original primary
/// @param rollback how it is rolled back unless a request says otherwise
/// @param allowAdvisoryFence whether automation may act although the old primary can't really be
///   fenced
/// @param dependsOn resources whose points belong to a consistent update of this one
/// @param writer identity for trial writes; empty: that of the owner of the directory
public record Resource(
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
  public Resource {
    shadows = List.copyOf(shadows);
    dependsOn = List.copyOf(dependsOn);
    actuators = List.copyOf(actuators);
    checks = List.copyOf(checks);
  }

  /// The shadow that is kept as a servable replica, if there is one.
  public Optional<ShadowSpec> replica() {
    return shadows.stream().filter(shadow -> shadow.replica().isPresent()).findFirst();
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
