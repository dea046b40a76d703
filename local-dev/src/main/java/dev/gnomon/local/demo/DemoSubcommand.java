package dev.gnomon.local.demo;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.cli.Subcommand;
import dev.gnomon.s3.S3Buckets;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gnomon demo`: on a stack of its own, or on a Gnomon elsewhere.
public final class DemoSubcommand implements Subcommand {
  private static final Duration POLL = Duration.ofMillis(200);

  @Command(
      name = "gnomon demo",
      description = {
        "Runs the whole main job and prints what happened: on a copy of a directory and a stack of its own, or with --target on an S3 prefix that a Gnomon elsewhere protects.",
        ""
      },
      sortOptions = false)
  private static final class Options {
    @Option(
        names = "--path",
        paramLabel = "DIR",
        description = "the directory; it is only read (default: the project itself)")
    @Nullable Path path;

    @Option(
        names = "--work",
        paramLabel = "DIR",
        description =
            "where the copy, the shadow and the stack are made (default: a temporary directory); needs about four times the space of DIR")
    @Nullable Path work;

    @Option(
        names = "--store",
        paramLabel = "URL",
        description =
            "s3+http(s)://host[:port]/bucket[/prefix] where its cells have their stores (default: on servers of its own). Keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")
    @Nullable String store;

    @Option(
        names = "--target",
        paramLabel = "URL",
        description = "the broker of a Gnomon elsewhere")
    @Nullable URI target;

    @Option(names = "--api", paramLabel = "URL", description = "with --target: where its API is")
    @Nullable URI api;

    @Option(
        names = "--routes",
        paramLabel = "URL",
        description =
            "with --target: where it is asked for routes, on a cluster the Service route (default: as --api)")
    @Nullable URI routes;

    @Option(
        names = "--prefix",
        paramLabel = "PLACE",
        description =
            "with --target: s3+http(s)://host[:port]/bucket/prefix that the resource is served from; empty, or made by a demo. Keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")
    @Nullable String prefix;

    @Option(
        names = "--resource",
        paramLabel = "NAME",
        description = "with --target: its name in the catalogue (default: ${DEFAULT-VALUE})")
    String resource = "orders";

    @Option(names = "--keep", description = "leaves everything there")
    boolean keep;

    @Option(names = "--json", description = "prints what was measured as JSON")
    boolean json;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "prints this")
    boolean help;
  }

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public int run(List<String> words, PrintStream out, PrintStream err) throws Exception {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    try {
      line.parseArgs(words.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw Failure.wrongUse("%s%n%s".formatted(e.getMessage(), line.getUsageMessage()));
    }
    if (options.help) {
      line.usage(out);
      return 0;
    }
    Timeline timeline = new Timeline(Optional.of(options.json ? err : out));
    boolean good =
        options.target == null ? here(options, timeline, out, err) : there(options, timeline, out);
    return good ? 0 : Failure.FAILED;
  }

  private static boolean here(Options options, Timeline timeline, PrintStream out, PrintStream err)
      throws Exception {
    if (options.api != null || options.routes != null || options.prefix != null) {
      throw Failure.wrongUse("--api, --routes and --prefix need --target");
    }
    Path root = Path.of(System.getProperty("gnomon.root", "")).toAbsolutePath();
    Path source = options.path == null ? root : options.path.toAbsolutePath().normalize();
    if (!Files.isDirectory(source)) {
      throw Failure.wrongUse("--path must be a directory: " + source);
    }
    // Of the project itself only what a person wrote.
    Set<String> leftOut = source.equals(root) ? Set.of("target", ".git") : Set.of();
    try (DemoPlace place = place(Optional.ofNullable(options.work), options.keep, err)) {
      DemoCells cells =
          options.store == null
              ? DemoCells.WITH_THE_STACK
              : DemoCells.in(options.store, DemoSubcommand::variable);
      place.holds(cells);
      DemoResult result =
          new Demo(source, leftOut, place, cells, root.resolve("gnomon"), timeline).run();
      print(options, result, out);
      return said(timeline, result.verified() && result.undone(), options.keep);
    }
  }

  private static boolean there(Options options, Timeline timeline, PrintStream out)
      throws IOException, InterruptedException {
    if (options.api == null || options.prefix == null || options.target == null) {
      throw Failure.wrongUse("--target needs --api and --prefix");
    }
    if (options.path != null || options.work != null || options.store != null) {
      throw Failure.wrongUse("--path, --work and --store are for a stack of the demo's own");
    }
    URI broker = server("--target", options.target);
    URI api = withoutSlash(server("--api", options.api));
    URI routes = options.routes == null ? api : withoutSlash(server("--routes", options.routes));
    S3Prefix place;
    try {
      place = S3Prefix.of(options.prefix);
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse("--prefix " + e.getMessage());
    }
    PrefixSpec spec =
        new PrefixSpec(
            variable("AWS_REGION"),
            Optional.of(new Credentials("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")),
            Versions.COPY,
            false,
            Optional.empty());
    try (S3Buckets buckets = new S3Buckets(any -> Optional.of(spec), DemoSubcommand::variable)) {
      Target target = new Target(new Target.Addresses(broker, api, routes), POLL, () -> true);
      PrefixDemo demo = new PrefixDemo(target, buckets.open(place), options.resource, timeline);
      try (AtExit unused = new AtExit(() -> demo.exit(options.keep, PrefixDemo.CLEANING))) {
        PrefixDemo.Result result = demo.run();
        print(options, result, out);
        boolean good = said(timeline, result.verified() && result.undone(), options.keep);
        if (!options.keep) {
          demo.clean();
        }
        return good;
      }
    }
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name));
  }

  private static URI server(String option, URI url) {
    boolean web =
        "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    if (!web || url.getHost() == null) {
      throw Failure.wrongUse(
          "%s must be a URL such as http://host:8080, found %s".formatted(option, url));
    }
    return url;
  }

  private static URI withoutSlash(URI url) {
    return URI.create(url.toString().replaceFirst("/+$", ""));
  }

  private static void print(Options options, Object result, PrintStream out) throws IOException {
    if (options.json) {
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result));
    }
  }

  private static boolean said(Timeline timeline, boolean good, boolean keep) {
    timeline.say(
        (good ? "the demo passed" : "the demo FAILED")
            + (keep ? "" : "; removing what it made ..."));
    return good;
  }

  private static DemoPlace place(Optional<Path> work, boolean keep, PrintStream err)
      throws IOException {
    return work.isPresent()
        ? DemoPlace.at(work.get().toAbsolutePath().normalize(), keep, err)
        : DemoPlace.temporary(
            Path.of(System.getProperty("java.io.tmpdir")), keep, DemoSubcommand::variable, err);
  }
}
