package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemLibrariesTest {
  private static final String SAID =
      """
      /jdk/lib/libzip.so:
      \tlinux-vdso.so.1 (0x00007ffd5a5f2000)
      \tlibjava.so => /jdk/lib/libjava.so (0x00007f5d2c400000)
      \tlibjvm.so => not found
      \tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f5d2c3e1000)
      \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f5d2c200000)
      \t/lib64/ld-linux-x86-64.so.2 (0x00007f5d2c42f000)
      /jdk/lib/server/libjvm.so:
      \tlibstdc++.so.6 => /usr/lib/some where/libstdc++.so.6 (0x00007f5d29e00000)
      /jdk/lib/libfine.so:
      \tstatically linked
      """;

  @TempDir Path directory;

  @Test
  void whatIsNeitherTheRuntimesNorTheCLibrarysIsNamed() throws Exception {
    assertThat(SystemLibraries.linked(SAID, Set.of("libjava.so", "libjvm.so")))
        .containsExactly(
            entry("libstdc++.so.6", Path.of("/usr/lib/some where/libstdc++.so.6")),
            entry("libz.so.1", Path.of("/lib/x86_64-linux-gnu/libz.so.1")));
  }

  @Test
  void whatThisMachineLacksIsAFault() {
    assertThatThrownBy(() -> SystemLibraries.linked("\tlibgone.so.2 => not found\n", Set.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("the Java runtime links libgone.so.2, which ldd has as: not found");
  }

  @Test
  void aProgramOfThisMachineIsLookedAt() throws Exception {
    Path program =
        List.of("/usr/bin/git", "/usr/bin/curl", "/usr/bin/python3").stream()
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(program != null, "none of git, curl and python3 in /usr/bin");
    Path runtime = Files.createDirectories(directory.resolve("runtime"));
    Files.createDirectories(runtime.resolve("bin"));
    Files.createDirectories(runtime.resolve("lib"));
    Files.copy(program, runtime.resolve("bin/java"));

    assertThat(SystemLibraries.of(runtime))
        .isNotEmpty()
        .allSatisfy((name, file) -> assertThat(file).exists().hasFileName(name));
  }
}
