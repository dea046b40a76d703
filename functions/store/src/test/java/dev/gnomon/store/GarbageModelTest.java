package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of lives of a store: no point ever loses a chunk. And the model would notice: with a
/// rule broken it finds the loss.
class GarbageModelTest {
  private static final int LIVES = 1_000;
  private static final int LIVES_LONG = 100_000;

  /// A broken rule is found long before.
  private static final int LIVES_BROKEN = 20_000;

  private static final int CALLS_STUCK = 400;

  @TempDir Path scratch;

  @Test
  void noPointLosesAChunkInAnyInterleaving() throws Exception {
    assertThat(lives(seed(), LIVES)).as("actors that died").isPositive();
  }

  @Tag("long")
  @Test
  void noPointLosesAChunkInVeryManyInterleavings() throws Exception {
    assertThat(lives(seed(), LIVES_LONG)).isPositive();
  }

  @Test
  void theModelFindsAWriterThatDoesNotLookAtTheCondemnedLists() throws Exception {
    assertFound(GarbageModelTest::withoutLists, UnaryOperator.identity());
  }

  @Test
  void aWriterThatIsStuckBeforeItsPointLosesNothing() throws Exception {
    for (int i = 0; i < LIVES / 10; i++) {
      new GarbageModel(i, scratch, GarbageModelTest::stuck, UnaryOperator.identity()).live();
    }
  }

  @Test
  void theModelFindsAStuckWriterThatNeverIsTooOld() throws Exception {
    assertFound(store -> stuck(atOneMoment(store)), UnaryOperator.identity());
  }

  @Test
  void theModelFindsACollectorWithoutAGraceTime() throws Exception {
    assertFound(UnaryOperator.identity(), GarbageModelTest::hoursLater);
  }

  private long lives(long seed, int lives) throws Exception {
    System.out.println("GarbageModelTest: -Dgnomon.seed=" + seed);
    long deaths = 0;
    for (int i = 0; i < lives; i++) {
      try {
        deaths +=
            new GarbageModel(seed + i, scratch, UnaryOperator.identity(), UnaryOperator.identity())
                .live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with -Dgnomon.seed=" + (seed + i), e);
      }
    }
    return deaths;
  }

  private void assertFound(
      UnaryOperator<ObjectStore> writers, UnaryOperator<ObjectStore> collectors) throws Exception {
    for (int i = 0; i < LIVES_BROKEN; i++) {
      try {
        new GarbageModel(i, scratch, writers, collectors).live();
      } catch (AssertionError e) {
        System.out.println(
            "GarbageModelTest: found in life " + i + ": " + String.valueOf(e.getMessage()));
        return;
      }
    }
    throw new AssertionError("a broken rule was not noticed in " + LIVES_BROKEN + " lives");
  }

  private static long seed() {
    return Long.getLong("gnomon.seed", System.nanoTime());
  }

  private static ObjectStore withoutLists(ObjectStore store) {
    return new ForwardingObjectStore(store) {
      @Override
      public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
        return prefix.startsWith("store/gc/")
            ? new ObjectPage(List.of(), Optional.empty())
            : super.list(prefix, after, limit);
      }
    };
  }

  private static ObjectStore atOneMoment(ObjectStore store) {
    Instant moment = store.time();
    return new ForwardingObjectStore(store) {
      @Override
      public Instant time() {
        return moment;
      }

      @Override
      public Optional<ObjectStat> stat(ObjectName name) {
        return super.stat(name)
            .map(object -> new ObjectStat(object.name(), object.sizeBytes(), moment));
      }
    };
  }

  /// Held up for hours after its last look, while the others go on.
  private static ObjectStore stuck(ObjectStore store) {
    return new ForwardingObjectStore(store) {
      @Override
      public Creation create(ObjectName name, byte[] content) {
        if (name.value().contains("/chosen/")) {
          for (int i = 0; i < CALLS_STUCK; i++) {
            super.stat(name);
          }
        }
        return super.create(name, content);
      }
    };
  }

  private static ObjectStore hoursLater(ObjectStore store) {
    return new ForwardingObjectStore(store) {
      @Override
      public Instant time() {
        return super.time().plus(GarbageModel.GRACE).plusSeconds(1);
      }
    };
  }
}
