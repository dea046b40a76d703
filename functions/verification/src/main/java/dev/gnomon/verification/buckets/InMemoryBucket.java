package dev.gnomon.verification.buckets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A bucket as S3 has them, with or without versions, in memory. Counts what is asked of it and
/// lets a test act in the middle of a call. Thread-safe.
public final class InMemoryBucket {
  private final Supplier<Instant> clock;
  private final TreeMap<String, List<Version>> keys =
      new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
  private final List<String> calls = new ArrayList<>();
  private Versioning versioning = Versioning.NONE;
  private int page = 1000;
  private long nextVersion = 1;
  private Duration lag = Duration.ZERO;
  private Consumer<String> before = call -> {};

  /// @param clock of the server
  public InMemoryBucket(Supplier<Instant> clock) {
    this.clock = clock;
  }

  /// @param version empty if it was written while no versions were kept
  private record Version(
      String version,
      byte[] bytes,
      String etag,
      Instant modified,
      Attributes attributes,
      boolean deleted) {

    Found found() {
      return new Found(
          bytes.length, etag, modified.truncatedTo(ChronoUnit.SECONDS), version, attributes);
    }
  }

  public synchronized InMemoryBucket versioning(Versioning changed) {
    versioning = changed;
    return this;
  }

  public synchronized InMemoryBucket page(int entries) {
    page = entries;
    return this;
  }

  /// Lists of all versions tell of a version only when it is older than this.
  public synchronized InMemoryBucket lag(Duration late) {
    lag = late;
    return this;
  }

  /// Runs before each call from now on, with its name and key such as `read a/b`.
  public synchronized void before(Consumer<String> action) {
    before = action;
  }

  /// Calls since the last time this was asked, such as `read a/b`.
  public synchronized List<String> calls() {
    List<String> made = List.copyOf(calls);
    calls.clear();
    return made;
  }

  public Written put(String key, String content) {
    return put(key, content, Attributes.NONE);
  }

  public Written put(String key, String content, Attributes attributes) {
    byte[] bytes = content.getBytes(UTF_8);
    return put(key, bytes, md5(bytes), attributes);
  }

  /// @param etag what a server gives that does not name content by its MD5
  public synchronized Written put(String key, byte[] bytes, String etag, Attributes attributes) {
    Version made = new Version(newVersion(), bytes.clone(), etag, clock.get(), attributes, false);
    add(key, made);
    return new Written(etag, made.version());
  }

  /// Writes a version that the server dates back, as AWS S3 does with what was uploaded in parts.
  public synchronized Written putSince(String key, String content, Instant modified) {
    byte[] bytes = content.getBytes(UTF_8);
    Version made = new Version(newVersion(), bytes, md5(bytes), modified, Attributes.NONE, false);
    add(key, made);
    return new Written(made.etag(), made.version());
  }

  public synchronized void delete(String key) {
    if (versioning == Versioning.ENABLED) {
      add(key, new Version(newVersion(), new byte[0], "", clock.get(), Attributes.NONE, true));
    } else {
      keys.remove(key);
    }
  }

  /// Takes a version away for good, as lifecycle rules do.
  public synchronized void forget(String key, String version) {
    List<Version> versions = keys.getOrDefault(key, List.of());
    versions.removeIf(one -> named(one).equals(named(version)));
    if (versions.isEmpty()) {
      keys.remove(key);
    }
  }

  public synchronized void tag(String key, SortedMap<String, String> tags) {
    List<Version> versions = keys.get(key);
    if (versions == null) {
      throw absent(key);
    }
    Version old = versions.removeLast();
    versions.add(
        new Version(
            old.version(),
            old.bytes(),
            old.etag(),
            old.modified(),
            old.attributes().withTags(tags),
            old.deleted()));
  }

  /// What is current, for comparisons: key, content, attributes.
  public synchronized SortedMap<String, String> contents() {
    TreeMap<String, String> contents = new TreeMap<>();
    keys.forEach((key, versions) -> {
      Version last = versions.getLast();
      if (!last.deleted()) {
        contents.put(key, new String(last.bytes(), UTF_8) + " " + last.attributes());
      }
    });
    return contents;
  }

  /// Opens a prefix of this bucket, whatever its name.
  public Buckets.Bucket open(S3Prefix place, PrefixSpec spec) {
    return new Buckets.Bucket(
        place, new Reader(place.prefix()), new Writer(place.prefix()), spec, 5L << 30);
  }

  private synchronized void called(String call, String key) {
    calls.add(call + " " + key);
    before.accept(call + " " + key);
  }

  private String newVersion() {
    return versioning == Versioning.ENABLED ? "v" + nextVersion++ : "";
  }

  private void add(String key, Version version) {
    List<Version> versions = keys.computeIfAbsent(key, any -> new ArrayList<>());
    if (version.version().isEmpty()) {
      versions.removeIf(one -> one.version().isEmpty());
    }
    versions.add(version);
  }

  private synchronized Optional<Version> find(String key, Optional<String> version) {
    List<Version> versions = keys.getOrDefault(key, List.of());
    return version.isPresent()
        ? versions.stream()
            .filter(one -> named(one).equals(named(version.get())) && !one.deleted())
            .findFirst()
        : versions.isEmpty()
            ? Optional.empty()
            : Optional.of(versions.getLast()).filter(one -> !one.deleted());
  }

  private static String named(Version version) {
    return named(version.version());
  }

  private static String named(String version) {
    return version.isEmpty() ? KeyVersion.UNVERSIONED : version;
  }

  private static ObjectStoreException absent(String key) {
    return new ObjectStoreException(
        ObjectStoreException.Kind.PERMANENT, "there is no object '" + key + "'");
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Reader implements BucketReader {
    private final String prefix;

    Reader(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Versioning versioning() {
      synchronized (InMemoryBucket.this) {
        return versioning;
      }
    }

    @Override
    public Listed.Page list(String from, Optional<String> next, boolean versions) {
      called("list", next.orElse(from));
      synchronized (InMemoryBucket.this) {
        List<Listed> listed = new ArrayList<>();
        SortedMap<String, List<Version>> rest =
            next.isPresent() ? keys.tailMap(next.get(), false) : keys.tailMap(prefix + from, true);
        for (var one : rest.entrySet()) {
          if (!one.getKey().startsWith(prefix)) {
            continue;
          }
          if (listed.size() == page) {
            return new Listed.Page(
                listed, Optional.of(prefix + listed.getLast().key()), clock.get());
          }
          Version last = one.getValue().getLast();
          if (!last.deleted() || versions) {
            listed.add(
                new Listed(
                    one.getKey().substring(prefix.length()),
                    last.bytes().length,
                    last.etag(),
                    last.modified(),
                    versions ? last.version() : "",
                    last.deleted()));
          }
        }
        return new Listed.Page(listed, Optional.empty(), clock.get());
      }
    }

    @Override
    public KeyVersion.Page history(Optional<String> next) {
      called("history", next.orElse(""));
      synchronized (InMemoryBucket.this) {
        Instant now = clock.get();
        List<KeyVersion> listed = new ArrayList<>();
        boolean behind = next.isEmpty();
        for (var one : keys.entrySet()) {
          for (Version version : one.getValue().reversed()) {
            String mark = one.getKey() + "\uFFFF" + named(version);
            if (!behind) {
              behind = mark.equals(next.get());
            } else if (one.getKey().startsWith(prefix)
                && !version.modified().isAfter(now.minus(lag))) {
              listed.add(
                  new KeyVersion(
                      one.getKey().substring(prefix.length()),
                      named(version),
                      version.bytes().length,
                      version.etag(),
                      version.modified(),
                      version.deleted()));
              if (listed.size() == page) {
                return new KeyVersion.Page(
                    listed, Optional.of(mark), now.truncatedTo(ChronoUnit.SECONDS));
              }
            }
          }
        }
        return new KeyVersion.Page(listed, Optional.empty(), now.truncatedTo(ChronoUnit.SECONDS));
      }
    }

    @Override
    public Optional<Found> look(String key, Optional<String> version) {
      called("look", key);
      return find(prefix + key, version).map(Version::found);
    }

    @Override
    public Optional<Body> read(String key, Optional<String> version) {
      called("read", key);
      return find(prefix + key, version)
          .map(one -> new Body(one.found(), new ByteArrayInputStream(one.bytes())));
    }

    @Override
    public Optional<String> obstacle(String key) {
      return key.contains("/../") ? Optional.of("a segment '..'") : Optional.empty();
    }
  }

  private final class Writer implements BucketWriter {
    private final String prefix;

    Writer(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Written put(
        String key, Attributes attributes, long size, Supplier<InputStream> content) {
      called("put", key);
      try (InputStream in = content.get()) {
        byte[] bytes = in.readAllBytes();
        return InMemoryBucket.this.put(prefix + key, bytes, md5(bytes), attributes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Optional<Written> copy(String key, S3Prefix from, String fromKey, String version) {
      called("copy", key);
      return find(from.prefix() + fromKey, Optional.of(version))
          .map(one ->
              InMemoryBucket.this.put(
                  prefix + key, one.bytes(), md5(one.bytes()), one.attributes()));
    }

    @Override
    public void delete(List<String> doomed) {
      doomed.forEach(key -> {
        called("delete", key);
        InMemoryBucket.this.delete(prefix + key);
      });
    }

    @Override
    public void tag(String key, SortedMap<String, String> tags) {
      called("tag", key);
      InMemoryBucket.this.tag(prefix + key, tags);
    }
  }
}
