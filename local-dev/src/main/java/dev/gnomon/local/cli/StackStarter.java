package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Catalogue;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Starts the local stack in this process and returns when it has stopped.
@FunctionalInterface
public interface StackStarter {
  /// For processes that can't be a stack.
  StackStarter NONE =
      request -> {
        throw Failure.failed("'up' has to be started by the launcher 'gnomon'");
      };

  /// @param config the catalogue's file, absolute
  /// @param data the data directory, absolute; may not exist yet
  /// @param catalogue what the file holds, checked
  /// @param port of the HTTP interface; empty for a free one
  /// @param json whether standard output is for JSON only
  record Request(Path config, Path data, Catalogue catalogue, OptionalInt port, boolean json) {}

  /// @return the exit code
  /// @throws Failure for expected faults: shown as one sentence
  int start(Request request) throws Exception;
}
