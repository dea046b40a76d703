package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.SubjectStates;
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

    states.store(ORDERS, all);
    states.store(SITE, new byte[0]);

    assertThat(states.load(ORDERS)).hasValue(all);
    assertThat(states.load(SITE)).hasValue(new byte[0]);
  }

  @Test
  void theLastOneStays() {
    states.store(ORDERS, new byte[] {1});
    states.store(ORDERS, new byte[] {2, 3});

    assertThat(states.load(ORDERS)).hasValue(new byte[] {2, 3});
  }

  @Test
  void keepsTheLargestAndNotWhatIsLarger() {
    states.store(ORDERS, new byte[SubjectStates.MOST_BYTES]);
    states.store(SITE, new byte[SubjectStates.MOST_BYTES + 1]);

    assertThat(states.load(ORDERS).orElseThrow()).hasSize(SubjectStates.MOST_BYTES);
    assertThat(states.load(SITE)).isEmpty();
  }
}
