package dev.gnomon.core.prediction;

import static dev.gnomon.core.prediction.Samples.minute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Which model estimates while the shelf is slow, away, or says something else.
class ModelInUseTest {
  private final SubjectStates states = new MemorySubjectStates(10);

  private static Serving champion(String name) {
    return new Serving(new RampModel(name, PlainRule.FORM), List.of());
  }

  @Test
  void nobodyWaitsForAShelfThatDoesNotAnswer() {
    List<Runnable> looks = new ArrayList<>();
    AtomicInteger asked = new AtomicInteger();
    ModelInUse use =
        new ModelInUse(
            () -> {
              asked.incrementAndGet();
              return champion("failure-1");
            },
            states,
            looks::add);

    for (int i = 0; i < 100; i++) {
      assertThat(use.at(minute(i)).trained().name()).isEqualTo(ShippedModel.NAME);
    }
    assertThat(looks).as("only one look is under way").hasSize(1);
    looks.removeFirst().run();

    assertThat(asked).hasValue(1);
    assertThat(use.at(minute(100)).trained().name()).isEqualTo("failure-1");
    assertThat(looks).as("and the next one comes a minute later").hasSize(1);
  }

  @Test
  void aShelfThatNeverAnsweredLetsTheShippedModelServeAndSaysWhy() {
    ModelInUse use =
        new ModelInUse(
            () -> {
              throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "refused");
            },
            states);

    assertThat(use.at(minute(0)).trained().name()).isEqualTo(ShippedModel.NAME);
    assertThat(use.status().away()).hasValue("refused");
  }

  @Test
  void aShelfThatThrowsWhatNobodyExpectsIsLookedAtAgain() {
    AtomicInteger asked = new AtomicInteger();
    ModelInUse use =
        new ModelInUse(
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
              }
              return champion("failure-2");
            },
            states,
            look -> {
              try {
                look.run();
              } catch (IllegalStateException e) {
                assertThat(e).hasMessage("a bug");
              }
            });

    assertThat(use.at(minute(0)).trained().name()).isEqualTo(ShippedModel.NAME);
    assertThat(use.at(minute(1)).trained().name()).isEqualTo("failure-2");
  }

  @Test
  void outcomesOfAllProcessesAreCountedOnce() {
    ModelInUse one = new ModelInUse(() -> champion("failure-1"), states);
    ModelInUse other = new ModelInUse(() -> champion("failure-1"), states);
    RampModel model = one.at(minute(0)).trained();
    other.at(minute(0));
    for (int i = 0; i < 100; i++) {
      one.outcome(model, new Outstanding.Outcome(-1, i % 10 == 0));
      other.outcome(model, new Outstanding.Outcome(-1, i % 10 == 0));
    }

    one.at(minute(1));
    other.at(minute(1));
    one.at(minute(2));
    other.at(minute(2));

    assertThat(one.status().outcomes()).isEqualTo(200);
    assertThat(other.status().outcomes()).isEqualTo(200);
    assertThat(other.status().brier()).isEqualTo(one.status().brier());
  }
}
