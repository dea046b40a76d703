package dev.gnomon.core.cells;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tries what Gnomon asks of a store beside an atomic create. Leaves nothing behind.
final class CapabilityProbe {
  static final String RANGES = "ranged reads";
  static final String LISTS = "lists";
  static final String LARGE = "large objects";
  static final String DELETES = "deletes";
  static final String CLOCK = "clock";

  /// One part and a piece of the next one, where parts are as small as S3 lets them be.
  static final int LARGE_BYTES = 5 * 1024 * 1024 + 1000;

  /// Servers refuse requests that are signed further away.
  private static final Duration SKEW = Duration.ofMinutes(15);

  private static final byte[] TEXT =
      "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
  private static final int LISTED = 5;

  private final ObjectStore store;
  private final Clock clock;
  private final String run;

  /// @param ids a fresh id at each call, part of the names that are written
  CapabilityProbe(ObjectStore store, Clock clock, Supplier<String> ids) {
    this.store = store;
    this.clock = clock;
    this.run = ids.get();
  }

  /// One of them.
  ///
  /// @param reason why not; empty if it can
  record Capability(String what, Optional<String> reason) {}

  List<Capability> probe() {
    List<ObjectName> written = new ArrayList<>();
    try {
      return List.of(
          tried(RANGES, () -> ranges(name(written, "ranges"))),
          tried(LISTS, () -> lists(written)),
          tried(LARGE, () -> large(name(written, "large"))),
          tried(DELETES, () -> deletes(written)),
          tried(CLOCK, this::clock));
    } finally {
      tidy(written);
    }
  }

  private ObjectName name(List<ObjectName> written, String what) {
    ObjectName name = ObjectName.of("cell/probing", run, what);
    written.add(name);
    return name;
  }

  private static Capability tried(String what, BooleanSupplier trial) {
    try {
      return new Capability(
          what, trial.getAsBoolean() ? Optional.empty() : Optional.of("not what was asked for"));
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return new Capability(what, Optional.of(String.valueOf(e.getMessage())));
      }
      throw e;
    }
  }

  private boolean ranges(ObjectName name) {
    store.create(name, TEXT);
    return Arrays.equals(read(name, new ByteRange(5, 3)), Arrays.copyOfRange(TEXT, 5, 8))
        && Arrays.equals(read(name, ByteRange.ALL), TEXT);
  }

  /// In order, in pages, all of them and none that was not asked for.
  private boolean lists(List<ObjectName> written) {
    List<ObjectName> names = new ArrayList<>();
    for (int i = 0; i < LISTED; i++) {
      ObjectName name = name(written, "list/" + i);
      names.add(name);
      store.create(name, TEXT);
    }
    List<ObjectName> found = new ArrayList<>();
    Optional<ObjectName> after = Optional.empty();
    for (int pages = 0; pages <= LISTED; pages++) {
      ObjectPage page = store.list("cell/probing/" + run + "/list/", after, 2);
      page.objects().stream().map(ObjectStat::name).forEach(found::add);
      after = page.next();
      if (after.isEmpty()) {
        break;
      }
    }
    return found.equals(names);
  }

  private boolean large(ObjectName name) {
    byte[] content = new byte[LARGE_BYTES];
    new Random(run.hashCode()).nextBytes(content);
    store.put(name, new ByteArrayInputStream(content));
    return Arrays.equals(read(name, ByteRange.ALL), content);
  }

  private boolean deletes(List<ObjectName> written) {
    store.delete(written);
    return written.stream().allMatch(name -> store.stat(name).isEmpty());
  }

  private boolean clock() {
    Instant now = clock.instant();
    return Duration.between(now, store.time()).abs().compareTo(SKEW) < 0;
  }

  private byte[] read(ObjectName name, ByteRange range) {
    try (InputStream in = store.read(name, range).orElseGet(InputStream::nullInputStream)) {
      return in.readNBytes(LARGE_BYTES + 1);
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    }
  }

  private void tidy(List<ObjectName> written) {
    try {
      store.delete(written);
    } catch (ObjectStoreException e) {
      // Some small objects stay under names that nobody else uses; the findings matter more.
    }
  }
}
