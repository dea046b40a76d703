package dev.gnomon.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What the commands that send telemetry share: a file, where it comes from, and where it goes.
final class SendTelemetry {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameters(paramLabel = "FILE|-", description = "What to send; - is standard input.")
  private String file = "";

  @Option(names = "--job", paramLabel = "NAME", description = "Becomes the label job.")
  private @Nullable String job;

  @Option(names = "--instance", paramLabel = "NAME", description = "Becomes the label instance.")
  private @Nullable String instance;

  @Option(
      names = "--resource",
      paramLabel = "NAME",
      description = "The resource that it speaks of (the label gnomon_resource).")
  private @Nullable String resource;

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "The cell that it speaks of (the label gnomon_cell).")
  private @Nullable String cell;

  @Option(
      names = "--to",
      paramLabel = "URL",
      description = "Who takes telemetry in (default: the stack of the data directory).")
  private @Nullable URI to;

  @Option(
      names = "--token",
      paramLabel = "@VARIABLE",
      description = "The environment variable with the bearer token, if one is wanted.")
  private @Nullable String token;

  InputStream open() {
    if (file.equals("-")) {
      return System.in;
    }
    try {
      return Files.newInputStream(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw Failure.wrongUse("'%s' can't be read: %s".formatted(file, e));
    }
  }

  /// Sends one body, again while the other side is busy.
  void send(Gnomon top, String path, String contentType, String body) {
    URI address = address(top, path);
    Http http = new Http(top.options.data());
    AtomicReference<String> why = new AtomicReference<>("");
    Optional<Http.Answer> answer =
        Waiting.until(
            PATIENCE,
            () -> {
              Http.Answer given = http.post(address, contentType, body, bearer());
              if (given.busy()) {
                why.set(given.reason());
              }
              return given.busy() ? Optional.empty() : Optional.of(given);
            });
    if (answer.isEmpty()) {
      throw Failure.failed("it was not taken: %s; try again".formatted(why.get()));
    }
    if (!answer.get().ok()) {
      throw Failure.failed("it was refused: " + answer.get().reason());
    }
  }

  private URI address(Gnomon top, String path) {
    URI base = to == null ? StackAddresses.of(top.options.data()).api() : to;
    Map<String, @Nullable String> labels = new LinkedHashMap<>();
    labels.put("job", job);
    labels.put("instance", instance);
    labels.put("resource", resource);
    labels.put("cell", cell);
    String query =
        labels.entrySet().stream()
            .filter(label -> label.getValue() != null)
            .map(label ->
                label.getKey()
                    + "="
                    + URLEncoder.encode(String.valueOf(label.getValue()), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return URI.create(
        base.toString().replaceFirst("/*$", "") + path + (query.isEmpty() ? "" : "?" + query));
  }

  private Optional<String> bearer() {
    if (token == null) {
      return Optional.empty();
    }
    String name = token.startsWith("@") ? token.substring(1) : "";
    String value = name.isEmpty() ? null : System.getenv(name);
    if (value == null || value.isBlank()) {
      throw Failure.wrongUse("--token: expected @VARIABLE of a variable that is set");
    }
    return Optional.of(value.strip());
  }
}
