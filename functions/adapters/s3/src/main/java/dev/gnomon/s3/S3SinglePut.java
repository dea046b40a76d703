package dev.gnomon.s3;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.TakenName;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.Http;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// Objects that go up in one call, with `If-None-Match: *`. 412 is a taken name, 409 (a conflict
/// with a writer under way) is tried again. Thread-safe.
final class S3SinglePut {
  /// Conflicts pass within the time that the other writer needs.
  private static final int MAX_CONFLICTS = 6;

  private static final Duration CONFLICT_PAUSE = Duration.ofMillis(30);
  private static final Pattern MD5_HEX = Pattern.compile("[0-9a-f]{32}");
  private static final String OCTETS = "application/octet-stream";

  private final S3Settings settings;
  private final S3Faults faults;
  private final S3Connection connection;
  private final Retries retries;
  private final Pause pause;
  private final ObjectStore store;

  /// @param store that this is a part of: what stands under a taken name is read through it
  S3SinglePut(
      S3Settings settings,
      S3Faults faults,
      S3Connection connection,
      Retries retries,
      Pause pause,
      ObjectStore store) {
    this.settings = settings;
    this.faults = faults;
    this.connection = connection;
    this.retries = retries;
    this.pause = pause;
    this.store = store;
  }

  /// One attempt, as ObjectStore.create says.
  Creation create(ObjectName name, byte[] content) {
    String what = "creating '" + name + "'";
    Digests digests = Digests.of(content, content.length);
    PutObjectAPIArgs args = args(name, content, content.length, digests);
    for (int attempt = 1; ; attempt++) {
      try {
        ObjectWriteResponse answer = send(what, args);
        verify(name, what, content, content.length, digests, answer);
        return new Creation.Created();
      } catch (ObjectStoreException e) {
        if (isTaken(e)) {
          return new Creation.AlreadyExists();
        }
        int status = e.getCause() instanceof S3Answer answer ? answer.status() : 0;
        if (status != 409 || attempt == MAX_CONFLICTS) {
          throw e;
        }
        long bound = CONFLICT_PAUSE.toMillis() << attempt;
        pause.of(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, bound)));
      }
    }
  }

  /// Repeated until the outcome is known, as ObjectStore.put says.
  void put(ObjectName name, String what, byte[] content, int length) {
    Digests digests = Digests.of(content, length);
    PutObjectAPIArgs args = args(name, content, length, digests);
    retries
        .callRepeatable(() -> {
          try {
            return Optional.of(send(what, args));
          } catch (ObjectStoreException e) {
            if (isTaken(e)) {
              requireSame(name, what, content, length);
              return Optional.<ObjectWriteResponse>empty();
            }
            throw e;
          }
        })
        .ifPresent(answer -> verify(name, what, content, length, digests, answer));
  }

  /// True if a condition was refused because the name is taken. Servers say so with 412; some calls
  /// say it inside of a success.
  static boolean isTaken(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer
        && (answer.status() == 412 || answer.code().equals("PreconditionFailed"));
  }

  private ObjectWriteResponse send(String what, PutObjectAPIArgs args) {
    return connection.call(what, Effect.WRITES, client -> client.putObject(args));
  }

  private PutObjectAPIArgs args(ObjectName name, byte[] content, int length, Digests digests) {
    Http.Headers headers = digests.headers();
    headers.put(Digests.STORED_SHA256, digests.sha256Hex());
    headers.put("If-None-Match", "*");
    return PutObjectAPIArgs.builder()
        .bucket(settings.bucket())
        .object(settings.prefix() + name.value())
        .data(content, length)
        .headers(headers)
        .contentType(OCTETS)
        .build();
  }

  /// A taken name that holds these bytes was taken by this put: an answer was lost.
  private void requireSame(ObjectName name, String what, byte[] content, int length) {
    try (InputStream stored =
        store
            .read(name, ByteRange.ALL)
            .orElseThrow(() ->
                faults.fault(
                    Kind.TRANSIENT, what, "the name is taken, and then nothing is there", ""))) {
      byte[] bytes = stored.readNBytes(length);
      boolean longer = stored.read() >= 0;
      if (longer || !holds(bytes, content, length)) {
        // A body is not read for its length: it may never end.
        long found =
            longer ? store.stat(name).map(ObjectStat::sizeBytes).orElse(length + 1L) : bytes.length;
        throw faults.fault(Kind.PERMANENT, what, TakenName.reason(length, found), "");
      }
    } catch (IOException e) {
      throw faults.of(what, Effect.READS, e);
    }
  }

  /// An ETag that looks like an MD5 and is another one is a server that stores other bytes, or one
  /// whose ETags mean something else: reading the object back tells.
  private void verify(
      ObjectName name,
      String what,
      byte[] content,
      int length,
      Digests digests,
      ObjectWriteResponse answer) {
    String etag = String.valueOf(answer.etag()).toLowerCase(Locale.ROOT);
    boolean encrypted = answer.headers().get("x-amz-server-side-encryption") != null;
    if (encrypted || !MD5_HEX.matcher(etag).matches() || etag.equals(digests.md5Hex())) {
      return;
    }
    try (InputStream stored =
        store.read(name, ByteRange.ALL).orElseGet(InputStream::nullInputStream)) {
      if (holds(stored.readNBytes(length + 1), content, length)) {
        return;
      }
    } catch (IOException e) {
      throw faults.of(what, Effect.WRITES, e);
    }
    throw faults.fault(
        Kind.PERMANENT,
        what,
        "the server stored other bytes than it was sent: ETag %s instead of %s"
            .formatted(etag, digests.md5Hex()),
        "do not use this server");
  }

  private static boolean holds(byte[] stored, byte[] content, int length) {
    return stored.length == length && Arrays.equals(stored, 0, length, content, 0, length);
  }
}
