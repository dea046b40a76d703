package dev.gnomon.s3;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.s3.PolicyAccess.Trial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Fences prefixes of buckets: a statement of the bucket's policy denies writes below the prefix,
/// then a write with the application's own credentials is tried. Only what refuses that is an
/// enforced fence; a server that applies policies to nobody with credentials (MinIO) gives an
/// advisory one.
///
/// The content stays where it is: Gnomon writes to it behind the fence. Other statements of the
/// policy are not touched, and when the fence is lifted it is the text that it was. Policies can't
/// be exchanged conditionally: two hosts that change the policy of one bucket in the same moment
/// may undo each other's change, which each finds when it reads the policy again.
public final class PrefixFence implements Fence {
  /// A policy takes a while to reach all servers.
  private static final int TRIES = 12;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final Epoch ANY = new Epoch(1);

  private final AppliedEpochs epochs;
  private final BiFunction<S3Prefix, PrefixSpec, PolicyAccess> access;
  private final Pause pause;

  /// @param epochs remembers epochs over restarts, shared by all processes that fence the same
  ///   locations
  /// @param environment variables, for credentials
  public PrefixFence(AppliedEpochs epochs, Function<String, Optional<String>> environment) {
    this(epochs, new S3PolicyAccesses(environment), Pause.sleeping());
  }

  PrefixFence(
      AppliedEpochs epochs, BiFunction<S3Prefix, PrefixSpec, PolicyAccess> access, Pause pause) {
    this.epochs = epochs;
    this.access = access;
    this.pause = pause;
  }

  @Override
  public Capability capability(Resource resource, Location location) {
    S3Prefix place = place(location);
    Optional<PrefixWriter> writer = spec(resource).writer();
    if (writer.isEmpty()) {
      return new Capability(false, "nobody said as whom the application writes to " + place);
    }
    try {
      PolicyAccess bucket = open(resource, place);
      bucket.policy();
      return bucket.ignoresUsers() && writer.get().credentials().isPresent()
          ? new Capability(
              false,
              "the server of %s applies bucket policies to nobody with credentials"
                  .formatted(place))
          : new Capability(
              true,
              "the policy of %s can be read; whether it refuses a write is tried when it is set"
                  .formatted(place));
    } catch (ObjectStoreException | Refusal e) {
      return new Capability(
          false, "the policy of %s can't be read: %s".formatted(place, e.getMessage()));
    }
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    S3Prefix place = place(location);
    return epochs.inTurn(
        key(resource, location), epoch, () -> raise(resource, place, epoch), Outcome.Outdated::new);
  }

  private Outcome raise(Resource resource, S3Prefix place, Epoch epoch) {
    PolicyAccess bucket;
    try {
      bucket = open(resource, place);
      if (!bucket.isThere()) {
        return new Outcome.Unreachable(place + " is not there");
      }
    } catch (ObjectStoreException | Refusal e) {
      return new Outcome.Unreachable(place + " can't be reached: " + e.getMessage());
    }
    Optional<PrefixWriter> writer = spec(resource).writer();
    String owner = owner(resource, place);
    Optional<String> failed;
    try {
      bucket.sweepTrials();
      Optional<Long> later = later(bucket, owner, epoch);
      if (later.isPresent()) {
        return new Outcome.Outdated(later.get());
      }
      failed = inPolicyTurn(place, () -> set(bucket, resource, place, owner, epoch));
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.PERMANENT) {
        return new Outcome.Unreachable(place + " can't be reached: " + e.getMessage());
      }
      failed = Optional.of(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      failed = Optional.of(String.valueOf(e.getMessage()));
    }
    if (failed.isPresent()) {
      return advisory("the policy of %s could not be set: %s".formatted(place, failed.get()));
    }
    if (writer.isEmpty()) {
      return advisory(
          "the policy of %s denies writes, but nobody said as whom the application writes"
              .formatted(place));
    }
    return proven(bucket, resource, place, owner, writer.get());
  }

  /// @return why the policy is not what it should be
  private Optional<String> set(
      PolicyAccess bucket, Resource resource, S3Prefix place, String owner, Epoch epoch) {
    if (place.prefix().matches(".*[*?$].*")) {
      return Optional.of("a prefix with '*', '?' or '$' can't be named in a policy");
    }
    Optional<String> before = bucket.policy();
    String wanted =
        PolicyText.with(
            before, owner, epoch.value(), sid -> statement(sid, place, spec(resource).writer()));
    if (before.filter(wanted::equals).isEmpty()) {
      bucket.setPolicy(Optional.of(wanted));
    }
    return bucket
            .policy()
            .flatMap(text -> PolicyText.of(text).epoch(owner))
            .filter(found -> found == epoch.value())
            .isPresent()
        ? Optional.empty()
        : Optional.of("the server does not have it after it was set");
  }

  private Outcome proven(
      PolicyAccess bucket, Resource resource, S3Prefix place, String owner, PrefixWriter writer) {
    String denied = "the policy of %s denies writes".formatted(place);
    Trial trial = bucket.writeAsWriter();
    for (int attempt = 1; trial instanceof Trial.Accepted && attempt < TRIES; attempt++) {
      if (bucket.ignoresUsers() && writer.credentials().isPresent()) {
        break; // it won't be another answer later
      }
      pause.of(BETWEEN_TRIES);
      trial = bucket.writeAsWriter();
    }
    return switch (trial) {
      case Trial.Accepted accepted ->
          advisory(denied + ", but a write as " + words(writer) + " was not refused");
      case Trial.Impossible impossible ->
          advisory(
              "%s, but a write as %s could not be tried: %s"
                  .formatted(denied, words(writer), impossible.reason()));
      case Trial.Refused refused -> own(bucket, resource, place, owner, denied, writer, refused);
    };
  }

  /// What shuts out Gnomon too would keep it from bringing anything back.
  private Outcome own(
      PolicyAccess bucket,
      Resource resource,
      S3Prefix place,
      String owner,
      String denied,
      PrefixWriter writer,
      Trial.Refused refused) {
    if (bucket.writeAsSelf() instanceof Trial.Accepted) {
      return new Outcome.Done(
          Fenced.ENFORCED,
          "%s; a write as %s was refused (%s), one of Gnomon was not"
              .formatted(denied, words(writer), refused.answer()));
    }
    inPolicyTurn(
        place,
        () -> {
          lift(bucket, owner);
          return Optional.empty();
        });
    return advisory(
        "the policy shut out Gnomon itself from %s and was taken back: name the writer's principal"
            .formatted(place));
  }

  @Override
  public Optional<Place> content(Resource resource, Location location) {
    S3Prefix place = place(location);
    try {
      return open(resource, place).isThere() ? Optional.of(place) : Optional.empty();
    } catch (ObjectStoreException | Refusal e) {
      return Optional.empty();
    }
  }

  @Override
  public <T> Held<T> held(
      Resource resource, Location location, Epoch epoch, Function<Place, T> work) {
    return epochs.during(
        key(resource, location),
        epoch,
        () ->
            content(resource, location)
                .<Held<T>>map(place -> new Held.Done<>(work.apply(place)))
                .orElseGet(() -> new Held.Unreachable<>(location + " can't be reached")),
        Held.Passed::new);
  }

  @Override
  public Release release(Resource resource, Location location, Epoch epoch) {
    S3Prefix place = place(location);
    return epochs.inTurn(
        key(resource, location),
        epoch,
        () -> lifted(resource, place, epoch),
        Release.Outdated::new);
  }

  private Release lifted(Resource resource, S3Prefix place, Epoch epoch) {
    PolicyAccess bucket;
    try {
      bucket = open(resource, place);
    } catch (ObjectStoreException | Refusal e) {
      return new Release.Unreachable(place + ": " + e.getMessage());
    }
    try {
      String owner = owner(resource, place);
      Optional<Long> later = later(bucket, owner, epoch);
      if (later.isPresent()) {
        return new Release.Outdated(later.get());
      }
      boolean gone = inPolicyTurn(place, () -> lift(bucket, owner));
      bucket.sweepTrials();
      return gone
          ? new Release.Lifted(Optional.empty())
          : new Release.Unreachable("the policy of " + place + " still denies writes");
    } catch (ObjectStoreException e) {
      // Whoever may not read the policy, or asks a server that has none, has set none either;
      // unless
      // rights were taken away since, which a write of the writer shows.
      boolean nothingToLift =
          e.kind() == ObjectStoreException.Kind.PERMANENT
              && !(bucket.writeAsWriter() instanceof Trial.Refused);
      return nothingToLift
          ? new Release.Lifted(Optional.empty())
          : new Release.Unreachable(place + ": " + e.getMessage());
    } catch (UncheckedIOException e) {
      return new Release.Unreachable(place + ": " + e.getMessage());
    }
  }

  /// Epoch of our statement, if it is a later one.
  private static Optional<Long> later(PolicyAccess bucket, String owner, Epoch epoch) {
    return bucket
        .policy()
        .flatMap(text -> PolicyText.of(text).epoch(owner))
        .filter(found -> found > epoch.value());
  }

  /// @return whether our statement is not there any more
  private static boolean lift(PolicyAccess bucket, String owner) {
    Optional<String> policy = bucket.policy();
    if (policy.flatMap(text -> PolicyText.of(text).epoch(owner)).isEmpty()) {
      return true;
    }
    bucket.setPolicy(policy.flatMap(text -> PolicyText.of(text).without(owner)));
    return bucket.policy().flatMap(text -> PolicyText.of(text).epoch(owner)).isEmpty();
  }

  /// Several resources may lie in one bucket: its policy is changed by one at a time.
  private <T> T inPolicyTurn(S3Prefix place, java.util.function.Supplier<T> work) {
    return epochs.inTurn(
        "policy of " + place.endpoint() + "/" + place.bucket(),
        ANY,
        work,
        later -> {
          throw new IllegalStateException("a bucket's turn has no epochs, found " + later);
        });
  }

  private static String statement(String sid, S3Prefix place, Optional<PrefixWriter> writer) {
    String principal = writer.map(PrefixWriter::principal).orElse(PrefixWriter.EVERYBODY);
    return """
    {"Sid":"%s","Effect":"Deny","Principal":{"AWS":[%s]},"Action":["s3:PutObject",\
    "s3:DeleteObject","s3:DeleteObjectVersion","s3:PutObjectTagging",\
    "s3:DeleteObjectTagging"],"Resource":[%s]}\
    """
        .formatted(
            sid,
            quoted(principal),
            quoted("arn:aws:s3:::" + place.bucket() + "/" + place.prefix() + "*"));
  }

  private static String quoted(String text) {
    return "\""
        + new String(
            com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text))
        + "\"";
  }

  private PolicyAccess open(Resource resource, S3Prefix place) {
    return access.apply(place, spec(resource));
  }

  private static PrefixSpec spec(Resource resource) {
    return resource.prefix().orElse(PrefixSpec.DEFAULT);
  }

  private static S3Prefix place(Location location) {
    if (location.place() instanceof S3Prefix prefix) {
      return prefix;
    }
    throw new IllegalArgumentException(location + " is no prefix of a bucket");
  }

  private static String key(Resource resource, Location location) {
    return "fence " + resource.name() + " " + location;
  }

  /// 16 hex digits that tell the statements of a bucket apart.
  private static String owner(Resource resource, S3Prefix place) {
    byte[] hash =
        Digests.digest("SHA-256")
            .digest((resource.name() + " " + place).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 8);
  }

  private static Outcome advisory(String evidence) {
    return new Outcome.Done(Fenced.ADVISORY, evidence);
  }

  private static String words(PrefixWriter writer) {
    return writer
        .credentials()
        .map(credentials -> "the owner of " + credentials.accessKeyEnv())
        .orElse("anonymous");
  }
}
