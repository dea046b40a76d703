package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Plays a stack: gnomon.json in a data directory, a broker that keeps what it is sent, and an API
/// that answers what the test says. In answers, `EVENT` in a path stands for the id of the last
/// event.
final class FakeStack implements AutoCloseable {
  record Answer(int status, String body) {}

  record Received(String method, String path, String body) {}

  private final HttpServer server;
  private final Path data;
  private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final List<Answer> brokerAnswers = new CopyOnWriteArrayList<>();

  FakeStack(Path data) throws IOException {
    this.data = data;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Files.createDirectories(data);
    say(ProcessHandle.current().pid());
    on("/status", "{\"paused\": false, \"resources\": [{\"name\": \"site\", \"cell\": \"east\"}]}");
  }

  void say(long pid) throws IOException {
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    Files.writeString(
        data.resolve("gnomon.json"),
        """
        {"pid": %d, "broker": "%s/broker", "api": "%s", "redis": "redis://x", "s3": {}, "control": "west"}
        """
            .formatted(pid, base, base));
  }

  /// Answers to come at a path, in order; the last one stays.
  FakeStack on(String path, String... bodies) {
    List<Answer> list = new ArrayList<>();
    for (String body : bodies) {
      list.add(new Answer(200, body));
    }
    answers.put(path, new CopyOnWriteArrayList<>(list));
    return this;
  }

  FakeStack on(String path, Answer... list) {
    answers.put(path, new CopyOnWriteArrayList<>(list));
    return this;
  }

  FakeStack onBroker(Answer... list) {
    brokerAnswers.clear();
    brokerAnswers.addAll(List.of(list));
    return this;
  }

  List<JsonNode> events() {
    return events;
  }

  JsonNode event() {
    return events.getLast();
  }

  /// What `Authorization` said of each request that had one.
  List<String> authorizations() {
    return authorizations;
  }

  List<Received> received() {
    return received;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().toString();
    received.add(new Received(exchange.getRequestMethod(), path, body));
    Answer answer = path.equals("/broker") ? take(body, exchange) : find(path);
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private Answer take(String body, HttpExchange exchange) throws IOException {
    if (!"application/cloudevents+json; charset=utf-8"
        .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      return new Answer(415, "");
    }
    Answer answer = next(brokerAnswers).orElse(new Answer(202, ""));
    if (answer.status() == 202) {
      events.add(Json.MAPPER.readTree(body));
    }
    return answer;
  }

  private Answer find(String path) {
    String known =
        events.isEmpty() ? path : path.replace(events.getLast().path("id").asText(), "EVENT");
    List<Answer> list =
        answers.get(answers.containsKey(known) ? known : known.replaceAll("[?].*", ""));
    return list == null
        ? new Answer(404, "{\"title\": \"not found\", \"status\": 404}")
        : next(list).orElseThrow();
  }

  private static Optional<Answer> next(List<Answer> list) {
    if (list.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(list.size() == 1 ? list.getFirst() : list.removeFirst());
  }
}
