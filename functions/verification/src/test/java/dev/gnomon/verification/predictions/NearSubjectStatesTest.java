package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.MemorySubjectStates;
import dev.gnomon.core.prediction.NearSubjectStates;
import dev.gnomon.core.prediction.SubjectStates;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearSubjectStatesTest extends SubjectStatesContract {
  private static final String ORDERS = "resource:orders";
  private static final SubjectStates AWAY =
      new SubjectStates() {
        @Override
        public Optional<Kept> load(String name) {
          return Optional.empty();
        }

        @Override
        public boolean store(String name, Kept kept) {
          return true;
        }
      };

  private SubjectStates behind = new MemorySubjectStates(10);
  private final SubjectStates states =
      new NearSubjectStates(
          new SubjectStates() {
            @Override
            public Optional<Kept> load(String name) {
              return behind.load(name);
            }

            @Override
            public boolean store(String name, Kept kept) {
              return behind.store(name, kept);
            }
          },
          new MemorySubjectStates(10));

  @Override
  protected SubjectStates openEmpty() {
    return new NearSubjectStates(new MemorySubjectStates(10), new MemorySubjectStates(10));
  }

  private static SubjectStates.Kept kept(int revision) {
    return new SubjectStates.Kept(revision, new byte[] {(byte) revision});
  }

  @Test
  void goesOnWithItsOwnWhileTheSharedOnesAreAwayStaleOrLost() {
    states.store(ORDERS, kept(1));
    SubjectStates stale = behind;
    behind = AWAY;
    assertThat(states.store(ORDERS, kept(2))).isTrue();
    assertThat(states.load(ORDERS)).hasValue(kept(2));

    behind = stale;
    assertThat(states.load(ORDERS)).as("back, but behind").hasValue(kept(2));
    behind = new MemorySubjectStates(10);
    assertThat(states.load(ORDERS)).as("emptied").hasValue(kept(2));
    assertThat(states.store(ORDERS, kept(3))).isTrue();
    assertThat(behind.load(ORDERS)).hasValue(kept(3));
  }

  @Test
  void whatAnotherProcessStoredLaterCounts() {
    states.store(ORDERS, kept(1));

    behind.store(ORDERS, kept(5));

    assertThat(states.load(ORDERS)).hasValue(kept(5));
    assertThat(states.store(ORDERS, kept(2))).isFalse();
    assertThat(states.load(ORDERS)).hasValue(kept(5));
  }
}
