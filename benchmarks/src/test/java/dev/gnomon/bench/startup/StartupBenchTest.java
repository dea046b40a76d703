package dev.gnomon.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.images.Deployable;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupBenchTest {
  @Test
  void memoryIsWhatLinuxSaysIsResident() throws IOException {
    assertThat(FirstEvent.mebibytes(List.of("Name:\tjava", "VmRSS:\t  2048 kB"))).isEqualTo(2.0);
  }

  @Test
  void aStatusWithoutMemoryIsNoFigure() {
    assertThatThrownBy(() -> FirstEvent.mebibytes(List.of("Name:\tjava")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void routeHasThePlainNames() {
    assertThat(StartupBench.name(StartupBench.FIRST_EVENT, Deployable.ROUTE))
        .isEqualTo("aot-first-event");
    assertThat(StartupBench.name(StartupBench.MEMORY, Deployable.PROTECT))
        .isEqualTo("memory-protect");
  }
}
