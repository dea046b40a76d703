package dev.gnomon.protect;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.chaos.Ended;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.Outcome.Verdict;
import dev.gnomon.core.notices.TellPeople;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Tells people of experiments that failed. All that are called the same are one episode: the next
/// one that passes ends it.
@Singleton
class ExperimentNotices implements Ended {
  private final TellPeople people;

  @Inject
  ExperimentNotices(TellPeople people) {
    this.people = people;
  }

  @Override
  public void tell(Experiment experiment, Outcome outcome) {
    switch (outcome.verdict()) {
      case FAILED -> people.notify(notice(experiment, outcome));
      case PASSED -> people.over(notice(experiment, outcome));
      case STOPPED, REFUSED -> {}
    }
  }

  private static Notice notice(Experiment experiment, Outcome outcome) {
    boolean failed = outcome.verdict() == Verdict.FAILED;
    String how = failed ? "failed" : "passed";
    Notice notice =
        Notice.of(
                "experiment/" + experiment.id(),
                "experiment-" + how,
                failed ? Severity.WARNING : Severity.INFO,
                outcome.time(),
                "Experiment %s: %s".formatted(how, experiment.name()),
                "Experiment %s (%s) %s: %s"
                    .formatted(
                        experiment.id(),
                        experiment.trouble().says(),
                        how,
                        String.join("; ", outcome.reasons())))
            .in("experiment/" + experiment.name(), failed ? Action.TRIGGER : Action.RESOLVE)
            .about(experiment.id());
    return notice.with("Asked by", experiment.by());
  }
}
