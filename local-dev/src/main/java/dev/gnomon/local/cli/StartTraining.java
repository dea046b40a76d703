package dev.gnomon.local.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs the short commands once against a stack that it plays itself, so that the JVM can record
/// which classes they load (JEP 514). The launcher runs this after a build; nothing depends on it
/// but the time that later commands take to start.
public final class StartTraining {
  private static final String STATUS =
      """
      {"paused": false, "resources": [{"name": "site", "cell": "east", "location": "/srv/site",
       "priority": "high", "automation": "auto", "rollback": "restore",
       "route": {"epoch": 1, "state": "SERVING", "primary": {"cell": "east", "path": "/srv/site"}, "fenced": "none"},
       "shadows": [{"cell": "west", "type": "differential", "every": "PT15M", "points": 1,
        "last": {"point": "site@1", "time": "2026-01-01T00:00:00Z", "files": 1, "bytes": 4096}}]}],
       "updates": [{"update": "u1", "state": "READY", "resources": ["site"], "time": "2026-01-01T00:00:00Z"}],
       "rollbacks": [{"rollback": "site-e1", "resource": "site", "state": "SERVING", "step": "done"}],
       "rollback": "site-e1", "outcome": "done", "state": "SERVING"}
      """;
  private static final String POINTS =
      """
      [{"cell": "west", "point": {"id": "site@1", "time": "2026-01-01T00:00:00Z", "kind": "command", "files": 1}}]
      """;

  private static final String UPDATE =
      """
      {"update": "u1", "state": "READY", "resources": ["site"],
       "points": [{"resource": "site", "cell": "west", "point": "site@1"}]}
      """;

  private StartTraining() {}

  public static void main(String[] args) throws IOException {
    Path data = Files.createTempDirectory("gnomon-training");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", StartTraining::answer);
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      Files.writeString(
          data.resolve(StackAddresses.FILE),
          "{\"pid\": 1, \"broker\": \"%s\", \"api\": \"%s\"}".formatted(address, address));
      Files.writeString(data.resolve(Options.CATALOGUE), InitCommand.template());
      run(data);
    } finally {
      server.stop(0);
      Files.deleteIfExists(data.resolve(StackAddresses.FILE));
      Files.deleteIfExists(data.resolve(Options.CATALOGUE));
      Files.deleteIfExists(data);
    }
    System.exit(0); // as the commands themselves end
  }

  private static void run(Path data) {
    List<List<String>> commands =
        List.of(
            List.of("--help"),
            List.of("status"),
            List.of("status", "--json"),
            List.of("status", "--data", data + "/none"),
            List.of("config", "validate", "--config", data + "/" + Options.CATALOGUE),
            List.of("shadow", "site", "--wait"),
            List.of("update", "begin", "u1", "--resource", "site", "--wait"),
            List.of("update", "complete", "u1"),
            List.of("rollback", "--resource", "site", "--wait", "--json"),
            List.of("points", "list", "site"),
            List.of("emit", "sweep-due", "--body", "{}", "--dry-run"));
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    for (List<String> command : commands) {
      List<String> words = new java.util.ArrayList<>(command);
      if (!words.contains("--data")) {
        words.addAll(List.of("--data", data.toString()));
      }
      words.addAll(List.of("--timeout", "1s"));
      Gnomon.run(
          words.toArray(String[]::new),
          StackStarter.NONE,
          new Console(nowhere, nowhere, false, false));
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    byte[] body = (path.startsWith("/points") ? POINTS : STATUS).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
