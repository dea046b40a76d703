package dev.gnomon.core.actuators;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.routes.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Applies a route by all actuators of its resource, in the order they are declared in. One that
/// fails does not keep the later ones from being applied: the outside world follows the route as
/// far as it can. Idempotent.
public final class Actuators {
  private final Actuator<ActuatorSpec.Symlink> symlink;
  private final Actuator<ActuatorSpec.Command> command;
  private final Actuator<ActuatorSpec.Webhook> webhook;

  public Actuators(
      Actuator<ActuatorSpec.Symlink> symlink,
      Actuator<ActuatorSpec.Command> command,
      Actuator<ActuatorSpec.Webhook> webhook) {
    this.symlink = symlink;
    this.command = command;
    this.webhook = webhook;
  }

  /// The combined outcome: Outdated if any actuator had applied a later epoch (this one needs no
  /// retry), else Failed with every reason (retryable if a retry can help any of them), else Done.
  public Applied apply(Resource resource, Route route) {
    OptionalLong later = OptionalLong.empty();
    List<String> reasons = new ArrayList<>();
    boolean retryable = false;
    for (ActuatorSpec spec : resource.actuators()) {
      switch (applyOne(spec, resource, route)) {
        case Applied.Done() -> {}
        case Applied.Outdated(long epoch) ->
            later = OptionalLong.of(Math.max(epoch, later.orElse(epoch)));
        case Applied.Failed(String reason, boolean again) -> {
          reasons.add(reason);
          retryable |= again;
        }
      }
    }
    if (later.isPresent()) {
      return new Applied.Outdated(later.getAsLong());
    }
    return reasons.isEmpty()
        ? new Applied.Done()
        : new Applied.Failed(String.join("; ", reasons), retryable);
  }

  private Applied applyOne(ActuatorSpec spec, Resource resource, Route route) {
    return switch (spec) {
      case ActuatorSpec.Symlink link -> symlink.apply(link, resource, route);
      case ActuatorSpec.Command program -> command.apply(program, resource, route);
      case ActuatorSpec.Webhook endpoint -> webhook.apply(endpoint, resource, route);
    };
  }
}
