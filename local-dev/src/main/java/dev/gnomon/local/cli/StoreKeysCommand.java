package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.store.StoreKeys;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.store.points.KeyRecords.Listed;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `store keys list | add | remove`: the master keys of an encrypted store.
@Command(
    name = "keys",
    description = {
      "The master keys of an encrypted store.",
      "To exchange one: add the new key, give it to everything that uses the store, remove the old",
      "one. No data is rewritten; what was killed in between is done again."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | add | remove)")
final class StoreKeysCommand implements Runnable {
  private final Gnomon top;

  StoreKeysCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of list, add, remove?");
  }

  @Command(
      name = "list",
      description = "The keys by their fingerprints; needs none of them.",
      mixinStandardHelpOptions = true)
  void list(
      @Option(names = "--store", required = true, paramLabel = "URL", description = StoreUrl.HELP)
          String store) {
    List<Listed> keys = of(store, StoreKeys::list);
    if (top.console.json()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      keys.forEach(key -> array.add(json(key)));
      top.console.value(array);
      return;
    }
    for (Listed key : keys) {
      top.console.line(
          "%s  %s%s"
              .formatted(
                  key.masterKey(),
                  key.wrapping()
                      .map(wrapping -> wrapping.created() + "  " + wrapping.description())
                      .orElse("DAMAGED"),
                  key.removing() ? "  (its removal was begun)" : ""));
    }
  }

  @Command(
      name = "add",
      description = "Gives the store a further key; --key names one that it has.",
      mixinStandardHelpOptions = true)
  void add(
      @Option(names = "--store", required = true, paramLabel = "URL", description = StoreUrl.HELP)
          String store,
      @Option(
              names = "--new-key",
              required = true,
              paramLabel = "KEY",
              description = "The further key: " + MasterKeys.FORM + ".")
          String newKey) {
    MasterKey current = given();
    MasterKey next = MasterKeys.ofEnvironment().open(newKey);
    boolean added = of(store, keys -> keys.add(current, next));
    said(next.fingerprint(), added ? "added" : "was there already");
  }

  @Command(
      name = "remove",
      description = "Takes a key from the store; --key names another one, which stays.",
      mixinStandardHelpOptions = true)
  void remove(
      @Option(names = "--store", required = true, paramLabel = "URL", description = StoreUrl.HELP)
          String store,
      @Parameters(paramLabel = "FINGERPRINT", description = "As list shows it.")
          String fingerprint) {
    MasterKey staying = given();
    if (!fingerprint.matches("[a-z0-9-]{1,80}")) {
      throw Failure.wrongUse("not a fingerprint: '" + fingerprint + "'; list shows them");
    }
    boolean removed = of(store, keys -> keys.remove(staying, fingerprint));
    said(fingerprint, removed ? "removed" : "was not there");
  }

  private MasterKey given() {
    return MasterKeys.ofEnvironment()
        .open(
            top.options
                .key()
                .orElseThrow(() -> Failure.wrongUse("--key names a key that the store has")));
  }

  private static <T> T of(String store, Function<StoreKeys, T> work) {
    try (StoreUrl.Opened opened = StoreUrl.openExisting(store, java.util.Optional.empty())) {
      return work.apply(new StoreKeys(opened.objects()));
    }
  }

  private void said(String fingerprint, String what) {
    if (top.console.json()) {
      top.console.value(
          Json.MAPPER.createObjectNode().put("key", fingerprint).put("outcome", what));
    }
    top.console.line(fingerprint + ": " + what);
  }

  private static ObjectNode json(Listed key) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("key", key.masterKey());
    node.put("damaged", key.wrapping().isEmpty());
    node.put("removing", key.removing());
    key.wrapping()
        .ifPresent(wrapping ->
            node.put("description", wrapping.description())
                .put("created", wrapping.created().toString()));
    return node;
  }
}
