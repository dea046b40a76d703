package dev.gnomon.core.catalogue;

import java.nio.file.Path;

/// Something that must not be shown, or where it is read from at each use. No form of it prints the
/// secret itself.
public sealed interface Secret {
  /// As it is written: `env:NAME`, `file:PATH`, or the secret itself.
  static Secret parse(String text) {
    if (text.startsWith("env:")) {
      return new Variable(text.substring("env:".length()));
    }
    return text.startsWith("file:")
        ? new Content(Path.of(text.substring("file:".length())))
        : new Given(text);
  }

  /// An environment variable.
  record Variable(String name) implements Secret {
    @Override
    public String toString() {
      return "env:" + name;
    }
  }

  /// A file that holds nothing else, such as a mounted Kubernetes Secret; white space around it is
  /// left out. Changed, it counts from the next use on.
  record Content(Path file) implements Secret {
    @Override
    public String toString() {
      return "file:" + file;
    }
  }

  /// Stands in the catalogue itself.
  record Given(String value) implements Secret {
    @Override
    public String toString() {
      return "(given in the catalogue)";
    }
  }
}
