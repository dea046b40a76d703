package dev.gnomon.local.demo;

import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.cli.Subcommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `gnomon demo [--path DIR] [--work DIR] [--keep] [--json]`.
public final class DemoSubcommand implements Subcommand {
  private static final String USAGE =
      """
      Usage: gnomon demo [--path DIR] [--work DIR] [--keep] [--json]
      Runs the whole main job on a copy of a directory and prints what happened.
        --path DIR  the directory; it is only read (default: the project itself)
        --work DIR  where the copy, the shadow and the stack are made (default: a temporary directory);
                    needs about four times the space of DIR
        --keep      leaves everything there
        --json      prints what was measured as JSON
      """;

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public int run(List<String> words, PrintStream out, PrintStream err) throws Exception {
    Path root = Path.of(System.getProperty("gnomon.root", "")).toAbsolutePath();
    Path source = root;
    Optional<Path> work = Optional.empty();
    boolean keep = false;
    boolean json = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--path" -> source = Path.of(value(word, rest)).toAbsolutePath().normalize();
        case "--work" ->
            work = Optional.of(Path.of(value(word, rest)).toAbsolutePath().normalize());
        case "--keep" -> keep = true;
        case "--json" -> json = true;
        case "--help", "-h" -> {
          out.print(USAGE);
          return 0;
        }
        default -> throw Failure.wrongUse("demo does not know '" + word + "'\n" + USAGE);
      }
    }
    if (!Files.isDirectory(source)) {
      throw Failure.wrongUse("--path must be a directory: " + source);
    }
    // Of the project itself only what a person wrote.
    Set<String> leftOut = source.equals(root) ? Set.of("target", ".git") : Set.of();
    try (DemoPlace place = place(work, keep, err)) {
      Timeline timeline = new Timeline(json ? Optional.of(err) : Optional.of(out));
      DemoResult result = new Demo(source, leftOut, place, root.resolve("gnomon"), timeline).run();
      if (json) {
        out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result));
      }
      boolean good = result.verified() && result.undone();
      timeline.say(
          (good ? "the demo passed" : "the demo FAILED")
              + (keep ? "" : "; removing what it made ..."));
      return good ? 0 : Failure.FAILED;
    }
  }

  private static DemoPlace place(Optional<Path> work, boolean keep, PrintStream err)
      throws IOException {
    return work.isPresent()
        ? DemoPlace.at(work.get(), keep, err)
        : DemoPlace.temporary(Path.of(System.getProperty("java.io.tmpdir")), keep, err);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw Failure.wrongUse(option + " needs a value\n" + USAGE);
    }
    return rest.next();
  }
}
