package dev.gnomon.local.demo;

/// What the demo measured.
///
/// @param files regular files of the resource
/// @param bytes their sizes
/// @param shadowSeconds from the announcement of the update until it was ready
/// @param eventToSwitchMillis median of 20: from the broker's 2xx until an outside reader got the
///   point's bytes through the link
/// @param eventToFrozenMillis from the broker's 2xx of the prediction until the old primary was out
///   of reach for writers
/// @param restoreSeconds from the broker's 2xx of the prediction until the primary was repaired,
///   equal and served again
/// @param verified whether every byte, mode, owner and time was as it should be
/// @param undone whether the rollback was undone, checked, and done again
public record DemoResult(
    String resource,
    long files,
    long bytes,
    double shadowSeconds,
    double eventToSwitchMillis,
    double eventToFrozenMillis,
    double restoreSeconds,
    long filesRestored,
    boolean verified,
    long epochBefore,
    long epochAfter,
    String rolledBackTo,
    boolean undone) {}
