package dev.gnomon.local.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.events.By;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.local.cli.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// The main job on a prefix of a bucket that a Gnomon elsewhere protects: fills the prefix,
/// announces an update, damages it as a bad deployment would, rolls back, undoes that and does it
/// again, and compares every object with its headers and metadata each time.
final class PrefixDemo {
  private static final String MARKER = "gnomon-demo";
  private static final String MARK =
      "Objects below this prefix were made by `gnomon demo` and may be deleted.\n";
  private static final int OBJECTS = 200;
  private static final int MOST_BYTES = 8192;
  private static final long SEED = 20_260_101;

  private final Target target;
  private final Bucket bucket;
  private final String resource;
  private final Timeline timeline;

  /// @param bucket the prefix that the resource is served from
  /// @param resource its name in the target's catalogue
  PrefixDemo(Target target, Bucket bucket, String resource, Timeline timeline) {
    this.target = target;
    this.bucket = bucket;
    this.resource = resource;
    this.timeline = timeline;
  }

  /// What was measured.
  ///
  /// @param shadowSeconds from the announcement of the update until it was ready
  /// @param restoreSeconds from the broker's 2xx of the request until the rollback had ended
  record Result(
      String resource,
      long objects,
      double shadowSeconds,
      double restoreSeconds,
      String rolledBackTo,
      boolean verified,
      boolean undone) {}

  Result run() throws IOException {
    protectedThere();
    fill();
    SortedMap<String, String> good = content();
    timeline.say("%d objects lie below %s".formatted(good.size(), bucket.place()));
    String update = "demo-" + UUID.randomUUID();
    Target.Sent announced =
        target.send(
            new UpdateRequested(
                update, List.of(resource), Optional.empty(), Optional.of("the demo's release")));
    String point = ready(update);
    double shadowSeconds = Timeline.seconds(announced.acceptedAt());
    timeline.say(
        "update %s announced; its shadow %s was ready after %.2f s"
            .formatted(update, point, shadowSeconds));

    damage(good);
    SortedMap<String, String> damaged = content();

    Target.Sent asked = target.send(rollback(point));
    JsonNode rolledBack = target.rolledBack(asked.id());
    double restoreSeconds = Timeline.seconds(asked.acceptedAt());
    String id = rolledBack.get("rollback").asText();
    timeline.say(
        "%s: rolled back to %s %.2f s after the request".formatted(id, point, restoreSeconds));
    boolean verified = same("the prefix", good);

    target.rolledBack(target.send(undo(id)).id());
    timeline.say("the rollback was undone");
    boolean undone = same("the damaged state", damaged);
    target.rolledBack(target.send(rollback(point)).id());
    timeline.say("and done again");
    undone &= same("the prefix", good);
    return new Result(
        resource, good.size(), shadowSeconds, restoreSeconds, point, verified, undone);
  }

  /// The target has to serve the resource from this very prefix, else another's data is meant.
  private void protectedThere() {
    JsonNode route =
        target
            .get("/routes/" + resource + "?fresh=true")
            .orElseThrow(() ->
                Failure.wrongUse(
                    "the target has no resource '%s': say which by --resource"
                        .formatted(resource)));
    String at = route.path("primary").path("path").asText();
    if (!at.isEmpty() && !S3Prefix.of(at).equals(bucket.place())) {
      throw Failure.wrongUse(
          "%s is served from %s, and --prefix is %s".formatted(resource, at, bucket.place()));
    }
  }

  /// Refuses what somebody else's objects lie below.
  private void fill() throws IOException {
    boolean ours = bucket.reader().look(MARKER, Optional.empty()).isPresent();
    List<String> there = keys();
    if (!ours && !there.isEmpty()) {
      throw Failure.wrongUse(
          "%s holds %s and more that no demo made: give a prefix that is empty"
              .formatted(bucket.place(), there.getFirst()));
    }
    put(MARKER, MARK.getBytes(UTF_8), "text/plain");
    bucket.writer().delete(there.stream().filter(key -> !key.equals(MARKER)).toList());
    Random random = new Random(SEED);
    for (int number = 0; number < OBJECTS; number++) {
      byte[] content = new byte[random.nextInt(MOST_BYTES)];
      random.nextBytes(content);
      put(
          "orders/%03d/order %d.bin".formatted(number % 20, number),
          content,
          "application/x-order");
    }
  }

  private void put(String key, byte[] content, String type) {
    Attributes attributes =
        new Attributes(
            new TreeMap<>(Map.of("content-type", type)),
            new TreeMap<>(Map.of("owner", "demo")),
            new TreeMap<>());
    bucket.writer().put(key, attributes, content.length, () -> new ByteArrayInputStream(content));
  }

  private String ready(String update) {
    JsonNode view =
        target.await(
            "update " + update,
            () ->
                target
                    .get("/updates/" + update)
                    .filter(one -> !one.get("state").asText().equals("REQUESTED")));
    if (!view.get("state").asText().equals("READY")) {
      throw Failure.failed("the update was not ready: " + view);
    }
    return view.get("points").get(0).get("point").asText();
  }

  private void damage(SortedMap<String, String> good) {
    List<String> keys = new ArrayList<>(good.keySet());
    keys.remove(MARKER);
    Random random = new Random(SEED + 1);
    List<String> deleted = new ArrayList<>();
    int spoiled = 0;
    for (int i = 0; i < OBJECTS / 10; i++) {
      String key = keys.remove(random.nextInt(keys.size()));
      if (i % 3 == 2) {
        deleted.add(key);
      } else {
        put(key, ("broken by the release, " + i).getBytes(UTF_8), "text/broken");
        spoiled++;
      }
    }
    bucket.writer().delete(deleted);
    for (int i = 0; i < OBJECTS / 20; i++) {
      put("release-2.0-rc/module-" + i + ".bin", new byte[] {1, 2, 3}, "application/x-module");
    }
    timeline.say(
        "a bad deployment ran: %d objects damaged, %d deleted, %d added"
            .formatted(spoiled, deleted.size(), OBJECTS / 20));
  }

  private boolean same(String what, SortedMap<String, String> expected) throws IOException {
    SortedMap<String, String> found = content();
    boolean same = found.equals(expected);
    timeline.say(
        same
            ? "content, headers and metadata of %d objects of %s are as they should be"
                .formatted(expected.size(), what)
            : "%s is not as it should be: %s".formatted(what, difference(expected, found)));
    return same;
  }

  private static String difference(
      SortedMap<String, String> expected, SortedMap<String, String> found) {
    SortedMap<String, String> all = new TreeMap<>(expected);
    found.forEach(all::putIfAbsent);
    return all.keySet().stream()
        .filter(key -> !String.valueOf(expected.get(key)).equals(String.valueOf(found.get(key))))
        .findFirst()
        .map(key -> "%s: expected %s, found %s".formatted(key, expected.get(key), found.get(key)))
        .orElse("");
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      Listed.Page page = bucket.reader().list("", next, false);
      page.keys().forEach(one -> keys.add(one.key()));
      next = page.next();
    } while (next.isPresent());
    return keys;
  }

  /// Every object: a hash of its content, and all that it carries.
  private SortedMap<String, String> content() throws IOException {
    SortedMap<String, String> content = new TreeMap<>();
    for (String key : keys()) {
      try (Body body =
          bucket
              .reader()
              .read(key, Optional.empty())
              .orElseThrow(() -> Failure.failed(key + " was listed and is not there"))) {
        Found found = body.found();
        content.put(key, sha256(body.content().readAllBytes()) + " " + found.attributes());
      }
    }
    return content;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /// Deletes what the demo made; points and records of the target stay.
  void clean() {
    List<String> made = keys();
    bucket.writer().delete(made.stream().filter(key -> !key.equals(MARKER)).toList());
    bucket.writer().delete(List.of(MARKER)); // last, so that one that is killed can be repeated
  }

  private RollbackRequested rollback(String point) {
    return new RollbackRequested(
        Optional.of(resource),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(point),
        Optional.of(Mode.RESTORE),
        Optional.of(true),
        By.PERSON,
        Optional.of("the demo"));
  }

  private static RollbackRequested undo(String rollback) {
    return new RollbackRequested(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(rollback),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        By.PERSON,
        Optional.of("the demo"));
  }
}
