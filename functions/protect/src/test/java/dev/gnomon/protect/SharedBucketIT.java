package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.verification.buckets.S3TestServer;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.errors.ErrorResponseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two cells in one bucket of a real MinIO: who has a role in one learns nothing of the other one.
class SharedBucketIT {
  private static final String BUCKET = "shared-" + UUID.randomUUID().toString().substring(0, 8);
  private static final byte[] CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
  private static Optional<S3TestServer> server = Optional.empty();

  /// All that let somebody look at anything.
  static Stream<String> roles() throws Exception {
    return RolePoliciesTest.roles().stream().filter(role -> !role.equals("create-only"));
  }

  @BeforeAll
  static void findServer() throws Exception {
    server = Optional.of(S3TestServer.required("SharedBucketIT"));
    server.get().bucket(BUCKET);
  }

  @ParameterizedTest
  @MethodSource("roles")
  void whoHasARoleInACellSeesNothingOfTheOneBeside(String role) throws Exception {
    MinioCell own = MinioCell.in(server.orElseThrow(), BUCKET);
    MinioCell other = MinioCell.in(server.orElseThrow(), BUCKET);
    try (S3ObjectStore all = own.objects();
        S3ObjectStore beside = other.objects();
        S3ObjectStore limited = own.as(role);
        MinioClient client = own.clientAs(role)) {
      ObjectName name = readable(role);
      all.create(name, CONTENT);
      beside.create(name, CONTENT);

      var listed = limited.list("", Optional.empty(), 10).objects();

      assertThat(listed).hasSize(1);
      assertThat(Duration.between(all.time(), limited.time())).isLessThan(Duration.ofMinutes(10));
      assertThat(limited.read(name, ByteRange.ALL)).isPresent();
      assertThat(limited.stat(new ObjectName(name.value() + "-free"))).isEmpty();
      assertThat(limited.read(new ObjectName(name.value() + "-free"), ByteRange.ALL)).isEmpty();
      assertThat(keys(client, own.prefix())).hasSize(1);
      for (String prefix : List.of("", "c/", other.prefix())) {
        refused(() -> keys(client, prefix));
      }
    }
    try (S3ObjectStore outside = own.as(other, role)) {
      refused(outside::time);
      refused(() -> outside.read(readable(role), ByteRange.ALL));
      refused(() -> outside.create(new ObjectName("store/points/more"), CONTENT));
      refused(() -> outside.delete(List.of(readable(role))));
      // What may not be known is no name that is free.
      refused(() -> outside.stat(new ObjectName(readable(role).value() + "-free")));
    }
  }

  private static ObjectName readable(String role) {
    return new ObjectName(
        switch (role) {
          case "serving" -> "serving/site/000001/file";
          case "keys" -> "store/keys/one";
          case "collector", "repairer", "reader", "writer" -> "store/points/site/1";
          default -> "cell/identity";
        });
  }

  private static List<String> keys(MinioClient client, String prefix) throws Exception {
    List<String> keys = new java.util.ArrayList<>();
    for (var item :
        client.listObjects(
            ListObjectsArgs.builder().bucket(BUCKET).prefix(prefix).recursive(true).build())) {
      keys.add(item.get().objectName());
    }
    return keys;
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfiesAnyOf(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        ObjectStoreException.class,
                        fault -> assertThat(fault.kind()).isEqualTo(Kind.PERMANENT))
                    .hasMessageMatching("(?s).*(403|AccessDenied).*"),
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        answer ->
                            assertThat(answer.errorResponse().code()).isEqualTo("AccessDenied")));
  }
}
