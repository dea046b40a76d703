package dev.gnomon.s3;

import dev.gnomon.core.cells.CellPlace;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.GetBucketLifecycleArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.HeadBucketArgs;
import io.minio.MakeBucketArgs;
import io.minio.SetBucketLifecycleArgs;
import io.minio.SetBucketVersioningArgs;
import io.minio.messages.Filter;
import io.minio.messages.LifecycleConfiguration;
import io.minio.messages.LifecycleConfiguration.AbortIncompleteMultipartUpload;
import io.minio.messages.LifecycleConfiguration.NoncurrentVersionExpiration;
import io.minio.messages.LifecycleConfiguration.Rule;
import io.minio.messages.Status;
import io.minio.messages.VersioningConfiguration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The bucket of a cell and what its server offers beside objects. Not for several threads.
public final class S3CellPlace implements CellPlace {
  /// Rules of this program are known by their names.
  private static final String OURS = "gnomon-";

  private static final Set<Integer> NOT_OFFERED = Set.of(400, 405, 501);
  private static final Set<String> NO_RULES = Set.of("NoSuchLifecycleConfiguration");
  private static final String REGION_OF_NONE = "us-east-1";

  private final S3Settings settings;
  private final S3Connection connection;

  private S3CellPlace(S3Settings settings) {
    this.settings = settings;
    this.connection = new S3Connection(settings, new S3Faults(settings));
  }

  public static S3CellPlace open(S3Settings settings) {
    HeadBucketArgs.builder().bucket(settings.bucket()).build(); // Refuses names that no S3 takes.
    return new S3CellPlace(settings);
  }

  @Override
  public boolean isThere() {
    HeadBucketArgs args = HeadBucketArgs.builder().bucket(settings.bucket()).build();
    try {
      return repeated(
          "looking for the bucket",
          Effect.READS,
          client -> client.headBucket(args).thenApply(answer -> true));
    } catch (ObjectStoreException e) {
      return switch (status(e)) {
        case 404 -> false;
        case 403 -> throw foreign(e);
        default -> throw e;
      };
    }
  }

  @Override
  public boolean make() {
    MakeBucketArgs.Builder args = MakeBucketArgs.builder().bucket(settings.bucket());
    if (!settings.region().equals(REGION_OF_NONE)) {
      args.locationConstraint(settings.region());
    }
    MakeBucketArgs built = args.build();
    try {
      return repeated(
          "making the bucket",
          Effect.WRITES,
          client -> client.makeBucket(built).thenApply(answer -> true));
    } catch (ObjectStoreException e) {
      return switch (code(e)) {
        case "BucketAlreadyOwnedByYou" -> false; // somebody was faster, or an answer was lost
        case "BucketAlreadyExists" -> {
          if (isThere()) { // Some servers say so of one's own, too.
            yield false;
          }
          throw foreign(e);
        }
        default -> throw e;
      };
    }
  }

  private Refusal foreign(ObjectStoreException e) {
    return new Refusal(
        "bucket %s at %s is somebody else's, or these keys may not look at it (%s): choose another name, or keys that may"
            .formatted(settings.bucket(), settings.endpoint(), reason(e)));
  }

  @Override
  public boolean isWhole() {
    return settings.prefix().isEmpty();
  }

  @Override
  public Optional<Versions> versions() {
    GetBucketVersioningArgs args =
        GetBucketVersioningArgs.builder().bucket(settings.bucket()).build();
    return offered(() ->
            repeated(
                "asking whether versions are kept",
                Effect.READS,
                client -> client.getBucketVersioning(args)))
        .map(found ->
            switch (found.status()) {
              case ENABLED -> Versions.ON;
              case SUSPENDED -> Versions.SUSPENDED;
              case OFF -> Versions.OFF;
            });
  }

  @Override
  public void keepVersions() {
    SetBucketVersioningArgs args =
        SetBucketVersioningArgs.builder()
            .bucket(settings.bucket())
            .config(
                new VersioningConfiguration(
                    VersioningConfiguration.Status.ENABLED, null, null, null))
            .build();
    repeated(
        "having versions kept",
        Effect.WRITES,
        client -> client.setBucketVersioning(args).thenApply(done -> true));
  }

  @Override
  public Optional<Lifecycle> lifecycle() {
    return rules()
        .map(rules -> {
          Optional<LifecycleRule> ours =
              rules.stream()
                  .filter(rule -> rule.id() != null && rule.id().equals(id()))
                  .filter(rule -> rule.status() == Status.ENABLED)
                  .findFirst()
                  .map(S3CellPlace::read);
          return new Lifecycle(
              ours,
              rules.size() - (ours.isPresent() ? 1 : 0),
              rules.stream().allMatch(S3CellPlace::isOfCells),
              rules.stream()
                  .filter(S3CellPlace::isOfCells)
                  .anyMatch(rule -> rule.noncurrentVersionExpiration() != null));
        });
  }

  private static boolean isOfCells(Rule rule) {
    return rule.id() != null && rule.id().startsWith(OURS);
  }

  private static LifecycleRule read(Rule rule) {
    return new LifecycleRule(
        Optional.ofNullable(rule.abortIncompleteMultipartUpload())
            .map(AbortIncompleteMultipartUpload::daysAfterInitiation),
        Optional.ofNullable(rule.noncurrentVersionExpiration())
            .map(NoncurrentVersionExpiration::noncurrentDays));
  }

  private Optional<List<Rule>> rules() {
    GetBucketLifecycleArgs args =
        GetBucketLifecycleArgs.builder().bucket(settings.bucket()).build();
    try {
      return offered(() ->
          repeated(
              "reading the lifecycle",
              Effect.READS,
              client ->
                  client
                      .getBucketLifecycle(args)
                      .thenApply(found ->
                          Optional.ofNullable(found)
                              .map(LifecycleConfiguration::rules)
                              .orElse(List.of()))));
    } catch (ObjectStoreException e) {
      if (NO_RULES.contains(code(e))) {
        return Optional.of(List.of());
      }
      throw e;
    }
  }

  /// Those of other cells in the same bucket stay.
  @Override
  public void setLifecycle(LifecycleRule wanted) {
    List<Rule> rules = new ArrayList<>(rules().orElse(List.of()));
    rules.removeIf(rule -> id().equals(rule.id()));
    rules.add(
        new Rule(
            Status.ENABLED,
            wanted.abandonedDays().map(AbortIncompleteMultipartUpload::new).orElse(null),
            null,
            new Filter(settings.prefix()),
            id(),
            wanted
                .oldVersionDays()
                .map(days -> new NoncurrentVersionExpiration(days, null))
                .orElse(null),
            null,
            null));
    SetBucketLifecycleArgs args =
        SetBucketLifecycleArgs.builder()
            .bucket(settings.bucket())
            .config(new LifecycleConfiguration(rules))
            .build();
    repeated(
        "setting the lifecycle",
        Effect.WRITES,
        client -> client.setBucketLifecycle(args).thenApply(done -> true));
  }

  /// A rule a prefix.
  private String id() {
    return OURS + UUID.nameUUIDFromBytes(settings.prefix().getBytes(StandardCharsets.UTF_8));
  }

  private interface Question<T> {
    T ask();
  }

  /// Empty if the server says that it does not know the question.
  private static <T> Optional<T> offered(Question<T> question) {
    try {
      return Optional.of(question.ask());
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT
          && (NOT_OFFERED.contains(status(e)) || code(e).equals("NotImplemented"))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static int status(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer ? answer.status() : 0;
  }

  private static String code(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer ? answer.code() : "";
  }

  private static String reason(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer ? String.valueOf(answer.getMessage()) : "";
  }

  private <T> T repeated(String what, Effect effect, S3Connection.Call<T> call) {
    return Retries.standard().callRepeatable(() -> connection.call(what, effect, call));
  }

  @Override
  public void close() {
    connection.close();
  }
}
