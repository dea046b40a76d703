package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.MemorySubjectStates;
import dev.gnomon.core.prediction.SubjectStates;
import org.junit.jupiter.api.Test;

class MemorySubjectStatesTest extends SubjectStatesContract {
  @Override
  protected SubjectStates openEmpty() {
    return new MemorySubjectStates(10);
  }

  @Test
  void forgetsWhatWasUsedLongestAgo() {
    MemorySubjectStates states = new MemorySubjectStates(2);
    states.store("cell:a", new SubjectStates.Kept(1, new byte[1]));
    states.store("cell:b", new SubjectStates.Kept(1, new byte[1]));
    assertThat(states.load("cell:a")).isPresent();

    states.store("cell:c", new SubjectStates.Kept(1, new byte[1]));

    assertThat(states.load("cell:b")).isEmpty();
    assertThat(states.load("cell:a")).isPresent();
  }
}
