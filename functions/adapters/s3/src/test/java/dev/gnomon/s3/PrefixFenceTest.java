package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.actuators.Fence.Held;
import dev.gnomon.core.actuators.Fence.Outcome;
import dev.gnomon.core.actuators.Fence.Release;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.s3.PolicyAccess.Trial;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The fence of a prefix against a server whose answers a test decides.
class PrefixFenceTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+https://s3.example.org/bucket/data");
  private static final Location LOCATION = new Location(new CellName("east"), PLACE.toString());
  private static final String POLICY =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"own\",\"Effect\":\"Allow\"}]}";
  private static final PrefixWriter WRITER =
      new PrefixWriter(Optional.of(new Credentials("APP_KEY", "APP_SECRET")), "*");

  private final Server server = new Server();
  private final Epochs epochs = new Epochs();
  private final AtomicInteger pauses = new AtomicInteger();
  private final Resource resource = Resources.prefix(PLACE, Optional.of(WRITER));

  private PrefixFence fence() {
    return new PrefixFence(
        epochs,
        (place, spec) -> server,
        place -> Optional.empty(),
        pause -> pauses.incrementAndGet());
  }

  private static Epoch epoch(long value) {
    return new Epoch(value);
  }

  private Outcome.Done fenced(long epoch) {
    return (Outcome.Done) fence().fence(resource, LOCATION, epoch(epoch));
  }

  /// A bucket that applies its policy, as AWS does.
  private static final class Server implements PolicyAccess {
    private Optional<String> policy = Optional.of(POLICY);
    private boolean applies = true;
    private boolean shutsOutGnomon;
    private boolean away;
    private boolean ignoresUsers;
    private int spreadsAfter;
    private int killAfter = Integer.MAX_VALUE;
    private int calls;
    private int trialsLeft;
    private Optional<Trial> writer = Optional.empty();
    private Optional<Trial> self = Optional.empty();
    private boolean dropsPolicies;
    private boolean keepsPolicies;
    private int selfAcceptedFor;
    private Optional<ObjectStoreException> onTrial = Optional.empty();
    private Optional<ObjectStoreException> onOwnTrial = Optional.empty();
    private Optional<ObjectStoreException> onSweep = Optional.empty();
    private Optional<ObjectStoreException> onSet = Optional.empty();
    private Optional<ObjectStoreException> onRead = Optional.empty();

    private void called() {
      if (++calls > killAfter) {
        throw new IllegalStateException("killed");
      }
    }

    private boolean denies() {
      return policy.filter(text -> text.contains("GnomonFence")).isPresent() && applies;
    }

    @Override
    public boolean isThere() {
      called();
      if (away) {
        throw new ObjectStoreException(Kind.TRANSIENT, "no connection");
      }
      return true;
    }

    @Override
    public Optional<String> policy() {
      called();
      onRead.ifPresent(fault -> {
        throw fault;
      });
      return policy;
    }

    @Override
    public void setPolicy(Optional<String> changed) {
      called();
      onSet.ifPresent(fault -> {
        throw fault;
      });
      boolean isDropped =
          dropsPolicies || (keepsPolicies && !changed.orElse("").contains("GnomonFence"));
      policy = isDropped ? policy : changed;
      called();
    }

    @Override
    public Trial writeAsWriter() {
      called();
      onTrial.ifPresent(fault -> {
        throw fault;
      });
      if (writer.isPresent()) {
        return writer.get();
      }
      boolean refuses = denies() && spreadsAfter-- <= 0;
      return refuses ? new Trial.Refused("403 AccessDenied") : new Trial.Accepted();
    }

    @Override
    public Trial writeAsSelf() {
      called();
      onOwnTrial.ifPresent(fault -> {
        throw fault;
      });
      if (self.isPresent()) {
        return self.get();
      }
      return denies() && shutsOutGnomon && selfAcceptedFor-- <= 0
          ? new Trial.Refused("403 AccessDenied")
          : new Trial.Accepted();
    }

    @Override
    public void sweepTrials() {
      called();
      onSweep.ifPresent(fault -> {
        throw fault;
      });
      trialsLeft = 0;
    }

    @Override
    public boolean ignoresUsers() {
      return ignoresUsers;
    }
  }

  /// Epochs in memory.
  private static final class Epochs implements AppliedEpochs {
    private final Map<String, Long> begun = new HashMap<>();

    @Override
    public <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
      long last = begun.getOrDefault(key, 0L);
      if (last > epoch.value()) {
        return outdated.apply(last);
      }
      begun.put(key, epoch.value());
      return work.get();
    }

    @Override
    public <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
      long last = begun.getOrDefault(key, 0L);
      return last > epoch.value() ? outdated.apply(last) : work.get();
    }
  }

  @Test
  void fenceIsEnforcedOnlyAfterAWriteOfTheWriterWasRefused() {
    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ENFORCED);
    assertThat(done.evidence()).contains("the owner of APP_KEY was refused (403 AccessDenied)");
    assertThat(server.policy.orElseThrow())
        .contains("\"own\"")
        .contains("arn:aws:s3:::bucket/data/*")
        .contains("\"Effect\":\"Deny\"");
  }

  @Test
  void policyThatTakesAWhileIsWaitedFor() {
    server.spreadsAfter = 3;

    assertThat(fenced(7).fenced()).isEqualTo(Fenced.ENFORCED);
    assertThat(pauses).hasValue(3);
  }

  @Test
  void serverThatDoesNotApplyItGivesAnAdvisoryFence() {
    server.applies = false;

    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("a write as the owner of APP_KEY was not refused");
  }

  @Test
  void refusalForAnotherReasonThanRightsProvesNothing() {
    server.writer = Optional.of(new Trial.Impossible("403 InvalidAccessKeyId"));

    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("could not be tried: 403 InvalidAccessKeyId");
  }

  @Test
  void unknownWriterGivesAnAdvisoryFence() {
    Resource unknown = Resources.prefix(PLACE, Optional.empty());

    assertThat(fence().fence(unknown, LOCATION, epoch(7)))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat(done.evidence()).contains("nobody said as whom"));
    assertThat(fence().capability(unknown, LOCATION).enforceable()).isFalse();
    assertThat(server.policy).as("nobody but Gnomon would be sure to be denied").contains(POLICY);
  }

  @Test
  void statementOfAWriterWhoIsNotKnownAnyMoreIsTakenBack() {
    fenced(7);
    Resource unknown = Resources.prefix(PLACE, Optional.empty());

    fence().fence(unknown, LOCATION, epoch(8));

    assertThat(server.policy).contains(POLICY);
  }

  @Test
  void policyThatShutsOutGnomonIsTakenBackWhateverBecameOfTheWriter() {
    for (Trial trial :
        List.of(new Trial.Impossible("403 InvalidAccessKeyId"), new Trial.Accepted())) {
      server.policy = Optional.of(POLICY);
      server.shutsOutGnomon = true;
      server.selfAcceptedFor = trial instanceof Trial.Impossible ? 3 : 0; // servers hear of it late
      server.writer = Optional.of(trial);

      assertThat(fenced(7).evidence()).contains("was taken back");

      assertThat(server.policy).as(trial.toString()).contains(POLICY);
    }
  }

  @Test
  void policyThatCannotBeTakenBackIsNoFenceToWorkBehind() {
    server.shutsOutGnomon = true;
    server.keepsPolicies = true;

    assertThat(fence().fence(resource, LOCATION, epoch(7)))
        .isInstanceOfSatisfying(
            Outcome.Unreachable.class,
            away -> assertThat(away.reason()).contains("shuts out Gnomon", "can't be taken back"));
  }

  @Test
  void faultOfATrialThatMayPassIsNoAnswer() {
    ObjectStoreException busy = new ObjectStoreException(Kind.TRANSIENT, "503 SlowDown");
    server.onTrial = Optional.of(busy);
    assertThat(fence().fence(resource, LOCATION, epoch(7))).isInstanceOf(Outcome.Unreachable.class);
    server.onTrial = Optional.empty();
    server.onOwnTrial = Optional.of(busy);
    assertThat(fence().fence(resource, LOCATION, epoch(7)))
        .isInstanceOfSatisfying(
            Outcome.Unreachable.class, away -> assertThat(away.reason()).contains("503 SlowDown"));
    assertThat(server.denies()).as("a fence that stood goes on standing").isTrue();
    server.onOwnTrial = Optional.empty();

    assertThat(fenced(7).fenced()).isEqualTo(Fenced.ENFORCED);
  }

  @Test
  void ownWriteThatCannotBeTriedLiftsNothing() {
    server.self = Optional.of(new Trial.Impossible("404 NoSuchBucket"));

    assertThat(fence().fence(resource, LOCATION, epoch(7))).isInstanceOf(Outcome.Unreachable.class);
    assertThat(server.denies()).isTrue();
  }

  @Test
  void policyThatTheServerDropsIsAdvisory() {
    server.dropsPolicies = true;

    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("does not have it after it was set");
    assertThat(pauses).as("waits for a server that shows it late").hasPositiveValue();
  }

  @Test
  void trialsThatCannotBeSweptAreLeftForLater() {
    server.onSweep = Optional.of(new ObjectStoreException(Kind.PERMANENT, "403 AccessDenied"));

    assertThat(fenced(7).fenced()).isEqualTo(Fenced.ENFORCED);
    assertThat(fence().release(resource, LOCATION, epoch(8))).isInstanceOf(Release.Lifted.class);
    assertThat(server.policy).contains(POLICY);
  }

  @Test
  void releaseThatCanNeitherReadThePolicyNorTryAWriteIsNotTakenForDone() {
    fenced(7);
    server.onRead = Optional.of(new ObjectStoreException(Kind.PERMANENT, "403 AccessDenied"));
    server.writer = Optional.of(new Trial.Impossible("403 InvalidAccessKeyId"));

    assertThat(fence().release(resource, LOCATION, epoch(8)))
        .isInstanceOfSatisfying(
            Release.Unreachable.class,
            away -> assertThat(away.reason()).contains("403 InvalidAccessKeyId"));
    server.writer = Optional.empty();
    server.onTrial = Optional.of(new ObjectStoreException(Kind.TRANSIENT, "503 SlowDown"));
    assertThat(fence().release(resource, LOCATION, epoch(8)))
        .isInstanceOf(Release.Unreachable.class);
  }

  @Test
  void releaseWithoutAWriterTriesAWriteOfGnomon() {
    Resource unknown = Resources.prefix(PLACE, Optional.empty());
    server.onRead = Optional.of(new ObjectStoreException(Kind.PERMANENT, "501 NotImplemented"));
    server.writer = Optional.of(new Trial.Impossible("nobody said as whom"));
    assertThat(fence().fence(unknown, LOCATION, epoch(7))).isInstanceOf(Outcome.Done.class);
    assertThat(fence().release(unknown, LOCATION, epoch(8))).isInstanceOf(Release.Lifted.class);
    server.policy = Optional.of("GnomonFence of an earlier program");
    server.shutsOutGnomon = true;

    assertThat(fence().release(unknown, LOCATION, epoch(9)))
        .isInstanceOf(Release.Unreachable.class);
  }

  @Test
  void policyThatShutsOutGnomonIsTakenBack() {
    server.shutsOutGnomon = true;

    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("name the writer's principal");
    assertThat(server.policy).contains(POLICY);
  }

  @Test
  void policyThatCannotBeSetGivesAnAdvisoryFence() {
    server.onSet =
        Optional.of(new ObjectStoreException(Kind.PERMANENT, "403 AccessDenied: PutBucketPolicy"));

    Outcome.Done done = fenced(7);

    assertThat(done.fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(done.evidence()).contains("could not be set: 403 AccessDenied: PutBucketPolicy");
  }

  @Test
  void policyThatCannotBeReadIsAdvisoryAndKeepsNoReleaseWaiting() {
    server.onRead = Optional.of(new ObjectStoreException(Kind.PERMANENT, "501 NotImplemented"));

    assertThat(fence().capability(resource, LOCATION).enforceable()).isFalse();
    assertThat(fenced(7).fenced()).isEqualTo(Fenced.ADVISORY);
    assertThat(fence().release(resource, LOCATION, epoch(8)))
        .isEqualTo(new Release.Lifted(Optional.empty()));
  }

  @Test
  void rightsThatWereTakenAwayWhileFencedAreNotTakenForALiftedFence() {
    fenced(7);
    server.onRead = Optional.of(new ObjectStoreException(Kind.PERMANENT, "403 AccessDenied"));

    assertThat(fence().release(resource, LOCATION, epoch(8)))
        .isInstanceOf(Release.Unreachable.class);
  }

  @Test
  void policyThatCannotBeReadForNowIsUnreachable() {
    server.onRead = Optional.of(new ObjectStoreException(Kind.TRANSIENT, "503 SlowDown"));

    assertThat(fence().fence(resource, LOCATION, epoch(7))).isInstanceOf(Outcome.Unreachable.class);
    assertThat(fence().release(resource, LOCATION, epoch(8)))
        .isInstanceOf(Release.Unreachable.class);
  }

  @Test
  void serverThatDoesNotAnswerIsUnreachable() {
    server.away = true;

    assertThat(fence().fence(resource, LOCATION, epoch(7))).isInstanceOf(Outcome.Unreachable.class);
    assertThat(fence().content(resource, LOCATION)).isEmpty();
  }

  @Test
  void liftedFenceLeavesThePolicyThatWas() {
    for (Optional<String> before : List.of(Optional.of(POLICY), Optional.<String>empty())) {
      server.policy = before;
      epochs.begun.clear();
      fenced(7);

      assertThat(fence().release(resource, LOCATION, epoch(8)))
          .isEqualTo(new Release.Lifted(Optional.empty()));

      assertThat(server.policy).isEqualTo(before);
    }
  }

  @Test
  void lateCallsOfEarlierEpochsChangeNothing() {
    fenced(7);
    String policy = server.policy.orElseThrow();

    assertThat(fence().release(resource, LOCATION, epoch(6))).isEqualTo(new Release.Outdated(7));
    assertThat(fence().held(resource, LOCATION, epoch(6), place -> "done"))
        .isEqualTo(new Held.Passed<String>(7));
    epochs.begun.clear(); // another host, whose memory of epochs is its own

    assertThat(fence().fence(resource, LOCATION, epoch(6))).isEqualTo(new Outcome.Outdated(7));
    epochs.begun.clear();
    assertThat(fence().release(resource, LOCATION, epoch(6))).isEqualTo(new Release.Outdated(7));
    assertThat(server.policy).contains(policy);
  }

  @Test
  void contentIsWorkedOnWhereItIs() {
    fenced(7);

    assertThat(fence().held(resource, LOCATION, epoch(7), place -> place.toString()))
        .isEqualTo(new Held.Done<>(PLACE.toString()));
  }

  @Test
  void fenceAndReleaseKilledAtAnyCallEndTheSame() {
    for (int at = 0; at < 30; at++) {
      server.policy = Optional.of(POLICY);
      epochs.begun.clear();
      server.trialsLeft = 1;
      killed(at, () -> fence().fence(resource, LOCATION, epoch(7)));
      assertThat(fenced(7).fenced()).isEqualTo(Fenced.ENFORCED);
      assertThat(server.trialsLeft).isZero();
      killed(at, () -> fence().release(resource, LOCATION, epoch(8)));

      assertThat(fence().release(resource, LOCATION, epoch(8))).isInstanceOf(Release.Lifted.class);
      assertThat(server.policy).contains(POLICY);
    }
  }

  private void killed(int after, Runnable call) {
    server.calls = 0;
    server.killAfter = after;
    try {
      call.run();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    } finally {
      server.killAfter = Integer.MAX_VALUE;
    }
  }

  @Test
  void serverThatSaysItIgnoresUsersIsNotBelievedToFenceThem() {
    server.ignoresUsers = true;

    assertThat(fence().capability(resource, LOCATION).enforceable()).isFalse();
    assertThat(
            fence()
                .capability(
                    Resources.prefix(PLACE, Optional.of(new PrefixWriter(Optional.empty(), "*"))),
                    LOCATION)
                .enforceable())
        .isTrue();
  }

  @Test
  void directoriesAreNotForThisFence() {
    Location directory = new Location(new CellName("east"), "/srv/site");

    assertThatThrownBy(() -> fence().content(resource, directory))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
