package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.TrialKey;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.DeleteBucketPolicyArgs;
import io.minio.GetBucketPolicyArgs;
import io.minio.HeadBucketArgs;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetBucketPolicyArgs;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Policies and trial writes by the S3 API; the connections stay open as long as this process.
final class S3PolicyAccesses implements BiFunction<S3Prefix, PrefixSpec, PolicyAccess> {
  private static final byte[] TRIAL =
      "a trial write of Gnomon's fence".getBytes(StandardCharsets.UTF_8);

  private final Function<String, Optional<String>> environment;
  private final Map<Key, PolicyAccess> open = new ConcurrentHashMap<>();

  S3PolicyAccesses(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  private record Key(S3Prefix place, PrefixSpec spec) {}

  @Override
  public PolicyAccess apply(S3Prefix place, PrefixSpec spec) {
    return open.computeIfAbsent(new Key(place, spec), this::connected);
  }

  private PolicyAccess connected(Key key) {
    S3Prefix place = key.place();
    PrefixSpec spec = key.spec();
    S3Settings own =
        S3Buckets.settings(place, spec, spec.credentials().orElse(S3Buckets.STANDARD), environment);
    S3Faults faults = new S3Faults(own);
    S3Connection ownConnection = new S3Connection(own, faults);
    Optional<S3Connection> writer =
        spec.writer()
            .map(as ->
                as.credentials()
                    .map(credentials ->
                        new S3Connection(
                            S3Buckets.settings(place, spec, credentials, environment), faults))
                    .orElseGet(() -> S3Connection.anonymous(own, faults)));
    return new Access(place, faults, ownConnection, writer);
  }

  private record Access(
      S3Prefix place, S3Faults faults, S3Connection own, Optional<S3Connection> writer)
      implements PolicyAccess {

    @Override
    public boolean isThere() {
      try {
        head();
        return true;
      } catch (ObjectStoreException e) {
        if (e.getCause() instanceof S3Answer answer && answer.status() == 404) {
          return false;
        }
        throw e;
      }
    }

    private String head() {
      HeadBucketArgs args = HeadBucketArgs.builder().bucket(place.bucket()).build();
      return repeated(
          "looking for the bucket",
          Effect.READS,
          client ->
              client
                  .headBucket(args)
                  .thenApply(answer -> String.valueOf(answer.headers().get("Server"))));
    }

    @Override
    public Optional<String> policy() {
      GetBucketPolicyArgs args = GetBucketPolicyArgs.builder().bucket(place.bucket()).build();
      try {
        String text =
            repeated("reading the policy", Effect.READS, client -> client.getBucketPolicy(args));
        return Optional.of(text).filter(policy -> !policy.isBlank());
      } catch (ObjectStoreException e) {
        if (e.getCause() instanceof S3Answer answer && answer.code().equals("NoSuchBucketPolicy")) {
          return Optional.empty();
        }
        throw e;
      }
    }

    @Override
    public void setPolicy(Optional<String> policy) {
      if (policy.isPresent()) {
        SetBucketPolicyArgs args =
            SetBucketPolicyArgs.builder().bucket(place.bucket()).config(policy.get()).build();
        repeated(
            "setting the policy",
            Effect.WRITES,
            client -> client.setBucketPolicy(args).thenApply(done -> true));
      } else {
        DeleteBucketPolicyArgs args =
            DeleteBucketPolicyArgs.builder().bucket(place.bucket()).build();
        repeated(
            "taking the policy away",
            Effect.WRITES,
            client -> client.deleteBucketPolicy(args).thenApply(done -> true));
      }
    }

    @Override
    public Trial writeAsWriter() {
      return writer
          .map(this::write)
          .orElseGet(() -> new Trial.Impossible("nobody said as whom the application writes"));
    }

    @Override
    public Trial writeAsSelf() {
      return write(own);
    }

    private Trial write(S3Connection connection) {
      String key = place.prefix() + TrialKey.PREFIX + UUID.randomUUID();
      PutObjectAPIArgs args =
          PutObjectAPIArgs.builder()
              .bucket(place.bucket())
              .object(key)
              .data(TRIAL, TRIAL.length)
              .headers(Digests.of(TRIAL, TRIAL.length).headers())
              .contentType("text/plain")
              .build();
      String version;
      try {
        version =
            repeated(
                connection,
                "trying to write",
                Effect.WRITES,
                client ->
                    client
                        .putObject(args)
                        .thenApply(answer -> S3BucketReader.version(answer.headers())));
      } catch (ObjectStoreException e) {
        if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
          throw e;
        }
        return e.getCause() instanceof S3Answer answer
                && answer.status() == 403
                && answer.code().equals("AccessDenied")
            ? new Trial.Refused(String.valueOf(answer.getMessage()))
            : new Trial.Impossible(String.valueOf(e.getMessage()));
      }
      try {
        remove(key, version);
      } catch (ObjectStoreException e) {
        // It was written, which is the answer; the next fence or release sweeps it.
      }
      return new Trial.Accepted();
    }

    /// A version is taken away for good, so that a trial leaves no marker.
    private void remove(String key, String version) {
      RemoveObjectArgs.Builder args = RemoveObjectArgs.builder().bucket(place.bucket()).object(key);
      if (!version.isEmpty()) {
        args.versionId(version);
      }
      RemoveObjectArgs built = args.build();
      repeated(
          "taking a trial write away",
          Effect.WRITES,
          client -> client.removeObject(built).thenApply(done -> true));
    }

    @Override
    public void sweepTrials() {
      S3PrefixListing trials =
          new S3PrefixListing(
              place.bucket(), place.prefix() + TrialKey.PREFIX, faults, own, Retries.standard());
      for (Listed left : trials.page("", Optional.empty(), false).keys()) {
        remove(place.prefix() + TrialKey.PREFIX + left.key(), "");
      }
    }

    @Override
    public boolean ignoresUsers() {
      return head().toLowerCase(Locale.ROOT).contains("minio");
    }

    private <T> T repeated(String what, Effect effect, S3Connection.Call<T> call) {
      return repeated(own, what, effect, call);
    }

    private static <T> T repeated(
        S3Connection connection, String what, Effect effect, S3Connection.Call<T> call) {
      return Retries.standard().callRepeatable(() -> connection.call(what, effect, call));
    }
  }
}
