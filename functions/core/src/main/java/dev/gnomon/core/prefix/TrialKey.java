package dev.gnomon.core.prefix;

/// Keys that a fence writes to see whether a write is refused. They belong to no point, and no
/// restore touches them; the fence deletes them.
public final class TrialKey {
  /// Below the prefix.
  public static final String PREFIX = ".gnomon-trial/";

  private TrialKey() {}

  public static boolean is(String key) {
    return key.startsWith(PREFIX);
  }
}
