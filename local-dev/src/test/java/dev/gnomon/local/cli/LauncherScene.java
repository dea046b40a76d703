package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The script `gnomon` in a checkout of its own, with a JDK and a Maven that only write down how
/// they were called.
abstract class LauncherScene {
  private static final Path SCRIPT = Path.of("").toAbsolutePath().getParent().resolve("gnomon");
  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in
        *StartTraining*|*StackTraining*)
          echo "train ${*##*.}" >> "$LOG/java"
          [ -n "$TRAINING_FAILS" ] && exit 1
          for a; do case $a in -XX:AOTCacheOutput=*) echo cache > "${a#*=}" ;; esac; done
          exit 0 ;;
      esac
      case "$*" in *ImagesMain*)
        for a; do case $a in -Dgnomon.images.work=*) (cd "${a#*=}" && find . -type f | sort) > "$LOG/copied" ;; esac; done ;;
      esac
      echo "$$ $LC_ALL $*" >> "$LOG/java"
      exit "${JAVA_CODE:-0}"
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      if [ "$1" = -v ]; then echo "Apache Maven ${MAVEN_VERSION:-3.9.9} (x)"; exit 0; fi
      echo "$*" >> "$LOG/mvn"
      case "$*" in *verify*)
        mkdir -p functions/core/target/surefire-reports
        cp "$LOG/report.xml" functions/core/target/surefire-reports/TEST-a.xml
        exit "${MAVEN_CODE:-0}" ;;
      esac
      [ -n "$MAVEN_CODE" ] && { echo "the compiler said no"; exit "$MAVEN_CODE"; }
      mkdir -p local-dev/target/quarkus-app/app local-dev/target/quarkus-app/lib/main local-dev/target/quarkus-app/lib/boot
      mkdir -p local-dev/target/quarkus-app/quarkus
      touch local-dev/target/quarkus-app/quarkus/generated-bytecode.jar local-dev/target/quarkus-app/quarkus/transformed-bytecode.jar
      touch local-dev/target/quarkus-app/quarkus-run.jar local-dev/target/quarkus-app/app/a.jar local-dev/target/quarkus-app/lib/main/b.jar
      case "$*" in *'-pl images'*)
        for one in protect predict route; do
          mkdir -p functions/$one/target/quarkus-app
          echo $one > functions/$one/target/quarkus-app/quarkus-run.jar
        done
        mkdir -p images/target/classes images/target/libraries
        touch images/target/classes/A.class images/target/libraries/jib.jar ;;
      esac
      """;

  /// @param code exit code
  record Run(int code, String out, String err, long pid) {}

  @TempDir Path work;
  Path root;
  Path log;
  private Path jdk;
  final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void checkout() throws IOException {
    root = Files.createDirectories(work.resolve("a checkout"));
    log = Files.createDirectories(work.resolve("log"));
    for (String directory :
        List.of(
            ".mvn",
            "knative",
            "event-schemas",
            "functions/core/src/main",
            "functions/core/src/test",
            "local-dev/src/main",
            "benchmarks")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("functions/core/src/main/A.java"), "class A {}");
    Files.copy(SCRIPT, root.resolve("gnomon"));
    executable(root.resolve("gnomon"));
    jdk = fakeJdk("jvm/jdk 25", "25.0.1");
    program(work.resolve("bin/mvn"), MAVEN);
    // In the way of a real JDK that this machine may have on the PATH.
    Files.createSymbolicLink(
        work.resolve("bin/java"), fakeJdk("on the path", "17.0.2").resolve("bin/java"));
    environment.put("PATH", work.resolve("bin") + ":/usr/bin:/bin");
    environment.put("HOME", work.toString());
    environment.put("LOG", log.toString());
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("GNOMON_JVM_DIR", work.resolve("jvm").toString());
  }

  Path fakeJdk(String name, String version) throws IOException {
    Path home = work.resolve(name);
    program(home.resolve("bin/java"), JAVA);
    program(home.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"X\"\nJAVA_RUNTIME_VERSION=\"%s+1\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    return home;
  }

  private static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// Writes a file with a time that is after every build so far.
  void later(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
  }

  List<String> builds() throws IOException {
    return lines("mvn");
  }

  List<String> calls() throws IOException {
    return lines("java");
  }

  List<String> lines(String name) throws IOException {
    Path file = log.resolve(name);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  Run run(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve("gnomon").toString()));
    command.addAll(List.of(words));
    return run(root, command);
  }

  Run run(Path directory, List<String> command) throws Exception {
    Process process = start(directory, command);
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    String err = Files.readString(log.resolve("err"));
    Files.writeString(log.resolve("err"), "");
    return new Run(process.exitValue(), out, err, process.pid());
  }

  Process start(Path directory, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.resolve("err").toFile()));
    return builder.start();
  }
}
