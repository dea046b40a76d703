package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.blobs.BlobFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A fuzzer that would not notice is of no use.
class FuzzerTest {
  private static final List<byte[]> VALID = List.of(new byte[] {1, 2, 3});

  private static Fuzzer fuzzer(String... kept) {
    return new Fuzzer(100, List.of(kept), Duration.ofMillis(300));
  }

  @Test
  void aHangIsSaidWithItsSeedAndItsInput() {
    assertThatThrownBy(
            () -> fuzzer("form\t0a0b").run("form", VALID, input -> new CountDownLatch(1).await()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("form with -Dgnomon.seed=")
        .hasMessageContaining("form\t0a0b")
        .hasMessageContaining("goes on for more than");
  }

  @Test
  void anythingButAFaultOfTheStoreFails() {
    assertThatThrownBy(() ->
            fuzzer()
                .run(
                    "form",
                    VALID,
                    input -> {
                      if (input.length > 3) {
                        throw new ArrayIndexOutOfBoundsException(input.length);
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dgnomon.seed=")
        .hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
  }

  @Test
  void memoryThatAnInputDoesNotAccountForFails() {
    assertThatThrownBy(() ->
            fuzzer()
                .run(
                    "form",
                    VALID,
                    input -> {
                      for (int i = 0; i < 40; i++) {
                        assertThat(new byte[10 << 20]).isNotEmpty();
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("MiB");
  }

  @Test
  void aFormThatNothingGetsThroughToFails() {
    AtomicBoolean valid = new AtomicBoolean(true);
    assertThatThrownBy(() ->
            fuzzer()
                .through(
                    "form",
                    VALID,
                    input -> {
                      if (valid.getAndSet(false)) {
                        return;
                      }
                      throw new BlobFault("not that one");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is not reached");
  }

  @Test
  void aValidInputThatIsRefusedFails() {
    assertThatThrownBy(() ->
            fuzzer()
                .run(
                    "form",
                    VALID,
                    input -> {
                      throw new BlobFault("none");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("refuses a valid input");
  }

  @Test
  void keptInputsAreFedFirstAndNoneIsForgotten() {
    Fuzzer fuzzer = fuzzer("# found long ago", "form\tcafe", "gone\t00");
    List<byte[]> seen = new ArrayList<>();

    fuzzer.run("form", VALID, seen::add);

    assertThat(seen.getFirst()).containsExactly(0xca, 0xfe);
    assertThat(seen.get(1)).isEqualTo(VALID.getFirst());
    assertThatThrownBy(fuzzer::requireAllKeptFed).hasMessageContaining("gone");
  }
}
