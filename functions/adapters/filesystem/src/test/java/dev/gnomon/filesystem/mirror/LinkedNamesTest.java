package dev.gnomon.filesystem.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// When all names of a file that are in the tree count as known.
class LinkedNamesTest {
  private final LinkedNames names = new LinkedNames();

  @Test
  void aFileThatWasLeftAloneIsKnownAfterOneComparison() {
    names.met(1, "a", 2, true);
    assertThat(names.add(1, "a", 2)).isTrue();
    assertThat(names.add(1, "a", 3)).as("of three names one may be anywhere").isFalse();
  }

  /// Else each change of a file that is written all the time would ask for another comparison.
  @Test
  void aFileThatIsWrittenAllTheTimeIsKnownAfterTwo() {
    names.met(1, "a", 2, false);
    assertThat(names.add(1, "a", 2)).isFalse();
    names.clear();
    names.met(1, "a", 2, false);
    assertThat(names.add(1, "a", 2)).isTrue();
  }

  @Test
  void aFileThatGotANameBetweenTwoComparisonsIsNotKnown() {
    names.met(1, "a", 2, false);
    names.clear();
    names.met(1, "a", 3, false);
    assertThat(names.add(1, "a", 3)).isFalse();
    names.clear();
    names.met(1, "a", 3, false);
    assertThat(names.add(1, "a", 3)).isTrue();
  }
}
