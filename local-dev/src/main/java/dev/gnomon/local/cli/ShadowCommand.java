package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.events.ShadowKind;
import dev.gnomon.events.ShadowRequested;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `shadow`: a rollback point now, by the stack or straight into a store.
@Command(
    name = "shadow",
    description = {
      "Takes a rollback point now:",
      "of a resource by the stack (shadow NAME), or of a directory or a prefix of a bucket straight",
      "into a store, without a stack (shadow --store URL --path DIR|s3+http(s)://...)."
    },
    mixinStandardHelpOptions = true)
final class ShadowCommand implements Callable<Integer> {
  private final Gnomon top;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The resource.")
  private @Nullable String name;

  @Option(names = "--wait", description = "Waits until the point is there.")
  private boolean wait;

  @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
  private @Nullable String store;

  @Option(
      names = "--path",
      paramLabel = "DIR|URL",
      description = {
        "With --store: what to read, a directory or s3+http(s)://host[:port]/bucket[/prefix] (with",
        "the keys in GNOMON_BUCKET_ACCESS_KEY and GNOMON_BUCKET_SECRET_KEY, or the standard ones)."
      })
  private @Nullable String path;

  @Option(
      names = "--resource",
      paramLabel = "NAME",
      description =
          "With --store: name of the resource (default: the last name of the directory or prefix).")
  private @Nullable String resource;

  @Option(
      names = "--compression",
      paramLabel = "CODEC",
      converter = CompressionConverter.class,
      description =
          "With --store: zstd (default, small), lz4 (quick to read back) or none. What does not"
              + " shrink is stored as it is.")
  private @Nullable Compression compression;

  ShadowCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    if (store != null || path != null) {
      if (store == null || path == null || name != null) {
        throw Failure.wrongUse("expected NAME, or --store URL and --path DIR together");
      }
      return intoStore(top.console, store, source(path));
    }
    if (name == null || resource != null || compression != null) {
      throw Failure.wrongUse("expected NAME, or --store URL and --path DIR together");
    }
    return byStack(top, Names.checked(name, ResourceName::new));
  }

  private int byStack(Gnomon top, String wanted) {
    StackApi api = StackApi.of(top.options.data());
    Names.known(api, List.of(wanted));
    long start = System.nanoTime();
    Event event =
        EventSender.of(top.options.data())
            .send(new ShadowRequested(wanted, ShadowKind.COMMAND, Optional.empty()));
    if (!wait) {
      if (top.console.json()) {
        top.console.value(Map.of("resource", wanted, "request", event.id()));
      }
      top.console.line(
          "shadow of %s: requested; --wait would wait for its point".formatted(wanted));
      return 0;
    }
    JsonNode answer =
        Waiting.until(
                top.options.timeout(),
                () -> {
                  top.console.progress("shadow of %s: %s".formatted(wanted, Waiting.since(start)));
                  return api.request(event.id()).filter(ShadowCommand::ended);
                })
            .orElseThrow(() ->
                Failure.timedOut(
                    "the shadow of %s is not there yet; it goes on".formatted(wanted)));
    top.console.progress("");
    UpdateCommand.refuse(answer);
    if (top.console.json()) {
      ObjectNode result = Json.MAPPER.createObjectNode();
      result.put("resource", wanted);
      result.set("points", answer.path("points"));
      top.console.value(result);
    }
    answer
        .path("points")
        .forEach(point ->
            top.console.line(
                "%s in %s (%s)"
                    .formatted(
                        StatusCommand.text(point, "point"),
                        StatusCommand.text(point, "cell"),
                        Waiting.since(start))));
    return 0;
  }

  private static boolean ended(JsonNode answer) {
    return !answer.path("outcome").asText().equalsIgnoreCase("accepted");
  }

  private static Place source(String path) {
    try {
      return S3Prefix.isAddress(path)
          ? S3Prefix.of(path)
          : Place.of(Path.of(path).toAbsolutePath().normalize());
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse("--path: " + e.getMessage());
    }
  }

  private int intoStore(Console console, String url, Place source) {
    ResourceName named = new ResourceName(resourceName(source));
    long start = System.nanoTime();
    try (StoreUrl.Opened opened = StoreUrl.open(url, top.options.key())) {
      Point point =
          new StoreWork(console, opened)
              .shadow(named, source, Objects.requireNonNullElse(compression, Compression.ZSTD));
      if (console.json()) {
        console.value(PointView.json(point));
      }
      console.line(
          "%s: %s, %s, %s new in the store (%s)"
              .formatted(
                  point.id(),
                  Amounts.count(point.files(), "file", "files"),
                  Amounts.bytes(point.bytes()),
                  Amounts.bytes(point.storedBytes()),
                  Waiting.since(start)));
      point
          .notKept()
          .forEach(lost -> console.hint("not kept: " + lost.path() + ": " + lost.reason()));
      return 0;
    }
  }

  private String resourceName(Place source) {
    if (resource != null) {
      return Names.checked(resource, ResourceName::new);
    }
    Path path =
        switch (source) {
          case Place.Directory(Path directory) -> directory;
          case S3Prefix prefix -> Path.of(prefix.bucket(), prefix.prefix().replace("\0", ""));
        };
    Path last = path.getFileName();
    String name =
        (last == null ? "" : last.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    if (name.isEmpty() || name.length() > 63) {
      throw Failure.wrongUse(
          "'%s' gives no name of a resource: name it by --resource".formatted(source));
    }
    return name;
  }

  static final class CompressionConverter implements ITypeConverter<Compression> {
    @Override
    public Compression convert(String text) {
      for (Compression candidate : Compression.values()) {
        if (candidate.name().toLowerCase(Locale.ROOT).equals(text)) {
          return candidate;
        }
      }
      throw new TypeConversionException("expected zstd, lz4 or none, found '" + text + "'");
    }
  }
}
