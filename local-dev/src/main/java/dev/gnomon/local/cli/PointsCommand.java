package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `points ...`, by the stack or, with `--store`, without one.
@Command(
    name = "points",
    description = "Shows, keeps, checks and exports rollback points; with --store without a stack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class PointsCommand implements Runnable {
  private final Gnomon top;

  private PointsCommand(Gnomon top) {
    this.top = top;
  }

  /// The command with all that is below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new PointsCommand(top))
        .addSubcommand(new PointsVerify(top))
        .addSubcommand(new PointsExport(top))
        .addSubcommand(new PointsMarks.Tag(top))
        .addSubcommand(new PointsMarks.Untag(top))
        .addSubcommand(new PointsMarks.Hold(top))
        .addSubcommand(new PointsMarks.Release(top))
        .addSubcommand(new PointsExpire(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse("which command? 'gnomon points --help' lists them");
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
      @Option(names = "--tag", paramLabel = "TAG", description = "Only points with this tag.")
          @Nullable String tag,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    Optional<String> wanted = Optional.ofNullable(name).or(() -> Optional.ofNullable(resource));
    wanted.ifPresent(text -> Names.checked(text, ResourceName::new));
    if (name != null && resource != null && !name.equals(resource)) {
      throw Failure.wrongUse("NAME and --resource name two resources");
    }
    List<JsonNode> entries =
        PointSource.of(top, store).list(wanted).stream()
            .filter(entry -> tag == null || PointView.texts(entry.path("tags")).contains(tag))
            .toList();
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
  void show(@Mixin PointSource.One one) {
    PointName name = one.name();
    JsonNode entry = one.source(top).one(name);
    Console console = top.console;
    if (console.json()) {
      console.value(entry);
    } else {
      PointView.show(console, entry);
    }
  }

  @Command(
      name = "diff",
      description = {
        "How the second point differs from the first: + added, - removed, ~ content, m metadata,",
        "! something else, such as a directory where a file was."
      },
      mixinStandardHelpOptions = true)
  void diff(
      @Parameters(index = "0", paramLabel = "POINT") String first,
      @Parameters(index = "1", paramLabel = "POINT") String second,
      @Option(names = "--stat", description = "Only how many and how much.") boolean stat,
      @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have them.")
          @Nullable String cell,
      @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
          @Nullable String store) {
    PointName from = PointName.of(first, cell);
    PointName to = PointName.of(second, cell);
    JsonNode diff = PointSource.of(top, store).diff(from, to);
    Console console = top.console;
    if (console.json()) {
      console.value(stat ? DiffView.withoutPaths(diff) : diff);
    } else {
      DiffView.print(console, diff, stat);
    }
  }

  @Command(
      name = "accept",
      description = "Takes a held point as it is: it no longer blocks the expiry of older ones.",
      mixinStandardHelpOptions = true)
  void accept(@Mixin PointSource.One one) {
    PointName name = one.name();
    one.source(top).accept(name);
    Console console = top.console;
    if (console.json()) {
      ObjectNode result = Json.MAPPER.createObjectNode();
      console.value(result.put("point", name.id().toString()).put("held", false));
    }
    console.line(name.id() + " is accepted");
  }
}
