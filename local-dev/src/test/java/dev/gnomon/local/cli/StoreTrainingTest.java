package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/// What the launcher lets the JVM learn from: every command in it succeeds, or it says which did
/// not.
class StoreTrainingTest {
  @Test
  void everyCommandSucceeds() {
    assertThatCode(StoreTraining::train).doesNotThrowAnyException();
  }
}
