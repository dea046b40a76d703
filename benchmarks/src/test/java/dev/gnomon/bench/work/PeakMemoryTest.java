package dev.gnomon.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeakMemoryTest {
  @TempDir Path proc;

  private void process(long pid, String status) throws IOException {
    Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(proc.resolve(Long.toString(pid)).resolve("status"), status);
  }

  private static String mark(long kibibytes) {
    return "Name:\tjava\nVmPeak:\t9999999 kB\nVmHWM:\t  %d kB\nVmRSS:\t 1 kB\n"
        .formatted(kibibytes);
  }

  @Test
  void addsTheMarksOfTheProcessesThatAreThereTogether() throws IOException {
    process(1, mark(1024));
    process(2, mark(512));
    PeakMemory memory = new PeakMemory(proc);

    memory.sample(1, List.of(2L));

    assertThat(memory.wholeMebibytes()).hasValue(1.5);
    assertThat(memory.belowMebibytes()).hasValue(0.5);
  }

  @Test
  void keepsTheLargestSum() throws IOException {
    process(1, mark(1024));
    process(2, mark(4096));
    PeakMemory memory = new PeakMemory(proc);

    memory.sample(1, List.of(2L));
    memory.sample(1, List.of());

    assertThat(memory.wholeMebibytes()).hasValue(5.0);
  }

  @Test
  void passesOverProcessesThatEndedOrHaveNoMemory() throws IOException {
    process(1, mark(2048));
    process(2, "Name:\tsh\nState:\tZ (zombie)\n");
    PeakMemory memory = new PeakMemory(proc);

    memory.sample(1, List.of(2L, 3L));

    assertThat(memory.wholeMebibytes()).hasValue(2.0);
  }

  @Test
  void isUnknownWhereTheSystemDoesNotTell() {
    PeakMemory memory = new PeakMemory(proc);

    memory.sample(1, List.of());

    assertThat(memory.wholeMebibytes()).isEmpty();
    assertThat(memory.belowMebibytes()).isEmpty();
  }
}
