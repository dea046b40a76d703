package dev.gnomon.protect;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import java.time.Duration;
import java.util.UUID;

/// The control store past all experiments: what stops them, and what judges them, must not suffer
/// them.
///
/// @param control with few retries: who looks every second looks again
public record Untroubled(ObjectStore control) {
  private static final Retries.Limits BRIEFLY =
      new Retries.Limits(3, Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(2));

  /// @param store without retries
  public static Untroubled over(ObjectStore store) {
    return new Untroubled(new RetryingObjectStore(store, Retries.within(BRIEFLY)));
  }

  ControlRecords records() {
    return new ControlRecords(control, () -> UUID.randomUUID().toString());
  }
}
