package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where dead letters are seen to: at a stack, or in the control store itself.
interface LetterDesk extends AutoCloseable {
  JsonNode overview(Filter filter, boolean resolved, Optional<String> behind);

  Optional<JsonNode> letter(String key);

  /// @param broker where the event is sent, for who has no broker
  JsonNode replay(String key, String by, boolean again, Optional<String> broker);

  JsonNode drop(String key, String by);

  @Override
  default void close() {}

  /// Which letters.
  final class Filter {
    @Option(names = "--type", paramLabel = "TYPE", description = "Only events of this type.")
    @Nullable String type;

    @Option(
        names = "--destination",
        paramLabel = "ADDRESS",
        description = "Only what this address did not take; its path is enough, such as rollback.")
    @Nullable String destination;

    boolean given() {
      return type != null || destination != null;
    }
  }

  /// The stack of the data directory, or a control store.
  final class Choice {
    @Option(
        names = "--store",
        paramLabel = "URL",
        description = "Instead of the stack: the control store. " + StoreUrl.HELP)
    private @Nullable String store;

    LetterDesk open(Gnomon top) {
      String url = store;
      return url == null
          ? new StackLetters(StackApi.of(top.options.data()))
          : StoreLetters.open(StoreAddress.of(url, Optional.empty()));
    }
  }
}
