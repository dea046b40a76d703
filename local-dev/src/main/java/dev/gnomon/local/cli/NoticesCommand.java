package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `notices list | show | replay | drop`: what people were not told, because a target did not take
/// it.
@Command(
    name = "notices",
    description = "Shows notices that could not be delivered, and sends them again.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | show | replay | drop)")
final class NoticesCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new NoticesCommand())
        .addSubcommand(new Listing(top))
        .addSubcommand(new Show(top))
        .addSubcommand(new Replay(top))
        .addSubcommand(new Drop(top));
  }

  @Override
  public void run() {
    throw Failure.wrongUse(
        "which of %s?".formatted(String.join(", ", spec.subcommands().keySet())));
  }

  private static JsonNode overview(StackApi stack, Optional<String> behind) {
    return stack
        .notices(behind)
        .orElseThrow(() -> Failure.failed("the stack does not know of notices"));
  }

  @Command(
      name = "list",
      description = "Lists the notices that a target did not take, the newest first.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Runnable {
    private final Gnomon top;

    Listing(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JsonNode overview = overview(StackApi.of(top.options.data()), Optional.empty());
      if (top.console.json()) {
        top.console.value(overview);
      } else {
        NoticesView.list(top.console, overview, Instant.now());
      }
    }
  }

  @Command(
      name = "show",
      description = "Shows one notice and how it stands with each target.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Gnomon top;

    @Parameters(paramLabel = "NOTICE", description = "As 'gnomon notices list' shows it.")
    private String notice = "";

    Show(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      JsonNode view =
          StackApi.of(top.options.data())
              .notice(notice)
              .orElseThrow(() ->
                  Failure.failed(
                      "there is no notice '%s': 'gnomon notices list' lists those that were not delivered"
                          .formatted(notice)));
      if (top.console.json()) {
        top.console.value(view);
      } else {
        NoticesView.show(top.console, view, Instant.now());
      }
    }
  }

  private abstract static class Act implements Runnable {
    private final Gnomon top;
    private final String what;
    private final String said;

    @Parameters(
        arity = "0..*",
        paramLabel = "NOTICE",
        description = "As 'gnomon notices list' shows it.")
    private List<String> notices = new ArrayList<>();

    @Option(names = "--all", description = "All that were not delivered.")
    private boolean all;

    @Option(
        names = "--target",
        paramLabel = "NAME",
        description = "Only for this target. Default: all that did not take it.")
    private @Nullable String target;

    /// @param said such as `%s is sent to %s again`
    Act(Gnomon top, String what, String said) {
      this.top = top;
      this.what = what;
      this.said = said;
    }

    @Override
    public void run() {
      if (all == !notices.isEmpty()) {
        throw Failure.wrongUse("which? Name notices, or say --all");
      }
      StackApi stack = StackApi.of(top.options.data());
      Set<String> wanted = new LinkedHashSet<>(notices);
      if (all) {
        wanted.addAll(letters(stack));
      }
      EachOne.does(top.console, wanted, "no notice is undelivered", notice -> act(stack, notice));
    }

    private JsonNode act(StackApi stack, String notice) {
      JsonNode answer = stack.say(notice, what, Optional.ofNullable(target));
      List<String> targets = new ArrayList<>();
      answer.path("targets").forEach(name -> targets.add(name.asText()));
      top.console.line(said.formatted(notice, String.join(", ", targets)));
      return answer;
    }

    /// All pages are read before anything is done: what dies again comes to the first one.
    private List<String> letters(StackApi stack) {
      List<String> letters = new ArrayList<>();
      Optional<String> behind = Optional.empty();
      do {
        JsonNode page = overview(stack, behind);
        for (JsonNode letter : page.path("letters")) {
          if (target == null || target.equals(letter.path("target").asText())) {
            letters.add(letter.path("notice").asText());
          }
        }
        behind = Optional.of(page.path("next").asText()).filter(next -> !next.isEmpty());
      } while (behind.isPresent());
      return letters;
    }
  }

  @Command(
      name = "replay",
      description = "Sends notices again to the targets that did not take them.",
      mixinStandardHelpOptions = true)
  static final class Replay extends Act {
    Replay(Gnomon top) {
      super(top, "replay", "%s is sent to %s again");
    }
  }

  @Command(
      name = "drop",
      description = "Takes notices off the list.",
      mixinStandardHelpOptions = true)
  static final class Drop extends Act {
    Drop(Gnomon top) {
      super(top, "drop", "%s is no more sent to %s");
    }
  }
}
