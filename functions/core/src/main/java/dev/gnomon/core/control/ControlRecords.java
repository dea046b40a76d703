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
import dev.gnomon.core.objects.Pause;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Control records of one store: `create(name, record) -> Created | Exists`, as docs/PROTOCOLS.md
/// says.
///
/// Every stored record carries the id of the attempt that wrote it. When an answer is lost or the
/// name is taken, the name is read: a record with this attempt's id is ours (`Created`), another is
/// not (`Exists`). Thread-safe; idempotent only by the names the caller chooses.
public final class ControlRecords {
  /// Rounds of create and read before an answer that stays lost is given up.
  static final int MAX_ROUNDS = 5;

  /// Pause after the first lost round; each later one is twice as long (in all 0.75 s).
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  private static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final Supplier<String> attemptIds;
  private final Pause pause;

  /// @param attemptIds a fresh id at each call, such as random UUIDs
  public ControlRecords(ObjectStore store, Supplier<String> attemptIds) {
    this(store, attemptIds, Pause.sleeping());
  }

  public ControlRecords(ObjectStore store, Supplier<String> attemptIds, Pause pause) {
    this.store = store;
    this.attemptIds = attemptIds;
    this.pause = pause;
  }

  /// Outcome of [#create].
  public sealed interface Outcome<T> {
    /// The record that now stands under the name, whoever wrote it.
    T record();

    record Created<T>(T record) implements Outcome<T> {}

    record Exists<T>(T record) implements Outcome<T> {}
  }

  /// The stored form of a record.
  record Envelope<T>(String attempt, Instant time, T record) {
    Envelope {
      Objects.requireNonNull(attempt, "attempt");
      Objects.requireNonNull(time, "time");
      Objects.requireNonNull(record, "record");
    }
  }

  /// Writes a record under a free name, or tells which record holds it.
  ///
  /// @throws ObjectStoreException if the store is away (TRANSIENT: nothing was written), if the
  ///   name holds something that is no record of this type (PERMANENT), or if it stays unknown
  ///   whether the record was written (OUTCOME_UNKNOWN: create it again, it will be found)
  public <T> Outcome<T> create(ObjectName name, T record) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) record.getClass();
    return create(name, record, type);
  }

  /// Like the other [#create], for records whose type has several forms: the one that is found may
  /// be another form of `type` than the one that was offered.
  public <T> Outcome<T> create(ObjectName name, T record, Class<T> type) {
    String attempt = attemptIds.get();
    byte[] content = encode(name, new Envelope<>(attempt, store.time(), record), type);
    Optional<ObjectStoreException> lost = Optional.empty();
    for (int round = 1; ; round++) {
      try {
        if (store.create(name, content) instanceof Creation.Created) {
          return new Outcome.Created<>(record);
        }
      } catch (ObjectStoreException e) {
        if (e.kind() != Kind.OUTCOME_UNKNOWN) {
          throw lost.isPresent() ? stillLost(lost.get(), e) : e;
        }
        lost = Optional.of(e);
      }
      Optional<Envelope<T>> found = found(name, type, lost);
      if (found.isPresent()) {
        Envelope<T> envelope = found.get();
        return envelope.attempt().equals(attempt)
            ? new Outcome.Created<>(envelope.record())
            : new Outcome.Exists<>(envelope.record());
      }
      if (round == MAX_ROUNDS) {
        throw lost.orElseGet(() ->
            new ObjectStoreException(
                Kind.TRANSIENT,
                "the store says that '" + name + "' is taken, but does not give it"));
      }
      pause.of(FIRST_PAUSE.multipliedBy(1L << (round - 1)));
    }
  }

  public <T> Optional<T> read(ObjectName name, Class<T> type) {
    return envelope(name, type).map(Envelope::record);
  }

  /// When a record was written, by the clock of the store.
  public <T> Optional<Instant> writtenAt(ObjectName name, Class<T> type) {
    return envelope(name, type).map(Envelope::time);
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

  /// Once an answer was lost, a read that fails leaves the outcome as unknown as it was.
  private <T> Optional<Envelope<T>> found(
      ObjectName name, Class<T> type, Optional<ObjectStoreException> lost) {
    try {
      return envelope(name, type);
    } catch (ObjectStoreException e) {
      if (lost.isPresent() && e.kind() == Kind.TRANSIENT) {
        throw stillLost(lost.get(), e);
      }
      throw e;
    }
  }

  private static ObjectStoreException stillLost(
      ObjectStoreException lost, ObjectStoreException then) {
    ObjectStoreException fault =
        new ObjectStoreException(
            Kind.OUTCOME_UNKNOWN, lost.getMessage() + "; then: " + then.getMessage(), lost);
    fault.addSuppressed(then);
    return fault;
  }

  private <T> Optional<Envelope<T>> envelope(ObjectName name, Class<T> type) {
    Optional<InputStream> content = store.read(name, ByteRange.ALL);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get()) {
      byte[] bytes = in.readNBytes(MAX_RECORD_BYTES + 1);
      if (bytes.length > MAX_RECORD_BYTES) {
        throw damaged(name, "it is larger than " + MAX_RECORD_BYTES + " bytes");
      }
      @Nullable Envelope<T> envelope = Json.MAPPER.readValue(bytes, form(type));
      if (envelope == null) {
        throw damaged(name, "it is null");
      }
      return Optional.of(envelope);
    } catch (JsonProcessingException e) {
      throw damaged(name, e.getOriginalMessage());
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    }
  }

  private static JavaType form(Class<?> type) {
    return Json.MAPPER.getTypeFactory().constructParametricType(Envelope.class, type);
  }

  private static ObjectStoreException damaged(ObjectName name, String why) {
    return new ObjectStoreException(
        Kind.PERMANENT, "control record '" + name + "' can't be read: " + why);
  }

  private static byte[] encode(ObjectName name, Envelope<?> envelope, Class<?> type) {
    byte[] content;
    try {
      content = Json.MAPPER.writerFor(form(type)).writeValueAsBytes(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "control record '" + name + "' has no JSON form: " + e.getOriginalMessage(), e);
    }
    if (content.length > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "control record '%s' is %d bytes long, more than %d"
              .formatted(name, content.length, MAX_RECORD_BYTES));
    }
    return content;
  }
}
