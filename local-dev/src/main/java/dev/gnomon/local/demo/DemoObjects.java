package dev.gnomon.local.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.local.cli.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The objects that the demo makes below a prefix. It writes and deletes by these names only: what
/// lies there under any other name is somebody's.
final class DemoObjects {
  private static final String MARKER = "gnomon-demo";
  private static final byte[] MARK =
      "Objects below this prefix were made by `gnomon demo` and may be deleted.\n".getBytes(UTF_8);
  private static final int OBJECTS = 200;
  private static final int ADDED = OBJECTS / 20;
  private static final int MOST_BYTES = 8192;
  private static final long SEED = 20_260_101;

  private final Bucket bucket;
  private final Set<String> made = new HashSet<>();
  private boolean ended;

  DemoObjects(Bucket bucket) {
    this.bucket = bucket;
    for (int number = 0; number < OBJECTS; number++) {
      made.add(order(number));
    }
    for (int number = 0; number < ADDED; number++) {
      made.add(module(number));
    }
  }

  private static String order(int number) {
    return "orders/%03d/order %d.bin".formatted(number % 20, number);
  }

  private static String module(int number) {
    return "release-2.0-rc/module-" + number + ".bin";
  }

  /// Makes the prefix the demo's; refuses one with anything but what a demo left.
  void take() throws IOException {
    List<String> there = keys();
    List<String> strangers = strangers(there);
    if (!strangers.isEmpty()) {
      throw Failure.wrongUse(
          "%s holds '%s' that no demo made (%d of %d objects): give a prefix that is empty"
              .formatted(bucket.place(), strangers.getFirst(), strangers.size(), there.size()));
    }
    if (!there.isEmpty() && !marked()) {
      throw Failure.wrongUse(
          "%s holds '%s' that no demo made: the object '%s' there does not say so; give a prefix that is empty"
              .formatted(bucket.place(), there.getFirst(), MARKER));
    }
    put(MARKER, MARK, "text/plain");
    delete(there);
  }

  void fill() {
    Random random = new Random(SEED);
    for (int number = 0; number < OBJECTS; number++) {
      byte[] content = new byte[random.nextInt(MOST_BYTES)];
      random.nextBytes(content);
      put(order(number), content, "application/x-order");
    }
  }

  private boolean marked() throws IOException {
    Optional<Body> found = bucket.reader().read(MARKER, Optional.empty());
    if (found.isEmpty()) {
      return false;
    }
    try (Body body = found.get()) {
      return Arrays.equals(body.content().readNBytes(MARK.length + 1), MARK);
    }
  }

  private List<String> strangers(List<String> keys) {
    return keys.stream().filter(key -> !key.equals(MARKER) && !made.contains(key)).toList();
  }

  private void delete(List<String> keys) {
    bucket.writer().delete(keys.stream().filter(made::contains).toList());
  }

  /// From now on nothing is put there any more, also by a thread that is at it.
  synchronized void end() {
    ended = true;
  }

  synchronized void insistOnGoingOn() {
    if (ended) {
      throw Failure.failed("the demo is ending");
    }
  }

  private synchronized void put(String key, byte[] content, String type) {
    insistOnGoingOn();
    Attributes attributes =
        new Attributes(
            new TreeMap<>(Map.of("content-type", type)),
            new TreeMap<>(Map.of("owner", "demo")),
            new TreeMap<>());
    bucket.writer().put(key, attributes, content.length, () -> new ByteArrayInputStream(content));
  }

  /// As a bad deployment would.
  ///
  /// @return what it did, for people
  String damage() {
    List<String> orders = new ArrayList<>();
    for (int number = 0; number < OBJECTS; number++) {
      orders.add(order(number));
    }
    Random random = new Random(SEED + 1);
    List<String> deleted = new ArrayList<>();
    int spoiled = 0;
    for (int i = 0; i < OBJECTS / 10; i++) {
      String key = orders.remove(random.nextInt(orders.size()));
      if (i % 3 == 2) {
        deleted.add(key);
      } else {
        put(key, ("broken by the release, " + i).getBytes(UTF_8), "text/broken");
        spoiled++;
      }
    }
    bucket.writer().delete(deleted);
    for (int number = 0; number < ADDED; number++) {
      put(module(number), new byte[] {1, 2, 3}, "application/x-module");
    }
    return "%d objects damaged, %d deleted, %d added".formatted(spoiled, deleted.size(), ADDED);
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
  SortedMap<String, String> content() throws IOException {
    List<String> keys = keys();
    List<String> strangers = strangers(keys);
    if (!strangers.isEmpty()) {
      throw Failure.failed(
          "somebody wrote '%s' below %s while the demo ran: it is not for data that anybody uses"
              .formatted(strangers.getFirst(), bucket.place()));
    }
    SortedMap<String, String> content = new TreeMap<>();
    for (String key : keys) {
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

  /// Deletes what the demo made.
  ///
  /// @return what others wrote there, which stays
  List<String> clean() throws IOException {
    List<String> there = keys();
    delete(there);
    if (marked()) {
      bucket.writer().delete(List.of(MARKER)); // last, so that one that is killed can be repeated
    }
    return strangers(there);
  }
}
