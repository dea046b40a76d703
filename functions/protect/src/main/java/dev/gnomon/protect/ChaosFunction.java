package dev.gnomon.protect;

import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.TroubleForm;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.ChaosRequested;
import dev.gnomon.events.EventData;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/// Begins experiments; they go on by themselves.
public class ChaosFunction {
  private final RunExperiments experiments;
  private final Replies replies;

  @Inject
  public ChaosFunction(RunExperiments experiments, Replies replies) {
    this.experiments = experiments;
    this.replies = replies;
  }

  @Funq("rollback-chaos-requested")
  @CloudEventMapping(
      trigger = ChaosRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<ChaosRequested> event) {
    return replies.to(
        event,
        () -> {
          OffsetDateTime sent = event.time();
          var unused =
              experiments.request(
                  experiment(event.data()), sent == null ? Instant.MAX : sent.toInstant());
          return List.of();
        });
  }

  private static Experiment experiment(ChaosRequested data) {
    try {
      return new Experiment(
          data.experiment(),
          data.name(),
          form(data.trouble()).trouble(),
          data.lasts(),
          data.expect().map(ChaosFunction::expected).orElse(Expected.DEFAULT),
          data.by().orElse("an event"));
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private static TroubleForm form(ChaosRequested.Trouble from) {
    return new TroubleForm(
        from.kind(),
        from.cell(),
        from.delay(),
        from.share(),
        from.ahead(),
        from.behind(),
        from.after(),
        from.times(),
        from.within());
  }

  private static Expected expected(ChaosRequested.Expect from) {
    Expected other = Expected.DEFAULT;
    return new Expected(
        from.moves()
            .<Optional<List<ResourceName>>>map(
                names -> Optional.of(names.stream().map(ResourceName::new).toList()))
            .orElse(other.moves()),
        from.switches().orElse(other.switches()),
        from.merit().orElse(other.merit()),
        from.settles().orElse(other.settles()),
        from.noticed().isPresent() ? from.noticed() : other.noticed());
  }
}
