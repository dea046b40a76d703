package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// Writes that were made to a resource with a transactional shadow: to be appended to its journal.
///
/// @param transactions in their order
public record WritesObserved(String resource, List<ObservedTransaction> transactions)
    implements EventData {
  public static final String TYPE = "dev.gnomon.writes-observed.v1";

  public WritesObserved {
    Text.required("resource", resource);
    transactions = List.copyOf(Text.required("transactions", transactions));
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
