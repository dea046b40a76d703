package dev.gnomon.protect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.verification.buckets.S3TestServer;
import io.minio.MinioClient;
import io.minio.credentials.Credentials;
import io.minio.credentials.StaticProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A cell of its own in a bucket of the real MinIO.
///
/// @param prefix ends in a slash
record MinioCell(S3TestServer server, String bucket, String prefix) {
  static MinioCell in(S3TestServer server, String bucket) {
    return new MinioCell(server, bucket, "c/" + UUID.randomUUID().toString().substring(0, 8) + "/");
  }

  /// A place below the cell.
  S3Prefix place(String below) {
    return server.place(bucket + "/" + prefix + below);
  }

  /// Its objects for whoever may do everything.
  S3ObjectStore objects() {
    return objects(new Credentials(server.accessKey(), server.secretKey(), null, null));
  }

  /// Its objects for somebody who has these documented policies and nothing else.
  S3ObjectStore as(String... roles) throws Exception {
    return objects(server.credentials(policy(roles)));
  }

  /// The objects of another cell, for somebody who has this policy in this one.
  S3ObjectStore as(MinioCell other, String role) throws Exception {
    return other.objects(server.credentials(policy(role)));
  }

  /// Those of this cell, if no statement had a condition.
  S3ObjectStore asWithoutConditions(String... roles) throws Exception {
    ObjectNode policy = policy(roles);
    policy.get("Statement").forEach(statement -> ((ObjectNode) statement).remove("Condition"));
    return objects(server.credentials(policy));
  }

  /// A client that writes as it likes, for somebody who has these documented policies.
  MinioClient clientAs(String... roles) throws Exception {
    Credentials credentials = server.credentials(policy(roles));
    return MinioClient.builder()
        .endpoint(server.endpoint())
        .region("us-east-1")
        .credentialsProvider(
            new StaticProvider(
                credentials.accessKey(), credentials.secretKey(), credentials.sessionToken()))
        .build();
  }

  /// Prefixes, for somebody who has these documented policies and nothing else.
  S3Buckets bucketsAs(String... roles) throws Exception {
    Credentials credentials = server.credentials(policy(roles));
    Map<String, String> environment =
        Map.of(
            "AWS_ACCESS_KEY_ID", credentials.accessKey(),
            "AWS_SECRET_ACCESS_KEY", credentials.secretKey(),
            "AWS_SESSION_TOKEN", credentials.sessionToken());
    return new S3Buckets(
        place -> Optional.of(PrefixSpec.DEFAULT),
        name -> Optional.ofNullable(environment.get(name)));
  }

  private S3ObjectStore objects(Credentials credentials) {
    return S3ObjectStores.open(
        java.net.URI.create(
            "s3+" + server.endpoint() + "/" + bucket + "/" + prefix.replaceAll("/$", "")),
        credentials.accessKey(),
        credentials.secretKey(),
        "",
        Optional.ofNullable(credentials.sessionToken()));
  }

  private ObjectNode policy(String... roles) throws IOException {
    ObjectNode all = Json.MAPPER.createObjectNode().put("Version", "2012-10-17");
    ArrayNode statements = all.putArray("Statement");
    for (String role : roles) {
      String text = RolePoliciesTest.text(role).replace("BUCKET", bucket).replace("PREFIX", prefix);
      for (JsonNode statement : Json.MAPPER.readTree(text).get("Statement")) {
        ((ObjectNode) statement).remove("Sid"); // The policy of a session holds 2048 characters.
        statements.add(statement);
      }
    }
    return all;
  }

  static Point capture(ShadowStores store, ResourceName resource, Path source) {
    return capture(store, resource, Place.of(source));
  }

  static Point capture(ShadowStores store, ResourceName resource, Place source) {
    CaptureRequest request =
        new CaptureRequest(
            UUID.randomUUID().toString(),
            resource,
            source,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    List<Part> parts = store.shadows().planCapture(request);
    parts.forEach(part -> store.shadows().capturePart(request, part, Progress.NONE));
    return switch (store.shadows().commit(request, parts, Progress.NONE)) {
      case CaptureOutcome.Taken taken -> taken.point();
      case CaptureOutcome.Refused refused -> throw new AssertionError(refused.reason());
    };
  }
}
