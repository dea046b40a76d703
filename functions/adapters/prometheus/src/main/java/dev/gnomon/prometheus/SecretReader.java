package dev.gnomon.prometheus;

import dev.gnomon.core.catalogue.Secret;
import java.io.IOException;

/// Reads a secret at each use, so that a new one counts at once.
@FunctionalInterface
public interface SecretReader {
  /// @throws IOException if it can't be read now; the message says where from, and nothing of it
  String read(Secret secret) throws IOException;
}
