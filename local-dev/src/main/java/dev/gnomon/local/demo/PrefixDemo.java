package dev.gnomon.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.events.By;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// The main job on a prefix of a bucket that a Gnomon elsewhere protects: fills the prefix,
/// announces an update, damages it as a bad deployment would, rolls back, undoes that and does it
/// again, and compares every object with its headers and metadata each time.
final class PrefixDemo {
  private final Target target;
  private final Bucket bucket;
  private final DemoObjects objects;
  private final String resource;
  private final Timeline timeline;
  private volatile Optional<String> left = Optional.empty();

  /// @param bucket the prefix that the resource is served from
  /// @param resource its name in the target's catalogue
  PrefixDemo(Target target, Bucket bucket, String resource, Timeline timeline) {
    this.target = target;
    this.bucket = bucket;
    this.objects = new DemoObjects(bucket);
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

  /// Whatever ends it early, a signal as well, people are told in which state it leaves the prefix.
  Result run() throws IOException {
    protectedThere();
    Thread atExit = new Thread(() -> left.ifPresent(timeline::say), "demo end");
    Runtime.getRuntime().addShutdownHook(atExit);
    boolean done = false;
    try {
      Result result = mainJob();
      done = true;
      return result;
    } finally {
      boolean ending = !removed(atExit);
      if (!done && !ending) {
        left.ifPresent(timeline::say);
      }
    }
  }

  /// @return false if the process is ending, which runs it
  private static boolean removed(Thread atExit) {
    try {
      return Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private Result mainJob() throws IOException {
    objects.fill();
    left =
        Optional.of(
            "STOPPED: below %s lie the demo's objects, undamaged; the next demo begins anew with them"
                .formatted(bucket.place()));
    SortedMap<String, String> good = objects.content();
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

    left =
        Optional.of(
            "STOPPED: objects of the demo below %s may be damaged. 'gnomon status' of the target says whether a rollback of %s runs; 'gnomon rollback --resource %s --to %s --mode restore --allow-deletes' there brings them back, and the next demo begins anew with them"
                .formatted(bucket.place(), resource, resource, point));
    timeline.say("a bad deployment ran: " + objects.damage());
    SortedMap<String, String> damaged = objects.content();

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
    if (!servedFrom(at)) {
      throw Failure.wrongUse(
          "%s, and --prefix is %s"
              .formatted(
                  at.isEmpty()
                      ? "what answers at --api does not say where %s is served from"
                          .formatted(resource)
                      : "%s is served from %s".formatted(resource, at),
                  bucket.place()));
    }
  }

  private boolean servedFrom(String at) {
    try {
      return S3Prefix.of(at).equals(bucket.place());
    } catch (IllegalArgumentException e) {
      return false; // Nothing, or no prefix of a bucket.
    }
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

  private boolean same(String what, SortedMap<String, String> expected) throws IOException {
    SortedMap<String, String> found = objects.content();
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

  /// Deletes what the demo made; points and records of the target stay.
  void clean() throws IOException {
    List<String> others = objects.clean();
    if (!others.isEmpty()) {
      timeline.say(
          "%d objects below %s are not the demo's and stay, such as '%s'"
              .formatted(others.size(), bucket.place(), others.getFirst()));
    }
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
