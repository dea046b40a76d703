package dev.gnomon.local.stack;

import dev.gnomon.yaml.CatalogueFile;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.OptionalInt;

/// The stack as a process of its own. Arguments: catalogue, data directory, port or 0.
@QuarkusMain
public final class StackMain {
  private static final int FAILED = 1;

  private StackMain() {}

  public static void main(String[] arguments) {
    System.exit(run(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2])));
  }

  private static int run(Path config, Path data, int port) {
    return switch (CatalogueFile.load(config, data)) {
      case CatalogueFile.Loaded.Invalid invalid -> {
        invalid.errors().forEach(System.err::println);
        yield FAILED;
      }
      case CatalogueFile.Loaded.Valid valid -> {
        try {
          yield Up.run(
              UpOptions.of(
                  valid.catalogue(), data, port == 0 ? OptionalInt.empty() : OptionalInt.of(port)));
        } catch (StackException e) {
          System.err.println(e.getMessage());
          yield FAILED;
        }
      }
    };
  }
}
