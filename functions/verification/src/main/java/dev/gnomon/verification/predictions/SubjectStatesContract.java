package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.prediction.SubjectStates.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [SubjectStates] must do. A test class of each adapter extends this.
public abstract class SubjectStatesContract {
  private static final String ORDERS = "location:orders@north";
  private static final String SITE = "resource:site";

  private SubjectStates states;

  /// Opens states that hold nothing.
  protected abstract SubjectStates openEmpty() throws Exception;

  @BeforeEach
  void open() throws Exception {
    states = openEmpty();
  }

  @Test
  void knowsNothingAtFirst() {
    assertThat(states.load(ORDERS)).isEmpty();
  }

  @Test
  void givesBackExactlyTheBytesThatWereStored() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }

    store(ORDERS, 1, all);
    store(SITE, 1);

    assertThat(states.load(ORDERS)).hasValue(new Kept(1, all));
    assertThat(states.load(SITE)).hasValue(new Kept(1, new byte[0]));
  }

  private boolean store(String name, long revision, int... state) {
    byte[] bytes = new byte[state.length];
    for (int i = 0; i < state.length; i++) {
      bytes[i] = (byte) state[i];
    }
    return store(name, revision, bytes);
  }

  private boolean store(String name, long revision, byte[] state) {
    return states.store(name, new Kept(revision, state));
  }

  @Test
  void theLaterRevisionStaysAndTheOtherIsToldSo() {
    assertThat(store(ORDERS, 1, 1)).isTrue();
    assertThat(store(ORDERS, 2, 2, 3)).isTrue();

    assertThat(store(ORDERS, 2, 4)).as("somebody else was faster").isFalse();
    assertThat(store(ORDERS, 1, 5)).isFalse();
    assertThat(states.load(ORDERS)).hasValue(new Kept(2, new byte[] {2, 3}));
    assertThat(store(ORDERS, 10_000_000_000L, 6)).as("gaps do not matter").isTrue();
    assertThat(states.load(ORDERS)).hasValue(new Kept(10_000_000_000L, new byte[] {6}));
  }

  @Test
  void ofManyAtOnceExactlyOneStoresEachRevision() {
    List<Thread> racers = new ArrayList<>();
    AtomicInteger won = new AtomicInteger();
    for (int racer = 0; racer < 8; racer++) {
      byte[] state = {(byte) racer};
      racers.add(
          Thread.ofVirtual()
              .unstarted(() -> {
                for (long revision = 1; revision <= 20; revision++) {
                  won.addAndGet(store(ORDERS, revision, state) ? 1 : 0);
                }
              }));
    }

    racers.forEach(Thread::start);
    racers.forEach(SubjectStatesContract::ended);

    assertThat(won.get()).isBetween(1, 20);
    assertThat(states.load(ORDERS).orElseThrow().revision()).isEqualTo(20);
  }

  private static void ended(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void keepsTheLargestAndNotWhatIsLarger() {
    store(ORDERS, 1, new byte[SubjectStates.MOST_BYTES]);
    store(SITE, 1, new byte[SubjectStates.MOST_BYTES + 1]);

    assertThat(states.load(ORDERS).orElseThrow().state()).hasSize(SubjectStates.MOST_BYTES);
    assertThat(states.load(SITE)).isEmpty();
  }
}
