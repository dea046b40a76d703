package dev.gnomon.events;

import java.util.Optional;

/// The minute's timer: what has no terminal record and is past its deadline goes on.
public record SweepDue() implements EventData {
  public static final String TYPE = "dev.gnomon.sweep-due.v1";

  @Override
  public Optional<String> subject() {
    return Optional.empty();
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
