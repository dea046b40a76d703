package dev.gnomon.core.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Control records of one store: `create(name, record) -> Created | Exists`, as docs/PROTOCOLS.md
/// says.
///
/// Every stored record carries the id of the attempt that wrote it. When an answer is lost or the
/// name is taken, the name is read: a record with this attempt's id is ours (`Created`), another is
/// not (`Exists`). Thread-safe; idempotent only by the names the caller chooses.
public final class ControlRecords {
  private static final int MAX_ROUNDS = 5;
  private static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final Supplier<String> attemptIds;

  /// @param attemptIds a fresh id at each call, such as random UUIDs
  public ControlRecords(ObjectStore store, Supplier<String> attemptIds) {
    this.store = store;
    this.attemptIds = attemptIds;
  }

  /// Outcome of [#create].
  public sealed interface Outcome<T> {
    /// The record that now stands under the name, whoever wrote it.
    T record();

    record Created<T>(T record) implements Outcome<T> {}

    record Exists<T>(T record) implements Outcome<T> {}
  }

  /// The stored form of a record.
  record Envelope<T>(String attempt, Instant time, T record) {}

  /// Writes a record under a free name, or tells which record holds it.
  ///
  /// @throws ObjectStoreException if the store is away, or the outcome stays unknown
  public <T> Outcome<T> create(ObjectName name, T record) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) record.getClass();
    String attempt = attemptIds.get();
    byte[] content = encode(new Envelope<>(attempt, store.time(), record));
    for (int round = 1; ; round++) {
      Optional<ObjectStoreException> lost = Optional.empty();
      try {
        if (store.create(name, content) instanceof Creation.Created) {
          return new Outcome.Created<>(record);
        }
      } catch (ObjectStoreException e) {
        if (e.kind() != Kind.OUTCOME_UNKNOWN) {
          throw e;
        }
        lost = Optional.of(e);
      }
      Optional<Envelope<T>> found = envelope(name, type);
      if (found.isPresent()) {
        Envelope<T> envelope = found.get();
        return envelope.attempt().equals(attempt)
            ? new Outcome.Created<>(envelope.record())
            : new Outcome.Exists<>(envelope.record());
      }
      if (round == MAX_ROUNDS) {
        throw lost.orElseGet(() ->
            new ObjectStoreException(
                Kind.TRANSIENT, "the store says that '" + name + "' exists, but does not give it"));
      }
    }
  }

  public <T> Optional<T> read(ObjectName name, Class<T> type) {
    return envelope(name, type).map(Envelope::record);
  }

  public boolean exists(ObjectName name) {
    return store.stat(name).isPresent();
  }

  /// Names below a prefix, in order. For people and for sweeps; no decision rests on its
  /// completeness.
  public List<ObjectName> names(String prefix) {
    List<ObjectName> names = new ArrayList<>();
    Optional<ObjectName> after = Optional.empty();
    do {
      var page = store.list(prefix, after, PAGE);
      page.objects().forEach(object -> names.add(object.name()));
      after = page.next();
    } while (after.isPresent());
    return names;
  }

  /// The first name below a prefix that comes after the given one. For people, as [#names].
  public Optional<ObjectName> nameAfter(String prefix, Optional<ObjectName> after) {
    return store.list(prefix, after, 1).objects().stream().map(ObjectStat::name).findFirst();
  }

  /// The clock of the store that holds the records.
  public Instant time() {
    return store.time();
  }

  private <T> Optional<Envelope<T>> envelope(ObjectName name, Class<T> type) {
    Optional<InputStream> content = store.read(name, ByteRange.ALL);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    JavaType form = Json.MAPPER.getTypeFactory().constructParametricType(Envelope.class, type);
    try (InputStream in = content.get()) {
      byte[] bytes = in.readNBytes(MAX_RECORD_BYTES + 1);
      if (bytes.length > MAX_RECORD_BYTES) {
        throw damaged(name, "it is larger than " + MAX_RECORD_BYTES + " bytes");
      }
      return Optional.of(Json.MAPPER.readValue(bytes, form));
    } catch (JsonProcessingException e) {
      throw damaged(name, e.getOriginalMessage());
    } catch (IOException e) {
      throw new ObjectStoreException(
          Kind.TRANSIENT, "reading '" + name + "' failed: " + e.getMessage(), e);
    }
  }

  private static ObjectStoreException damaged(ObjectName name, String why) {
    return new ObjectStoreException(
        Kind.PERMANENT, "control record '" + name + "' can't be read: " + why);
  }

  private static byte[] encode(Envelope<?> envelope) {
    try {
      return Json.MAPPER.writeValueAsBytes(envelope);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
