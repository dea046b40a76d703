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
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Fences prefixes of buckets: a statement of the bucket's policy denies writes below the prefix,
/// then a write with the application's own credentials is tried, and one with Gnomon's. Only what
/// refuses the first and not the second is an enforced fence; a server that applies policies to
/// nobody with credentials (MinIO) gives an advisory one. Where nobody said as whom the application
/// writes no statement is set: it could be for everybody only, and Gnomon is one of them.
///
/// The content stays where it is: Gnomon writes to it behind the fence. Other statements of the
/// policy are not touched, and when the fence is lifted it is the text that it was. Policies can't
/// be exchanged conditionally: two hosts that change the policy of one bucket in the same moment
/// may undo each other's change, which each finds when it reads the policy again.
public final class PrefixFence implements Fence {
  private static final Epoch ANY = new Epoch(1);
  private static final System.Logger LOG = System.getLogger(PrefixFence.class.getName());

  private final AppliedEpochs epochs;
  private final BiFunction<S3Prefix, PrefixSpec, PolicyAccess> access;
  private final Function<S3Prefix, Optional<PrefixSpec>> elsewhere;
  private final Pause pause;

  /// @param epochs remembers epochs over restarts, shared by all processes that fence the same
  ///   locations
  /// @param elsewhere how a place is reached that is not the location of its resource, such as a
  ///   generation of its replica
  /// @param environment variables, for credentials
  public PrefixFence(
      AppliedEpochs epochs,
      Function<S3Prefix, Optional<PrefixSpec>> elsewhere,
      Function<String, Optional<String>> environment) {
    this(epochs, new S3PolicyAccesses(environment), elsewhere, Pause.sleeping());
  }

  PrefixFence(
      AppliedEpochs epochs,
      BiFunction<S3Prefix, PrefixSpec, PolicyAccess> access,
      Function<S3Prefix, Optional<PrefixSpec>> elsewhere,
      Pause pause) {
    this.epochs = epochs;
    this.access = access;
    this.elsewhere = elsewhere;
    this.pause = pause;
  }

  @Override
  public Capability capability(Resource resource, Location location) {
    S3Prefix place = place(location);
    Optional<PrefixWriter> writer = spec(resource, place).writer();
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
    Optional<PrefixWriter> writer = spec(resource, place).writer();
    String owner = owner(resource, place);
    Optional<String> failed;
    try {
      sweep(bucket, place);
      Optional<Long> later = later(bucket, owner, epoch);
      if (later.isPresent()) {
        return new Outcome.Outdated(later.get());
      }
      failed =
          inPolicyTurn(
              place,
              () ->
                  writer.isPresent()
                      ? set(bucket, place, owner, epoch, writer.get())
                      : lift(bucket, owner)
                          ? Optional.empty()
                          : Optional.of("an earlier statement can't be taken back"));
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
          "nobody said as whom the application writes to %s, so its policy denies nothing"
              .formatted(place));
    }
    try {
      return proven(bucket, place, owner, writer.get());
    } catch (ObjectStoreException | UncheckedIOException e) {
      return new Outcome.Unreachable(
          "%s; what it refuses is not known: %s".formatted(denied(place), e.getMessage()));
    }
  }

  /// Sets our statement, and waits until the server shows it: what it shows late it would also
  /// apply late, when nobody looks any more whom it shuts out.
  ///
  /// @return why the policy is not what it should be
  private Optional<String> set(
      PolicyAccess bucket, S3Prefix place, String owner, Epoch epoch, PrefixWriter writer) {
    if (place.prefix().matches(".*[*?$].*")) {
      return Optional.of("a prefix with '*', '?' or '$' can't be named in a policy");
    }
    Optional<String> before = bucket.policy();
    String wanted =
        PolicyText.with(before, owner, epoch.value(), sid -> statement(sid, place, writer));
    if (before.filter(wanted::equals).isEmpty()) {
      bucket.setPolicy(Optional.of(wanted));
    }
    for (int attempt = 1; attempt <= TrialWrites.TRIES; attempt++) {
      Optional<String> now = bucket.policy();
      if (now.flatMap(text -> PolicyText.of(text).epoch(owner))
          .filter(found -> found == epoch.value())
          .isPresent()) {
        return Optional.empty();
      }
      pause.of(TrialWrites.BETWEEN);
    }
    return Optional.of("the server does not have it after it was set");
  }

  /// What the fence is, by the answers to two trial writes. What shuts out Gnomon would keep it
  /// from bringing anything back, whatever it does to the application.
  private Outcome proven(PolicyAccess bucket, S3Prefix place, String owner, PrefixWriter writer) {
    TrialWrites trials = new TrialWrites(bucket, writer, pause);
    Trial writers = trials.asWriter();
    return switch (trials.asSelf(writers)) {
      case Trial.Refused refused -> takenBack(bucket, place, owner, refused);
      case Trial.Impossible impossible ->
          new Outcome.Unreachable(
              "%s, but a write of Gnomon could not be tried: %s"
                  .formatted(denied(place), impossible.reason()));
      case Trial.Accepted accepted -> {
        String shown = "%s%s".formatted(denied(place), trials.words(writers));
        yield writers instanceof Trial.Refused
            ? new Outcome.Done(Fenced.ENFORCED, shown)
            : advisory(shown);
      }
    };
  }

  private Outcome takenBack(
      PolicyAccess bucket, S3Prefix place, String owner, Trial.Refused refused) {
    boolean gone = inPolicyTurn(place, () -> lift(bucket, owner));
    return gone
        ? advisory(
            "the policy shut out Gnomon itself from %s and was taken back: name the writer's principal"
                .formatted(place))
        : new Outcome.Unreachable(
            "the policy of %s shuts out Gnomon itself (%s) and can't be taken back"
                .formatted(place, refused.answer()));
  }

  private static String denied(S3Prefix place) {
    return "the policy of " + place + " denies writes";
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
      if (!inPolicyTurn(place, () -> lift(bucket, owner))) {
        return new Release.Unreachable("the policy of " + place + " still denies writes");
      }
    } catch (ObjectStoreException e) {
      return e.kind() == ObjectStoreException.Kind.PERMANENT
          ? unread(bucket, resource, place, e)
          : new Release.Unreachable(place + ": " + e.getMessage());
    } catch (UncheckedIOException e) {
      return new Release.Unreachable(place + ": " + e.getMessage());
    }
    sweep(bucket, place);
    return new Release.Lifted(Optional.empty());
  }

  /// Whoever may not read the policy, or asks a server that has none, has set none either; unless
  /// rights were taken away since. Only a write that is not refused shows that nothing is left to
  /// be lifted: the writer's, or Gnomon's where no writer is known, for whom no statement is set.
  private Release unread(
      PolicyAccess bucket, Resource resource, S3Prefix place, ObjectStoreException fault) {
    Optional<PrefixWriter> writer = spec(resource, place).writer();
    String why;
    try {
      switch (writer.isPresent() ? bucket.writeAsWriter() : bucket.writeAsSelf()) {
        case Trial.Accepted accepted -> {
          return new Release.Lifted(Optional.empty());
        }
        case Trial.Refused refused -> why = "is refused: " + refused.answer();
        case Trial.Impossible impossible -> why = "can't be tried: " + impossible.reason();
      }
    } catch (ObjectStoreException e) {
      why = "can't be tried: " + e.getMessage();
    }
    return new Release.Unreachable(
        "%s: %s; a write as %s %s"
            .formatted(
                place, fault.getMessage(), writer.map(TrialWrites::words).orElse("Gnomon"), why));
  }

  /// What trials left does no harm: the next fence or release tries again.
  private static void sweep(PolicyAccess bucket, S3Prefix place) {
    try {
      bucket.sweepTrials();
    } catch (ObjectStoreException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "trial writes below {0} could not be taken away: {1}",
          place,
          e.getMessage());
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

  private static String statement(String sid, S3Prefix place, PrefixWriter writer) {
    return """
    {"Sid":"%s","Effect":"Deny","Principal":{"AWS":[%s]},"Action":["s3:PutObject",\
    "s3:DeleteObject","s3:DeleteObjectVersion","s3:PutObjectTagging",\
    "s3:DeleteObjectTagging"],"Resource":[%s]}\
    """
        .formatted(
            sid,
            quoted(writer.principal()),
            quoted("arn:aws:s3:::" + place.bucket() + "/" + place.prefix() + "*"));
  }

  private static String quoted(String text) {
    return "\""
        + new String(
            com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text))
        + "\"";
  }

  private PolicyAccess open(Resource resource, S3Prefix place) {
    return access.apply(place, spec(resource, place));
  }

  /// Wherever the content lies, the same application writes it.
  private PrefixSpec spec(Resource resource, S3Prefix place) {
    PrefixSpec own = resource.prefix().orElse(PrefixSpec.DEFAULT);
    return place.equals(resource.location())
        ? own
        : elsewhere.apply(place).map(spec -> spec.writtenBy(own.writer())).orElse(own);
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
}
