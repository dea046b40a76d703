package dev.gnomon.core.prefix;

import java.io.IOException;
import java.io.InputStream;

/// An object with its content; to be closed. The stream gives exactly `found.size()` bytes or fails
/// with a transient ObjectStoreException.
public record Body(Found found, InputStream content) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    content.close();
  }
}
