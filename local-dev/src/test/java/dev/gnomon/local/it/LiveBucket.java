package dev.gnomon.local.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.s3.S3Buckets;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the application does to its bucket on a real server, and what a person sees of it, in tests
/// of resources that are prefixes.
final class LiveBucket {
  private LiveBucket() {}

  static S3Buckets buckets(Versions versions, Credentials keys, Map<String, String> environment) {
    PrefixSpec spec =
        new PrefixSpec(Optional.empty(), Optional.of(keys), versions, false, Optional.empty());
    return new S3Buckets(
        any -> Optional.of(spec), name -> Optional.ofNullable(environment.get(name)));
  }

  static S3Buckets buckets(Versions versions, Map<String, String> environment) {
    return buckets(versions, new Credentials("DATA_ACCESS", "DATA_SECRET"), environment);
  }

  static void put(Bucket bucket, String key, String content, Attributes attributes) {
    byte[] bytes = content.getBytes(UTF_8);
    bucket.writer().put(key, attributes, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  static Attributes attributes(String type, String owner) {
    return new Attributes(
        new TreeMap<>(Map.of("content-type", type, "cache-control", "max-age=60")),
        new TreeMap<>(Map.of("owner", owner)),
        new TreeMap<>());
  }

  /// Every object with all that it carries.
  static SortedMap<String, String> content(Bucket bucket) throws Exception {
    SortedMap<String, String> content = new TreeMap<>();
    for (Listed listed : bucket.reader().list("", Optional.empty(), false).keys()) {
      try (var body = bucket.reader().read(listed.key(), Optional.empty()).orElseThrow()) {
        content.put(
            listed.key(),
            new String(body.content().readAllBytes(), UTF_8) + " " + body.found().attributes());
      }
    }
    return content;
  }

  /// What a command of a scene says, which has to succeed.
  static JsonNode json(Scene scene, String... words) throws Exception {
    String[] asked = java.util.Arrays.copyOf(words, words.length + 1);
    asked[words.length] = "--json";
    Shell shell = scene.gnomon(asked);
    assertThat(shell.code()).as("%s: %s%s", List.of(words), shell.out(), shell.err()).isZero();
    return Json.MAPPER.readTree(shell.out());
  }
}
