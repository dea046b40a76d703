package dev.gnomon.core.catalogue;

import dev.gnomon.core.telemetry.TelemetryPolicy;

/// How the whole installation watches and decides, as far as it does not belong to one resource.
///
/// @param merit how places are compared, and what follows
/// @param telemetry how samples are taken in
public record Policies(MeritPolicy merit, TelemetryPolicy telemetry) {
  public static final Policies DEFAULT = new Policies(MeritPolicy.DEFAULT, TelemetryPolicy.DEFAULT);
}
