package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `points list | show | diff | accept`, by the stack or, with `--store`, without one.
@Command(
    name = "points",
    description = "Shows rollback points; with --store without a stack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | show | diff | accept)")
final class PointsCommand implements Runnable {
  private final Gnomon top;

  PointsCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which of list, show, diff, accept?");
  }

  @Command(
      name = "list",
      description = "Points of a resource, newest first (default: of all).",
      mixinStandardHelpOptions = true)
  void list(
      @Parameters(arity = "0..1", paramLabel = "NAME", description = "The resource.")
          @Nullable String name,
      @Option(names = "--resource", paramLabel = "NAME", description = "The same as NAME.")
          @Nullable String resource,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    Optional<String> wanted = Optional.ofNullable(name).or(() -> Optional.ofNullable(resource));
    wanted.ifPresent(text -> Names.checked(text, ResourceName::new));
    if (name != null && resource != null && !name.equals(resource)) {
      throw Failure.wrongUse("NAME and --resource name two resources");
    }
    List<JsonNode> entries = source(store, "").list(wanted);
    Console console = top.console;
    if (console.json()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      array.addAll(entries);
      console.value(array);
    } else {
      PointView.list(console, entries);
    }
  }

  @Command(
      name = "show",
      description = "All that is known of a point.",
      mixinStandardHelpOptions = true)
  void show(
      @Parameters(paramLabel = "POINT", description = "Such as site@7.") String point,
      @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have it.")
          @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    Names.checked(point, PointId::parse);
    JsonNode entry = source(store, cell).one(point);
    Console console = top.console;
    if (console.json()) {
      console.value(entry);
    } else {
      JsonText.print(console, entry.path("point"), "");
    }
  }

  @Command(
      name = "diff",
      description = "How the second point differs from the first.",
      mixinStandardHelpOptions = true)
  void diff(
      @Parameters(index = "0", paramLabel = "POINT") String first,
      @Parameters(index = "1", paramLabel = "POINT") String second,
      @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have them.")
          @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    Names.checked(first, PointId::parse);
    Names.checked(second, PointId::parse);
    JsonNode diff = source(store, cell).diff(first, second);
    Console console = top.console;
    if (console.json()) {
      console.value(diff);
    } else {
      PointView.comparison(console, diff);
    }
  }

  @Command(
      name = "accept",
      description = "Takes a held point as it is: it no longer blocks the expiry of older ones.",
      mixinStandardHelpOptions = true)
  void accept(
      @Parameters(paramLabel = "POINT") String point,
      @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have it.")
          @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    Names.checked(point, PointId::parse);
    source(store, cell).accept(point);
    Console console = top.console;
    if (console.json()) {
      ObjectNode result = Json.MAPPER.createObjectNode();
      console.value(result.put("point", point).put("held", false));
    }
    console.line(point + " is accepted");
  }

  private PointSource source(@Nullable String store, @Nullable String cell) {
    return store == null
        ? new StackPoints(
            StackApi.of(top.options.data()),
            Optional.ofNullable(cell).filter(name -> !name.isEmpty()))
        : new StorePoints(store, top.options.key());
  }

  /// Where points are looked up.
  interface PointSource {
    /// {cell, point} each.
    List<JsonNode> list(Optional<String> resource);

    /// {cell, point}
    JsonNode one(String point);

    JsonNode diff(String first, String second);

    void accept(String point);
  }

  static List<JsonNode> entries(JsonNode array) {
    List<JsonNode> entries = new ArrayList<>();
    array.forEach(entries::add);
    return entries;
  }
}
