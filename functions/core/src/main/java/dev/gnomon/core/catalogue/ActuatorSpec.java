package dev.gnomon.core.catalogue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What makes a route true outside Gnomon.
public sealed interface ActuatorSpec {
  /// A symbolic link that always points to the primary, replaced atomically.
  record Symlink(Path link) implements ActuatorSpec {}

  /// A program that is told the new route by environment variables.
  record Command(List<String> argv, Duration timeout) implements ActuatorSpec {
    public Command {
      argv = List.copyOf(argv);
    }
  }

  /// An HTTP endpoint that is sent the new route as JSON.
  ///
  /// @param secretEnv environment variable with a bearer token, if the endpoint wants one
  record Webhook(URI url, Duration timeout, Optional<String> secretEnv) implements ActuatorSpec {}
}
