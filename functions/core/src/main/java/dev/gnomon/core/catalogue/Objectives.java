package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.Optional;

/// What the owners of a resource expect of its shadows.
///
/// @param recoveryPoint how old the newest consistent copy may be (RPO); empty: as old as the
///   resource's shadows are apart by their own settings
public record Objectives(Optional<Duration> recoveryPoint) {
  public static final Objectives NONE = new Objectives(Optional.empty());
}
