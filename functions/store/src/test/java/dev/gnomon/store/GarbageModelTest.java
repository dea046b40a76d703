package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// Thousands of lives of a store: no point ever loses a chunk. And the model would notice: with a
/// rule broken it finds the loss.
class GarbageModelTest {
  private static final int LIVES = 2_000;
  private static final int LIVES_LONG = Integer.getInteger("gnomon.lives", 100_000);

  /// A broken rule is found long before.
  private static final int LIVES_BROKEN = 20_000;

  /// One life in some thousands needs the lists; the search begins shortly before such a one.
  private static final int RARE = 7_400;

  private static final int LIVES_WITHOUT = 100;
  private static final int CALLS_STUCK = 400;

  /// Each life makes and deletes working files a dozen times, which disks are slow at.
  @TempDir(factory = OfMemory.class)
  Path scratch;

  /// A directory in memory where the system has one.
  static final class OfMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isDirectory(memory) && Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "gnomon-model-")
          : Files.createTempDirectory("gnomon-model-");
    }
  }

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
    assertFound(RARE, GarbageModelTest::withoutLists, UnaryOperator.identity());
  }

  /// What was condemned after the first look can't be deleted before the point is there or too old:
  /// the second look only saves a collection from keeping what it condemned.
  @Test
  void aWriterThatDoesNotLookASecondTimeLosesNothing() throws Exception {
    for (int i = 0; i < LIVES_WITHOUT; i++) {
      new GarbageModel(i, scratch, GarbageModelTest::withoutSecondLook, UnaryOperator.identity())
          .live();
    }
  }

  @Test
  void aWriterThatIsStuckBeforeItsPointLosesNothing() throws Exception {
    for (int i = 0; i < 100; i++) {
      new GarbageModel(i, scratch, GarbageModelTest::stuck, UnaryOperator.identity()).live();
    }
  }

  @Test
  void theModelFindsAStuckWriterThatNeverIsTooOld() throws Exception {
    assertFound(0, store -> stuck(atOneMoment(store)), UnaryOperator.identity());
  }

  @Test
  void theModelFindsACollectorWithoutAGraceTime() throws Exception {
    assertFound(0, UnaryOperator.identity(), GarbageModelTest::hoursLater);
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
      int first, UnaryOperator<ObjectStore> writers, UnaryOperator<ObjectStore> collectors)
      throws Exception {
    for (int i = first; i < first + LIVES_BROKEN; i++) {
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

  private static ObjectStore withoutSecondLook(ObjectStore store) {
    boolean[] looked = new boolean[1];
    return new ForwardingObjectStore(store) {
      @Override
      public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
        if (!prefix.startsWith("store/gc/")) {
          return super.list(prefix, after, limit);
        }
        looked[0] = !looked[0];
        return looked[0]
            ? super.list(prefix, after, limit)
            : new ObjectPage(List.of(), Optional.empty());
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
