package dev.gnomon.local.demo;

import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.s3.S3ObjectStores;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Where the stores of the demo's two cells lie: with the stack, or in a bucket, below a prefix
/// that no other demo has. What lies there is the demo's, and it deletes nothing else.
///
/// @param below of the bucket, with the prefix; empty: with the stack
record DemoCells(Optional<URI> below, Function<String, Optional<String>> environment) {
  static final DemoCells WITH_THE_STACK = new DemoCells(Optional.empty(), name -> Optional.empty());

  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String REGION = "AWS_REGION";
  private static final int PAGE = 1000;
  private static final String OWN = "gnomon-demo-";
  private static final Pattern BELOW =
      Pattern.compile(
          "s3\\+https?://[^/]+(/[^/]+)+/" + OWN + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /// @param store `s3+http(s)://host[:port]/bucket[/prefix]`; the bucket is there
  /// @param environment where the keys are
  /// @throws Failure if it is no such URL, or keys are missing
  static DemoCells in(String store, Function<String, Optional<String>> environment) {
    try {
      URI below = URI.create(store.replaceFirst("/+$", "") + "/" + OWN + UUID.randomUUID());
      DemoCells cells = new DemoCells(Optional.of(below), environment);
      try (RetryingObjectStore opened = cells.open(below, Retries.Limits.STANDARD)) {
        var unused = opened.list("", Optional.empty(), 1);
      }
      return cells;
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse("--store: " + e.getMessage());
    } catch (Failure e) {
      throw e;
    } catch (Exception e) {
      throw Failure.failed("--store can't be used: " + e.getMessage());
    }
  }

  /// Those that another demo wrote down before it put anything there.
  ///
  /// @param note its [#below]
  /// @return empty if it is not what a demo writes
  static Optional<DemoCells> noted(String note, Function<String, Optional<String>> environment) {
    return BELOW.matcher(note).matches()
        ? Optional.of(new DemoCells(Optional.of(URI.create(note)), environment))
        : Optional.empty();
  }

  /// A cell of the catalogue, as a list item.
  String cell(String name) {
    return below
        .map(url ->
            "- { name: %1$s, store: { url: \"%2$s/%1$s\"%3$s } }"
                .formatted(name, url, region().isEmpty() ? "" : ", region: " + region()))
        .orElse("- name: " + name);
  }

  /// What became of the objects of a demo.
  ///
  /// @param complete whether none is left
  /// @param said for people; empty if nothing lies in a bucket
  record Removal(boolean complete, String said) {}

  /// Deletes what the demo's stack has put there, once it has ended.
  ///
  /// @param limits how long to insist
  Removal remove(Retries.Limits limits) {
    if (below.isEmpty()) {
      return new Removal(true, "");
    }
    URI url = below.get();
    long deleted = 0;
    try (RetryingObjectStore store = open(url, limits)) {
      while (true) {
        ObjectPage page = store.list("", Optional.empty(), PAGE);
        if (page.objects().isEmpty()) {
          return new Removal(true, "deleted %d objects below %s".formatted(deleted, url));
        }
        store.delete(page.objects().stream().map(ObjectStat::name).toList());
        deleted += page.objects().size();
      }
    } catch (Exception e) {
      return new Removal(
          false, "could not delete all objects below %s: %s".formatted(url, e.getMessage()));
    }
  }

  private RetryingObjectStore open(URI url, Retries.Limits limits) {
    return new RetryingObjectStore(
        S3ObjectStores.open(url, key(ACCESS_KEY), key(SECRET_KEY), region()),
        Retries.within(limits));
  }

  private String region() {
    return environment.apply(REGION).orElse("");
  }

  private String key(String variable) {
    return environment
        .apply(variable)
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            Failure.wrongUse(
                "--store needs its keys in %s and %s".formatted(ACCESS_KEY, SECRET_KEY)));
  }
}
