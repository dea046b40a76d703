package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What objects of a prefix carry comes back on a real MinIO: headers, metadata and tags, of
/// objects that were written again, tagged again, and deleted.
class PrefixTagsIT {
  private static final ResourceName DATA = new ResourceName("data");

  @ParameterizedTest
  @EnumSource(
      value = Versions.class,
      names = {"COPY", "USE"})
  void tagsComeBack(Versions versions) throws Exception {
    S3TestServer server = S3TestServer.required("PrefixTagsIT");
    String name = "tags-" + UUID.randomUUID();
    server.bucket(name);
    if (versions == Versions.USE) {
      server.keepVersions(name);
    }
    PrefixSpec spec =
        new PrefixSpec(
            Optional.empty(),
            Optional.of(new Credentials("ACCESS", "SECRET")),
            versions,
            true,
            Optional.empty());
    S3Prefix place = server.place(name + "/data");
    try (S3Buckets buckets = new S3Buckets(any -> Optional.of(spec), server.environment())) {
      Bucket bucket = buckets.open(place);
      ShadowStores store =
          ShadowStores.open(new InMemoryObjectStore(), StoreSettings.DEFAULT, buckets);
      for (String key : new String[] {"again", "gone", "tagged", "same"}) {
        put(bucket, key, "good " + key, "live");
      }
      Point point = MinioCell.capture(store, DATA, place);
      put(bucket, "again", "bad", "broken");
      bucket.writer().delete(java.util.List.of("gone"));
      bucket.writer().tag("tagged", new TreeMap<>(Map.of("stage", "broken")));

      restore(store, new RestoreRequest(point.id(), place, CaptureRequest.DEFAULT_PART_BYTES));

      for (String key : new String[] {"again", "gone", "tagged", "same"}) {
        assertThat(bucket.reader().look(key, Optional.empty()).orElseThrow().attributes())
            .as(key)
            .isEqualTo(attributes("live"));
        try (var body = bucket.reader().read(key, Optional.empty()).orElseThrow()) {
          assertThat(body.content().readAllBytes()).asString().isEqualTo("good " + key);
        }
      }
    }
  }

  private static void restore(ShadowStores store, RestoreRequest request) {
    for (Part part : store.restorer().plan(request, Progress.NONE).parts()) {
      store.restorer().restorePart(request, part, Progress.NONE);
    }
    store.restorer().finish(request);
  }

  private static void put(Bucket bucket, String key, String content, String stage) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    bucket
        .writer()
        .put(key, attributes(stage), bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  private static Attributes attributes(String stage) {
    return new Attributes(
        new TreeMap<>(Map.of("content-type", "text/plain")),
        new TreeMap<>(Map.of("by", "somebody")),
        new TreeMap<>(Map.of("stage", stage, "team", "shop + web=1")));
  }
}
