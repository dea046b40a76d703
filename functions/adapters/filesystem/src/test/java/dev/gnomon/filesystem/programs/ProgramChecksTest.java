package dev.gnomon.filesystem.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.places.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramChecksTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path tree;
  private final ProgramChecks checks = new ProgramChecks(new ProgramRunner());

  @Test
  void checkThatExitsZeroPassesAndSeesTheTree() throws Exception {
    Files.writeString(tree.resolve("index.html"), "<html>");

    assertThat(check("test -f index.html && test \"$GNOMON_TREE\" = \"$PWD\"")).isEmpty();
  }

  @Test
  void programOfTheTreeItselfCanBeTheCheck() throws Exception {
    Path own = Files.writeString(tree.resolve("check.sh"), "#!/bin/sh\necho $GNOMON_CHECK\nexit 4");
    own.toFile().setExecutable(true);

    assertThat(checks.run(new CheckSpec("own", List.of("./check.sh"), LIMIT), Place.of(tree)))
        .contains("check 'own' exited with 4; its output ended with: own");
  }

  @Test
  void checkThatTakesTooLongFails() {
    CheckSpec slow = new CheckSpec("slow", List.of("sleep", "600"), Duration.ofMillis(100));

    assertThat(checks.run(slow, Place.of(tree)))
        .contains("check 'slow' was killed: it ran longer than 100 ms");
  }

  @Test
  void hookRunsInTheSourceWithItsOwnLimit() {
    List<String> argv = List.of("sh", "-c", "test \"$GNOMON_SOURCE\" = \"$PWD\" && sleep 600");
    Hooks hooks = new Hooks(argv, List.of(), Duration.ofMillis(100));

    assertThat(checks.hook(hooks.pre(), hooks, Place.of(tree)).orElseThrow())
        .startsWith("hook 'sh -c ")
        .endsWith("was killed: it ran longer than 100 ms");
  }

  @Test
  void noHookIsFine() {
    assertThat(checks.hook(List.of(), Hooks.NONE, Place.of(tree))).isEmpty();
  }

  private java.util.Optional<String> check(String script) {
    return checks.run(new CheckSpec("site", List.of("sh", "-c", script), LIMIT), Place.of(tree));
  }
}
