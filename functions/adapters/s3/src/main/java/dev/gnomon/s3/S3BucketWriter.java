package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.BucketWriter;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.CopyObjectArgs;
import io.minio.DeleteObjectsArgs;
import io.minio.GenericUploadResponse;
import io.minio.Http;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectTagsArgs;
import io.minio.SourceObject;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Writes objects below a prefix with everything they carry. Content up to the part size goes in
/// one call, so that its ETag is again what it was.
final class S3BucketWriter implements BucketWriter {
  private static final int BATCH = 1000;
  private static final String CONTENT_TYPE = "content-type";

  /// What S3 says of an object that was written without a type.
  private static final String NO_TYPE = "binary/octet-stream";

  private final S3Settings settings;
  private final String prefix;
  private final S3Faults faults;
  private final S3Connection connection;
  private final Retries retries;

  S3BucketWriter(
      S3Settings settings,
      String prefix,
      S3Faults faults,
      S3Connection connection,
      Retries retries) {
    this.settings = settings;
    this.prefix = prefix;
    this.faults = faults;
    this.connection = connection;
    this.retries = retries;
  }

  @Override
  public Written put(String key, Attributes attributes, long size, Supplier<InputStream> content) {
    String what = "writing '" + prefix + key + "'";
    try (InputStream in = content.get()) {
      PartBuffer buffer = new PartBuffer(in, settings.partBytes(), what);
      boolean more = buffer.fill();
      return more ? parts(key, what, attributes, buffer) : whole(key, what, attributes, buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Written whole(String key, String what, Attributes attributes, PartBuffer buffer) {
    PutObjectAPIArgs args;
    try {
      Http.Headers headers = headers(attributes);
      headers.putAll(Digests.of(buffer.bytes(), buffer.length()).headers());
      args =
          PutObjectAPIArgs.builder()
              .bucket(settings.bucket())
              .object(prefix + key)
              .data(buffer.bytes(), buffer.length())
              .headers(headers)
              .contentType(attributes.headers().getOrDefault(CONTENT_TYPE, NO_TYPE))
              .build();
    } catch (IllegalArgumentException e) {
      throw faults.fault(
          Kind.PERMANENT, what, "it carries what HTTP can't: " + e.getMessage(), "", e);
    }
    return retries.callRepeatable(() ->
        connection.call(
            what,
            Effect.WRITES,
            client -> client.putObject(args).thenApply(S3BucketWriter::written)));
  }

  private Written parts(String key, String what, Attributes attributes, PartBuffer buffer) {
    S3Upload upload =
        S3Upload.begin(
            connection, faults, retries, settings.bucket(), prefix + key, what, typed(attributes));
    try {
      boolean more = true;
      while (more || buffer.length() > 0) {
        upload.part(buffer.bytes(), buffer.length());
        if (!more) {
          break;
        }
        more = buffer.fill();
      }
      upload.complete();
      return new Written(upload.etag(), upload.version());
    } catch (RuntimeException e) { // also what the content's source throws
      upload.abort(e);
      throw e;
    }
  }

  @Override
  public Optional<Written> copy(String key, S3Prefix from, String fromKey, String version) {
    String whole = from.prefix() + fromKey;
    CopyObjectArgs args =
        CopyObjectArgs.builder()
            .bucket(settings.bucket())
            .object(prefix + key)
            .source(
                SourceObject.builder()
                    .bucket(from.bucket())
                    .object(whole)
                    .versionId(version)
                    .build())
            .build();
    try {
      return Optional.of(
          retries.callRepeatable(() ->
              connection.call(
                  "copying '%s' version %s".formatted(whole, version),
                  Effect.WRITES,
                  client -> client.copyObject(args).thenApply(S3BucketWriter::written))));
    } catch (ObjectStoreException e) {
      if (S3BucketReader.isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void delete(List<String> keys) {
    List<DeleteRequest.Object> batched = new ArrayList<>();
    for (String key : keys) {
      if (canStandInXml(prefix + key)) {
        batched.add(new DeleteRequest.Object(prefix + key));
      } else {
        single(key);
      }
    }
    for (int at = 0; at < batched.size(); at += BATCH) {
      List<DeleteRequest.Object> batch = batched.subList(at, Math.min(batched.size(), at + BATCH));
      String what = "deleting " + batch.size() + " objects";
      DeleteObjectsArgs args =
          DeleteObjectsArgs.builder().bucket(settings.bucket()).objects(batch).quiet(true).build();
      retries.callRepeatable(() -> {
        List<DeleteResult.Error> errors =
            connection.call(
                what,
                Effect.WRITES,
                client -> client.deleteObjects(args).thenApply(answer -> answer.result().errors()));
        S3Deletion.refuse(errors, what, faults);
        return true;
      });
    }
  }

  private void single(String key) {
    RemoveObjectArgs args =
        RemoveObjectArgs.builder().bucket(settings.bucket()).object(prefix + key).build();
    retries.callRepeatable(() ->
        connection.call(
            "deleting an object",
            Effect.WRITES,
            client -> client.removeObject(args).thenApply(done -> true)));
  }

  @Override
  public void tag(String key, SortedMap<String, String> tags) {
    SetObjectTagsArgs args =
        SetObjectTagsArgs.builder()
            .bucket(settings.bucket())
            .object(prefix + key)
            .tags(tags)
            .build();
    retries.callRepeatable(() ->
        connection.call(
            "tagging '" + prefix + key + "'",
            Effect.WRITES,
            client -> client.setObjectTags(args).thenApply(done -> true)));
  }

  /// XML 1.0 has no way to say most control characters; such a key goes in an address instead.
  private static boolean canStandInXml(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff);
  }

  private static Http.Headers headers(Attributes attributes) {
    Http.Headers headers = new Http.Headers();
    attributes
        .headers()
        .forEach((name, value) -> {
          if (!name.equals(CONTENT_TYPE)) { // the client sends it with the body
            headers.put(name, value);
          }
        });
    attributes.metadata().forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
    if (!attributes.tags().isEmpty()) {
      headers.put(
          "x-amz-tagging",
          attributes.tags().entrySet().stream()
              .map(tag -> encoded(tag.getKey()) + "=" + encoded(tag.getValue()))
              .collect(Collectors.joining("&")));
    }
    return headers;
  }

  private static Http.Headers typed(Attributes attributes) {
    Http.Headers headers = headers(attributes);
    headers.put("Content-Type", attributes.headers().getOrDefault(CONTENT_TYPE, NO_TYPE));
    return headers;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Written written(GenericUploadResponse answer) {
    return new Written(
        Objects.requireNonNullElse(answer.etag(), "").replace("\"", ""),
        S3BucketReader.version(answer.headers()));
  }
}
