package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
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
record Question(
    List<Resource> members,
    String key,
    String trigger,
    List<String> evidence,
    OnFail wanted,
    By by,
    RollbackRequest request,
    Optional<String> against) {
  Question {
    members = List.copyOf(members);
    evidence = List.copyOf(evidence);
  }
}
