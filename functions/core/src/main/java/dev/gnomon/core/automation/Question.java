package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.decision.Option;
import dev.gnomon.core.decision.Weighing;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is to be decided.
///
/// @param members at least one; the first gives the decision its name
/// @param key identity of what asks: the same key finds the same decision
/// @param trigger a sentence
/// @param wanted what the resources' settings say follows from it
/// @param by who asks
/// @param request what would be done
/// @param against why it is only observed, whatever the resources say of automation
/// @param onset when the trouble began, if this may be one of several triggers of the same trouble:
///   then the newest decision stands for as long as it would be the same
/// @param weighing what each option is expected to cost, if it was weighed
record Question(
    List<Resource> members,
    String key,
    String trigger,
    List<String> evidence,
    OnFail wanted,
    By by,
    RollbackRequest request,
    Optional<String> against,
    Optional<Instant> onset,
    Optional<Weighing> weighing) {
  Question {
    members = List.copyOf(members);
    evidence = List.copyOf(evidence);
  }

  /// One that comes once and is not weighed.
  Question(
      List<Resource> members,
      String key,
      String trigger,
      List<String> evidence,
      OnFail wanted,
      By by,
      RollbackRequest request,
      Optional<String> against) {
    this(
        members,
        key,
        trigger,
        evidence,
        wanted,
        by,
        request,
        against,
        Optional.empty(),
        Optional.empty());
  }

  /// The same under another identity.
  Question as(String other) {
    return new Question(
        members, other, trigger, evidence, wanted, by, request, against, onset, weighing);
  }

  /// The option that was chosen, if it was weighed.
  Optional<Option> chosen() {
    return weighing.map(Weighing::chosen);
  }
}
