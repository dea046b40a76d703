package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path directory;

  @Test
  void describesTheMachineThatItRunsOn() {
    Machine machine = Machine.here();

    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.cores()).isPositive();
    assertThat(machine.memoryBytes()).isPositive();
    assertThat(machine.kernel()).startsWith(System.getProperty("os.name"));
    assertThat(machine.jdk()).isNotBlank();
  }

  @Test
  void readsTheModelOfTheFirstProcessor() throws Exception {
    Path cpuinfo =
        Files.writeString(
            directory.resolve("cpuinfo"),
            "processor\t: 0\nmodel\t\t: 1\nmodel name\t: A CPU @ 3 GHz \n\nmodel name\t: B\n");

    assertThat(Machine.cpu(cpuinfo)).hasValue("A CPU @ 3 GHz");
  }

  @Test
  void doesWithoutAModelName() throws Exception {
    Path cpuinfo = Files.writeString(directory.resolve("cpuinfo"), "processor\t: 0\n");

    assertThat(Machine.cpu(cpuinfo)).isEmpty();
    assertThat(Machine.cpu(directory.resolve("none"))).isEmpty();
  }
}
