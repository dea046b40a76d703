package dev.gnomon.core.actuators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActuatorsTest {
  private static final ActuatorSpec LINK = new ActuatorSpec.Symlink(Path.of("/srv/current"));
  private static final ActuatorSpec PROGRAM =
      new ActuatorSpec.Command(List.of("true"), Duration.ofSeconds(1));
  private static final ActuatorSpec ENDPOINT =
      new ActuatorSpec.Webhook(
          URI.create("http://localhost/"), Duration.ofSeconds(1), Optional.empty());

  private final List<String> applied = new ArrayList<>();
  private Applied symlinkAnswer = new Applied.Done();
  private Applied commandAnswer = new Applied.Done();
  private Applied webhookAnswer = new Applied.Done();

  private final Actuators actuators =
      new Actuators(
          (spec, resource, route) -> answer("symlink", symlinkAnswer),
          (spec, resource, route) -> answer("command", commandAnswer),
          (spec, resource, route) -> answer("webhook", webhookAnswer));

  @Test
  void appliesAllInTheDeclaredOrder() {
    assertThat(apply(PROGRAM, LINK, ENDPOINT)).isEqualTo(new Applied.Done());
    assertThat(applied).containsExactly("command", "symlink", "webhook");
  }

  @Test
  void resourceWithoutActuatorsIsDone() {
    assertThat(apply()).isEqualTo(new Applied.Done());
  }

  @Test
  void failureDoesNotKeepLaterActuatorsFromBeingApplied() {
    symlinkAnswer = new Applied.Failed("link is a directory", false);
    webhookAnswer = new Applied.Failed("endpoint answered 503", true);

    assertThat(apply(LINK, PROGRAM, ENDPOINT))
        .isEqualTo(new Applied.Failed("link is a directory; endpoint answered 503", true));
    assertThat(applied).containsExactly("symlink", "command", "webhook");
  }

  @Test
  void failureThatNoRetryHelpsIsNotRetryable() {
    symlinkAnswer = new Applied.Failed("link is a directory", false);

    assertThat(apply(LINK, PROGRAM)).isEqualTo(new Applied.Failed("link is a directory", false));
  }

  @Test
  void laterEpochAnywhereMakesTheWholeOutdated() {
    symlinkAnswer = new Applied.Outdated(7);
    commandAnswer = new Applied.Failed("exit 1", true);
    webhookAnswer = new Applied.Outdated(5);

    assertThat(apply(LINK, PROGRAM, ENDPOINT)).isEqualTo(new Applied.Outdated(7));
  }

  private Applied answer(String actuator, Applied answer) {
    applied.add(actuator);
    return answer;
  }

  private Applied apply(ActuatorSpec... specs) {
    ResourceName name = new ResourceName("site");
    Location primary = new Location(new CellName("east"), "/srv/site");
    Resource resource =
        new Resource(
            name,
            new CellName("east"),
            Path.of("/srv/site"),
            Priority.NORMAL,
            List.of(),
            RollbackMode.RESTORE,
            Automation.OBSERVE,
            false,
            List.of(),
            Keep.DEFAULT,
            Hooks.NONE,
            OnChange.RETRY,
            List.of(specs),
            List.of(),
            OnFail.ROLLBACK,
            OnFail.NOTIFY,
            Limits.DEFAULT,
            Optional.empty());
    Route route =
        new Route(
            name,
            new Epoch(3),
            RouteState.SERVING,
            primary,
            List.of(),
            Fenced.NONE,
            "test",
            Instant.EPOCH);
    return actuators.apply(resource, route);
  }
}
