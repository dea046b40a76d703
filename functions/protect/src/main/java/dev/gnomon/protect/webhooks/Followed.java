package dev.gnomon.protect.webhooks;

import dev.gnomon.core.control.Answers;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackViews;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What became of a delivery, for whoever sent it.
///
/// @param delivery id of the delivery that was taken first, of those that ask for the same
/// @param time when it was taken
/// @param state `decided` once every request has its outcome, `asked` before
record Followed(
    String sender, String delivery, Instant time, String state, List<Progress> requests) {
  Followed {
    requests = List.copyOf(requests);
  }

  /// What became of one request.
  ///
  /// @param id of the event `rollback-requested`
  /// @param outcome `asked` until automation has decided, then `accepted` or `refused`
  /// @param state of the rollback
  /// @param reason why it was refused
  record Progress(
      ResourceName resource,
      String id,
      String outcome,
      Optional<String> rollback,
      Optional<String> state,
      Optional<String> reason) {
    boolean decided() {
      return !outcome.equals(ASKED);
    }
  }

  private static final String ASKED = "asked";

  static Followed of(
      String sender, HookLog.Taken taken, Instant time, Answers answers, RollbackViews rollbacks) {
    List<Progress> requests =
        taken.events().stream().map(asked -> progress(asked, answers, rollbacks)).toList();
    boolean decided = requests.stream().allMatch(Progress::decided);
    return new Followed(sender, taken.delivery(), time, decided ? "decided" : ASKED, requests);
  }

  private static Progress progress(HookLog.Asked asked, Answers answers, RollbackViews rollbacks) {
    ResourceName resource = asked.wanted().resource();
    return answers
        .of("/gnomon/" + Webhooks.FUNCTION + " " + asked.id())
        .map(answer ->
            new Progress(
                resource,
                asked.id(),
                answer.outcome().name().toLowerCase(Locale.ROOT),
                answer.rollback(),
                answer.rollback().flatMap(rollbacks::of).map(view -> view.state().name()),
                answer.reason()))
        .orElseGet(() ->
            new Progress(
                resource, asked.id(), ASKED, Optional.empty(), Optional.empty(), Optional.empty()));
  }
}
