package dev.gnomon.runtime.settings;

import java.util.List;

/// Settings that can't be started with. The message lists every error.
public final class InvalidSettings extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param errors a sentence each, that begins with the key
  public InvalidSettings(List<String> errors) {
    super(
        "%d settings are wrong:\n  %s".formatted(errors.size(), String.join("\n  ", errors)),
        null,
        false,
        false);
  }
}
