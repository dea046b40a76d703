package dev.gnomon.store.points;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.StoreForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/// Small JSON records that are written once: `{"sha256":"...","record":{...}}`, the hash over the
/// bytes of the record, so that a flipped bit is an error and never another state. In an encrypted
/// store they are sealed.
public final class Records {
  private static final String START = "{\"sha256\":\"";
  private static final String MIDDLE = "\",\"record\":";
  private static final int HEAD_BYTES = START.length() + 2 * Hash.BYTES + MIDDLE.length();
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_ROUNDS = 3;

  private final ObjectStore objects;
  private final Supplier<StoreForm> form;

  /// @param form of the store that they belong to
  public Records(ObjectStore objects, Supplier<StoreForm> form) {
    this.objects = objects;
    this.form = form;
  }

  /// Writes a record if the name is free. After a lost answer the name is read: what stands there
  /// counts as existing, and the caller tells by its content whose it is.
  ///
  /// @return false if the name is taken
  public boolean create(ObjectName name, Object record) {
    byte[] content = form.get().sealed(name, encode(record));
    for (int round = 1; ; round++) {
      try {
        return objects.create(name, content) instanceof Creation.Created;
      } catch (ObjectStoreException e) {
        if (e.kind() != Kind.OUTCOME_UNKNOWN || round == MAX_ROUNDS) {
          throw e;
        }
        if (objects.stat(name).isPresent()) {
          return false;
        }
      }
    }
  }

  /// @throws BlobFault if the object is damaged, naming it
  public <T> Optional<T> read(ObjectName name, Class<T> type) {
    Optional<InputStream> found = objects.read(name, ByteRange.ALL);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = found.get()) {
      return Optional.of(decode(name, form.get().opened(name, in.readNBytes(MAX_BYTES)), type));
    } catch (IOException e) {
      throw new ObjectStoreException(
          Kind.TRANSIENT, "reading '" + name + "' failed: " + e.getMessage(), e);
    }
  }

  static byte[] encode(Object record) {
    try {
      byte[] body = Json.MAPPER.writeValueAsBytes(record);
      byte[] head = (START + Hash.of(body) + MIDDLE).getBytes(UTF_8);
      byte[] content = Arrays.copyOf(head, head.length + body.length + 1);
      System.arraycopy(body, 0, content, head.length, body.length);
      content[content.length - 1] = '}';
      return content;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T decode(ObjectName name, byte[] content, Class<T> type) {
    int length = content.length - HEAD_BYTES - 1;
    if (length < 0) {
      throw new BlobFault("object '" + name + "' is cut short");
    }
    String head = START + Hash.of(content, HEAD_BYTES, length) + MIDDLE;
    if (!head.equals(new String(content, 0, HEAD_BYTES, UTF_8))
        || content[content.length - 1] != '}') {
      throw new BlobFault("object '" + name + "' does not have the content that its hash names");
    }
    T record;
    try {
      record =
          Json.MAPPER
              .readerFor(type)
              .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
              .readValue(content, HEAD_BYTES, length);
    } catch (IOException e) {
      throw new BlobFault("object '" + name + "' can't be read: " + e.getMessage());
    }
    if (record == null) {
      throw new BlobFault("object '" + name + "' holds no record");
    }
    return record;
  }
}
