package dev.gnomon.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// The main job on a prefix of a bucket that a Gnomon elsewhere protects: fills the prefix,
/// announces an update, damages it as a bad deployment would, rolls back, undoes that and does it
/// again, and compares every object with its headers and metadata each time.
final class PrefixDemo {
  /// How long a signal waits until what the demo made is removed. A Job has to give it more.
  static final Duration CLEANING = Duration.ofSeconds(40);

  /// An update and three rollbacks with their answers, each of which is waited for.
  private static final int WAITS = 7;

  private static final int EVENTS = 4;

  /// How long all that it waits for may take. A Job has to give it more.
  static final Duration LONGEST =
      Target.WAIT.multipliedBy(WAITS).plus(Target.SEND.multipliedBy(EVENTS));

  private final Target target;
  private final Bucket bucket;
  private final DemoObjects objects;
  private final String resource;
  private final Timeline timeline;
  private volatile Optional<Left> left = Optional.empty();
  private volatile boolean ending;

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

  /// What lies below the prefix at a moment.
  ///
  /// @param removable whether it may go: no rollback is about to bring it back
  /// @param said for people, if it stays
  private record Left(boolean removable, String said) {}

  /// Whatever ends it early, people are told in which state it leaves the prefix.
  Result run() throws IOException {
    protectedThere();
    boolean done = false;
    try {
      Result result = mainJob();
      done = true;
      return result;
    } finally {
      if (!done && !ending) {
        left.ifPresent(one -> timeline.say(one.said()));
      }
    }
  }

  /// For the moment when TERM or Ctrl-C ends it: removes what it made, or says why it does not.
  ///
  /// @param keep leaves everything there
  void exit(boolean keep, Duration within) {
    ending = true;
    Thread cleaning = Thread.ofPlatform().daemon().unstarted(() -> end(keep));
    cleaning.start();
    try {
      if (!cleaning.join(within)) {
        String late = "not within " + within.toSeconds() + " s";
        left.ifPresent(one -> timeline.say(notRemoved(late, one)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(boolean keep) {
    objects.end();
    Optional<Left> now = left;
    if (now.isEmpty()) {
      return;
    }
    if (keep || !now.get().removable()) {
      timeline.say(now.get().said());
      return;
    }
    timeline.say("stopping and removing what the demo made ...");
    try {
      clean();
      timeline.say("STOPPED: nothing of the demo is left below " + bucket.place());
    } catch (IOException | RuntimeException e) {
      timeline.say(notRemoved(String.valueOf(e.getMessage()), now.get()));
    }
  }

  private static String notRemoved(String why, Left left) {
    return "could not remove what the demo made (%s). %s".formatted(why, left.said());
  }

  private Result mainJob() throws IOException {
    objects.take();
    left = Optional.of(new Left(true, undamaged()));
    objects.fill();
    SortedMap<String, String> good = objects.content();
    timeline.say("%d objects lie below %s".formatted(good.size(), bucket.place()));
    String update = "demo-" + UUID.randomUUID();
    objects.insistOnGoingOn();
    Target.Sent announced =
        target.send(
            new UpdateRequested(
                update, List.of(resource), Optional.empty(), Optional.of("the demo's release")));
    String point = target.ready(update);
    double shadowSeconds = Timeline.seconds(announced.acceptedAt());
    timeline.say(
        "update %s announced; its shadow %s was ready after %.2f s"
            .formatted(update, point, shadowSeconds));

    left = Optional.of(new Left(true, damaged(point)));
    timeline.say("a bad deployment ran: " + objects.damage());
    SortedMap<String, String> damaged = objects.content();

    RolledBack first =
        rolledBack(Requests.rollback(resource, point, Optional.of(Mode.RESTORE)), point);
    timeline.say(
        "%s: rolled back to %s %.2f s after the request"
            .formatted(first.id(), point, first.seconds()));
    boolean verified = same("the prefix", good);

    rolledBack(Requests.undo(first.id()), point);
    timeline.say("the rollback was undone");
    boolean undone = same("the damaged state", damaged);
    rolledBack(Requests.rollback(resource, point, Optional.of(Mode.RESTORE)), point);
    timeline.say("and done again");
    undone &= same("the prefix", good);
    return new Result(
        resource, good.size(), shadowSeconds, first.seconds(), point, verified, undone);
  }

  private String undamaged() {
    return "STOPPED: below %s lie the demo's objects, undamaged; the next demo begins anew with them"
        .formatted(bucket.place());
  }

  private String damaged(String point) {
    return "STOPPED: objects of the demo below %s may be damaged. 'gnomon status' of the target says whether a rollback of %s runs; 'gnomon rollback --resource %s --to %s --mode restore --allow-deletes' there brings them back, and the next demo begins anew with them"
        .formatted(bucket.place(), resource, resource, point);
  }

  private record RolledBack(String id, double seconds) {}

  /// Nothing may be removed below a rollback: it would bring back some of it, without the mark that
  /// lets the next demo begin.
  private RolledBack rolledBack(RollbackRequested request, String point) {
    left = Optional.of(new Left(false, damaged(point)));
    objects.insistOnGoingOn();
    Target.Sent asked = target.send(request);
    JsonNode ended = target.rolledBack(asked.id());
    double seconds = Timeline.seconds(asked.acceptedAt());
    left = Optional.of(new Left(true, damaged(point)));
    return new RolledBack(ended.get("rollback").asText(), seconds);
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
    left = Optional.empty();
  }
}
