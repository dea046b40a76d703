package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Questions to the stack that runs for a data directory.
final class StackApi {
  private final Http http;
  private final String base;

  StackApi(Http http, StackAddresses addresses) {
    this.http = http;
    String api = addresses.api().toString();
    this.base = api.endsWith("/") ? api.substring(0, api.length() - 1) : api;
  }

  static StackApi of(Path data) {
    return new StackApi(new Http(data), StackAddresses.of(data));
  }

  JsonNode status() {
    return require("/status", "the status");
  }

  /// Events that nobody could handle, a page of them; empty if the stack does not know of any.
  Optional<JsonNode> deadLetters(Map<String, String> query) {
    String asked =
        query.entrySet().stream()
            .map(each -> each.getKey() + "=" + encoded(each.getValue()))
            .collect(Collectors.joining("&"));
    return find("/dead-letters" + (asked.isEmpty() ? "" : "?" + asked));
  }

  Optional<JsonNode> deadLetter(String key) {
    return find("/dead-letters/" + encoded(key));
  }

  /// @param what replay or drop
  JsonNode sayOfLetter(String key, String what, JsonNode said) {
    return post("/dead-letters/" + encoded(key) + "/" + what, said.toString());
  }

  Optional<JsonNode> update(String id) {
    return find("/updates/" + encoded(id));
  }

  Optional<JsonNode> rollback(String id) {
    return find("/rollbacks/" + encoded(id));
  }

  /// What became of a request; empty until something did.
  Optional<JsonNode> request(String eventId) {
    return find("/requests/" + encoded(eventId));
  }

  Optional<JsonNode> decision(String id) {
    return find("/decisions/" + encoded(id));
  }

  /// The model that estimates; empty if the stack does not say.
  Optional<JsonNode> models() {
    return find("/models");
  }

  JsonNode points(String resource) {
    return require("/points?resource=" + encoded(resource), "the points of " + resource);
  }

  Optional<JsonNode> point(String cell, String id) {
    return find("/points/" + encoded(cell) + "/" + encoded(id));
  }

  JsonNode diff(String cell, String a, String b) {
    return require(
        "/points/diff?cell=%s&a=%s&b=%s".formatted(encoded(cell), encoded(a), encoded(b)),
        "the comparison");
  }

  JsonNode accept(String cell, String id) {
    return post(point(cell, id, "accept"), "{}");
  }

  /// @param what tag, untag, hold or release
  JsonNode say(String cell, String id, String what, Optional<String> text) {
    ObjectNode said = Json.MAPPER.createObjectNode().put("what", what);
    text.ifPresent(value -> said.put("text", value));
    return post(point(cell, id, "marks"), said.toString());
  }

  JsonNode verify(String cell, String id, Duration timeout) {
    return tree(
        http.within(timeout)
            .post(URI.create(base + point(cell, id, "verify")), "application/json", "{}"));
  }

  /// Writes the archive of a point to `out`.
  void export(String cell, String id, String path, OutputStream out, Duration timeout)
      throws IOException {
    String address = point(cell, id, "export") + "?path=" + encoded(path);
    Optional<Http.Answer> refused = http.within(timeout).download(URI.create(base + address), out);
    refused.ifPresent(StackApi::tree);
  }

  JsonNode expiryPlan(String resource) {
    return require("/points/expiry?resource=" + encoded(resource), "the points of " + resource);
  }

  JsonNode expire(String resource) {
    return post(
        "/points/expire", Json.MAPPER.createObjectNode().put("resource", resource).toString());
  }

  private static String point(String cell, String id, String what) {
    return "/points/" + encoded(cell) + "/" + encoded(id) + "/" + what;
  }

  JsonNode plan(String rollbackRequest) {
    return post("/plans", rollbackRequest);
  }

  /// Notices that a target did not take; empty if the stack does not know of any. Those that were
  /// not delivered, a page of them.
  ///
  /// @param behind `next` of the page before
  Optional<JsonNode> notices(Optional<String> behind) {
    return find("/notices" + behind.map(place -> "?behind=" + encoded(place)).orElse(""));
  }

  Optional<JsonNode> notice(String key) {
    return find("/notices/" + encoded(key));
  }

  /// @param what replay or drop
  JsonNode say(String key, String what, Optional<String> target) {
    ObjectNode about = Json.MAPPER.createObjectNode();
    target.ifPresent(name -> about.put("target", name));
    return post("/notices/" + encoded(key) + "/" + what, about.toString());
  }

  /// How places compare, of one resource or of all.
  JsonNode merit(Optional<String> resource) {
    return require(
        resource.map(name -> "/resources/" + encoded(name) + "/merit").orElse("/merit"), "merit");
  }

  /// @param points at most so many moments
  JsonNode meritHistory(String resource, Instant from, Instant to, int points) {
    return require(
        "/resources/%s/merit/history?from=%s&to=%s&points=%d"
            .formatted(encoded(resource), encoded(from.toString()), encoded(to.toString()), points),
        "the history of " + resource);
  }

  JsonNode meritWeights() {
    return require("/merit/weights", "the weights of merit");
  }

  /// @param what unblock or return
  JsonNode sayOfMerit(String resource, String what) {
    return post("/resources/" + encoded(resource) + "/merit/" + what, "{}");
  }

  JsonNode chaos() {
    return require("/chaos", "experiments");
  }

  Optional<JsonNode> experiment(String id) {
    return find("/chaos/" + encoded(id));
  }

  /// What trouble the stack suffers now.
  JsonNode trouble() {
    return require("/chaos/now", "experiments");
  }

  /// @param leastMerit of the places that serve
  JsonNode notSteady(double leastMerit) {
    return require("/chaos/steady?merit=" + leastMerit, "experiments");
  }

  /// @param id empty: whatever goes on
  JsonNode stopExperiment(Optional<String> id) {
    return post("/chaos" + id.map(one -> "/" + encoded(one)).orElse("") + "/stop", "{}");
  }

  JsonNode automation(boolean paused) {
    return post("/automation", "{\"paused\":" + paused + "}");
  }

  private JsonNode require(String path, String what) {
    return find(path).orElseThrow(() -> Failure.failed("the stack does not know " + what));
  }

  private Optional<JsonNode> find(String path) {
    Http.Answer answer = http.get(URI.create(base + path));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    return Optional.of(tree(answer));
  }

  private JsonNode post(String path, String body) {
    return tree(http.post(URI.create(base + path), "application/json", body));
  }

  private static JsonNode tree(Http.Answer answer) {
    if (answer.busy()) {
      throw Failure.unavailable(answer.reason());
    }
    if (!answer.ok()) {
      throw Failure.failed(answer.reason());
    }
    if (answer.body().isBlank()) {
      return MissingNode.getInstance();
    }
    try {
      return Json.MAPPER.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw Failure.failed("the stack did not answer with JSON: " + e.getOriginalMessage());
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
