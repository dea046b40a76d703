package dev.gnomon.verification.catalogue;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.Objectives;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A resource with nothing special to it, in the cell `east`; a test names what it is about.
public final class PlainResource {
  private static final CellName EAST = new CellName("east");

  private final ResourceName name;
  private final Place location;
  private final Optional<PrefixSpec> prefix;
  private List<ShadowSpec> shadows = List.of();
  private RollbackMode rollback = RollbackMode.RESTORE;
  private Automation automation = Automation.AUTO;
  private boolean allowAdvisoryFence;
  private List<ResourceName> dependsOn = List.of();
  private List<ActuatorSpec> actuators = List.of();
  private List<CheckSpec> checks = List.of();
  private Optional<Writer> writer = Optional.empty();

  private PlainResource(ResourceName name, Place location, Optional<PrefixSpec> prefix) {
    this.name = name;
    this.location = location;
    this.prefix = prefix;
  }

  public static PlainResource directory(String name, Path location) {
    return new PlainResource(new ResourceName(name), Place.of(location), Optional.empty());
  }

  public static PlainResource prefix(String name, S3Prefix location, PrefixSpec spec) {
    return new PlainResource(new ResourceName(name), location, Optional.of(spec));
  }

  public PlainResource shadows(ShadowSpec... wanted) {
    shadows = List.of(wanted);
    return this;
  }

  public PlainResource rollback(RollbackMode mode) {
    rollback = mode;
    return this;
  }

  public PlainResource automation(Automation wanted) {
    automation = wanted;
    return this;
  }

  /// Automation may act although the old primary can't really be fenced.
  public PlainResource allowAdvisoryFence() {
    allowAdvisoryFence = true;
    return this;
  }

  public PlainResource dependsOn(String... names) {
    dependsOn = List.of(names).stream().map(ResourceName::new).toList();
    return this;
  }

  public PlainResource actuators(ActuatorSpec... wanted) {
    actuators = List.of(wanted);
    return this;
  }

  public PlainResource checks(CheckSpec... wanted) {
    checks = List.of(wanted);
    return this;
  }

  public PlainResource writer(Optional<Writer> wanted) {
    writer = wanted;
    return this;
  }

  public Resource resource() {
    return new Resource(
        name,
        EAST,
        location,
        Priority.NORMAL,
        shadows,
        rollback,
        automation,
        allowAdvisoryFence,
        dependsOn,
        Keep.DEFAULT,
        Hooks.NONE,
        OnChange.RETRY,
        actuators,
        checks,
        OnFail.ROLLBACK,
        OnFail.NOTIFY,
        Limits.DEFAULT,
        writer,
        prefix,
        Objectives.NONE);
  }
}
