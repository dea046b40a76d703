package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.DurationText;
import dev.gnomon.core.ids.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merit [RESOURCE] [--history]`, `merit weights`, `merit unblock`, `merit return`: how the places
/// of resources compare, and what a person may say about that.
@Command(
    name = "merit",
    description = "Shows how the places of resources compare.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[weights | unblock | return]")
final class MeritCommand implements Runnable {
  private static final Duration DEFAULT_SPAN = Duration.ofHours(1);

  private final Gnomon top;

  @Parameters(arity = "0..1", paramLabel = "RESOURCE", description = "Default: all of them.")
  private @Nullable String resource;

  @Option(names = "--history", description = "How the places of a resource did over time.")
  private boolean history;

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "With --history: from how long ago, such as 6h (default: 1h).")
  private @Nullable String since;

  private MeritCommand(Gnomon top) {
    this.top = top;
  }

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new MeritCommand(top))
        .addSubcommand(new Weights(top))
        .addSubcommand(new Unblock(top))
        .addSubcommand(new Return(top));
  }

  @Override
  public void run() {
    Optional<String> wanted = Optional.ofNullable(resource);
    StackApi stack = StackApi.of(top.options.data());
    wanted.ifPresent(name -> known(stack, name));
    if (history) {
      history(stack, wanted.orElseThrow(() -> Failure.wrongUse("the history of which resource?")));
      return;
    }
    if (since != null) {
      throw Failure.wrongUse("--since goes with --history");
    }
    JsonNode overview = stack.merit(wanted);
    if (top.console.json()) {
      top.console.value(overview);
    } else {
      MeritView.ranking(top.console, overview);
    }
  }

  private void history(StackApi stack, String name) {
    Instant now = Instant.now();
    Duration span = since == null ? DEFAULT_SPAN : span(since);
    JsonNode found = stack.meritHistory(name, now.minus(span), now, MeritView.WIDTH);
    if (top.console.json()) {
      top.console.value(found);
    } else {
      MeritView.history(top.console, found);
    }
  }

  private static Duration span(String text) {
    try {
      Duration span = DurationText.parse(text);
      if (span.isPositive()) {
        return span;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw Failure.wrongUse("--since must be a duration such as 90m or 2d: '%s'".formatted(text));
  }

  private static void known(StackApi stack, String name) {
    Names.checked(name, ResourceName::new);
    Names.known(stack, List.of(name));
  }

  @Command(
      name = "weights",
      description = "Shows the weights of the factors, and how they were refined.",
      mixinStandardHelpOptions = true)
  static final class Weights implements Runnable {
    private final Gnomon top;

    Weights(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JsonNode weights = StackApi.of(top.options.data()).meritWeights();
      if (top.console.json()) {
        top.console.value(weights);
      } else {
        MeritView.weights(top.console, weights);
      }
    }
  }

  @Command(
      name = "unblock",
      description = "Lets automation move a resource again that went to and fro too often.",
      mixinStandardHelpOptions = true)
  static final class Unblock implements Runnable {
    private final Gnomon top;

    @Parameters(paramLabel = "RESOURCE", description = "Its name.")
    private String resource = "";

    Unblock(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      StackApi stack = StackApi.of(top.options.data());
      known(stack, resource);
      JsonNode lifted = stack.sayOfMerit(resource, "unblock");
      if (top.console.json()) {
        top.console.value(lifted);
      } else if (lifted.path("lifted").isEmpty()) {
        top.console.line("nothing of " + resource + " was blocked");
      } else {
        for (JsonNode block : lifted.path("lifted")) {
          top.console.line(
              "%s may be moved between %s again"
                  .formatted(resource, MeritView.cells(block.path("pair"))));
        }
      }
    }
  }

  @Command(
      name = "return",
      description = "Lets a resource return at once that waits for the merit of its old primary.",
      mixinStandardHelpOptions = true)
  static final class Return implements Runnable {
    private final Gnomon top;

    @Parameters(paramLabel = "RESOURCE", description = "Its name.")
    private String resource = "";

    Return(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      StackApi stack = StackApi.of(top.options.data());
      known(stack, resource);
      JsonNode ordered = stack.sayOfMerit(resource, "return");
      if (top.console.json()) {
        top.console.value(ordered);
      } else if (ordered.has("rollback")) {
        top.console.line(
            "%s returns, as the last steps of rollback %s"
                .formatted(resource, ordered.path("rollback").asText()));
      } else {
        top.console.line(resource + " does not wait to return");
      }
    }
  }
}
