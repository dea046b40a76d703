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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `deadletters list | show | replay | drop`: events that no subscriber could handle.
@Command(
    name = "deadletters",
    description = "Shows events that nobody could handle, and sends them again.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | show | replay | drop)")
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// With its own commands below it.
  static CommandLine line(Gnomon top) {
    return new CommandLine(new DeadLettersCommand())
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

  @Command(
      name = "list",
      description = "Lists the letters that nobody has seen to, the newest first.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Runnable {
    private final Gnomon top;

    @Mixin private LetterDesk.Choice desk = new LetterDesk.Choice();
    @Mixin private LetterDesk.Filter filter = new LetterDesk.Filter();

    @Option(names = "--resolved", description = "Also those that were replayed or dropped.")
    private boolean resolved;

    Listing(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      try (LetterDesk open = desk.open(top)) {
        List<JsonNode> lines = new ArrayList<>();
        Optional<String> behind = Optional.empty();
        JsonNode page;
        do {
          page = open.overview(filter, resolved, behind);
          page.path("letters").forEach(lines::add);
          behind = next(page);
        } while (behind.isPresent() && lines.size() < DeadLettersView.MAX_LISTED);
        if (top.console.json()) {
          top.console.value(DeadLettersView.json(page, lines));
        } else {
          DeadLettersView.list(top.console, page, lines, behind.isPresent(), Instant.now());
        }
      }
    }
  }

  private static Optional<String> next(JsonNode page) {
    return Optional.of(page.path("next").asText()).filter(next -> !next.isEmpty());
  }

  @Command(
      name = "show",
      description = "Shows one letter, its event and what became of it.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    private final Gnomon top;

    @Mixin private LetterDesk.Choice desk = new LetterDesk.Choice();

    @Parameters(paramLabel = "LETTER", description = "As 'gnomon deadletters list' shows it.")
    private String letter = "";

    Show(Gnomon top) {
      this.top = top;
    }

    @Override
    public void run() {
      try (LetterDesk open = desk.open(top)) {
        JsonNode view =
            open.letter(letter)
                .orElseThrow(() ->
                    Failure.failed(
                        "there is no dead letter '%s': 'gnomon deadletters list' lists them"
                            .formatted(letter)));
        if (top.console.json()) {
          top.console.value(view);
        } else {
          DeadLettersView.show(top.console, view, Instant.now());
        }
      }
    }
  }

  private abstract static class Act implements Runnable {
    final Gnomon top;

    @Mixin LetterDesk.Choice desk = new LetterDesk.Choice();
    @Mixin private LetterDesk.Filter filter = new LetterDesk.Filter();

    @Parameters(
        arity = "0..*",
        paramLabel = "LETTER",
        description = "As 'gnomon deadletters list' shows it.")
    private List<String> letters = new ArrayList<>();

    @Option(names = "--all", description = "All that nobody has seen to.")
    private boolean all;

    Act(Gnomon top) {
      this.top = top;
    }

    /// @throws Failure if it was refused
    abstract JsonNode act(LetterDesk open, String letter);

    @Override
    public void run() {
      if ((all || filter.given()) == !letters.isEmpty()) {
        throw Failure.wrongUse("which? Name letters, or say --all, --type or --destination");
      }
      try (LetterDesk open = desk.open(top)) {
        Set<String> wanted = new LinkedHashSet<>(letters);
        if (letters.isEmpty()) {
          wanted.addAll(unresolved(open));
        }
        EachOne.does(
            top.console, wanted, "no dead letter waits for anybody", letter -> act(open, letter));
      }
    }

    /// All pages are read before anything is done: what dies again comes back to the list.
    private List<String> unresolved(LetterDesk open) {
      List<String> found = new ArrayList<>();
      Optional<String> behind = Optional.empty();
      do {
        JsonNode page = open.overview(filter, false, behind);
        page.path("letters").forEach(line -> found.add(line.path("letter").asText()));
        behind = next(page);
      } while (behind.isPresent());
      return found;
    }
  }

  @Command(
      name = "replay",
      description = {
        "Sends the events of letters to the broker again, as they were. What every other",
        "subscriber has handled it handles as a repeat, which changes nothing."
      },
      mixinStandardHelpOptions = true)
  static final class Replay extends Act {
    @Option(names = "--again", description = "Also what was replayed and did not come back.")
    private boolean again;

    @Option(
        names = "--broker",
        paramLabel = "URL",
        description = "With --store: where events are sent.")
    private @Nullable String broker;

    Replay(Gnomon top) {
      super(top);
    }

    @Override
    JsonNode act(LetterDesk open, String letter) {
      JsonNode answer = open.replay(letter, user(), again, Optional.ofNullable(broker));
      String state = answer.path("state").asText();
      if (state.equals("dead")) {
        throw Failure.failed(
            "it is dead still: " + answer.path("reason").asText("it came back at once"));
      }
      top.console.line(
          answer.path("sent").asBoolean()
              ? letter + " was sent again"
              : letter + " was replayed before and did not come back; --again sends it once more");
      return answer;
    }
  }

  @Command(
      name = "drop",
      description = "Takes letters off the list.",
      mixinStandardHelpOptions = true)
  static final class Drop extends Act {
    Drop(Gnomon top) {
      super(top);
    }

    @Override
    JsonNode act(LetterDesk open, String letter) {
      JsonNode answer = open.drop(letter, user());
      top.console.line(letter + " was dropped");
      return answer;
    }
  }

  private static String user() {
    return System.getProperty("user.name", "somebody");
  }
}
