package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaRuntimeTest {
  @ParameterizedTest
  @CsvSource({"amd64,amd64", "aarch64,arm64", "riscv64,riscv64"})
  void imagesAreForTheMachineThatTheRuntimeIsOf(String machine, String architecture) {
    assertThat(JavaRuntime.platform(machine).getArchitecture()).isEqualTo(architecture);
    assertThat(JavaRuntime.platform(machine).getOs()).isEqualTo("linux");
  }
}
