package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LauncherTest extends LauncherScene {
  @Test
  void buildsOnceAndThenOnlyWhenSourcesAreNewer() throws Exception {
    Run first = run("status", "--data", "x y");
    Run second = run("status");

    assertThat(first.code()).isZero();
    assertThat(first.out()).isEmpty();
    assertThat(first.err()).startsWith("gnomon: building").hasLineCount(1);
    assertThat(second.err()).isEmpty();
    assertThat(builds()).hasSize(1);
    assertThat(builds().getFirst()).contains("-Dquick -DskipTests").contains("package");

    later("functions/core/src/test/T.java");
    later("functions/core/target/x.class");
    run("status");
    assertThat(builds()).hasSize(1);

    later("functions/core/src/main/A.java");
    run("status");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aDeletedSourceIsAChangeToo() throws Exception {
    run("status");
    Files.delete(root.resolve("functions/core/src/main/A.java"));
    Files.setLastModifiedTime(
        root.resolve("functions/core/src/main"), FileTime.from(Instant.now().plusSeconds(5)));

    run("status");

    assertThat(builds()).hasSize(2);
  }

  @Test
  void theServerTakesThePlaceOfTheLauncher() throws Exception {
    Run run = run("up", "--port", "8123");

    String call = calls().getLast();
    assertThat(call)
        .startsWith(run.pid() + " C.UTF-8 -Xmx512m ")
        .endsWith("dev.gnomon.local.stack.StackMain up --port 8123");
    assertThat(call.replaceAll(".* -cp (.*) dev[.]gnomon[.].*", "$1").split(":"))
        .extracting(jar -> Path.of(jar).getFileName().toString())
        .containsExactly("transformed-bytecode.jar", "generated-bytecode.jar", "a.jar", "b.jar");
  }

  @Test
  void theHeapOfTheServerCanBeSet() throws Exception {
    environment.put("GNOMON_HEAP", "2g");

    run("up");

    assertThat(calls().getLast()).contains(" -Xmx2g ");
  }

  @Test
  void aBenchOfStartsBuildsItsPeerOnlyForItself() throws Exception {
    run("bench", "store");
    run("bench", "startup");

    assertThat(builds()).hasSize(2);
    assertThat(builds().getLast())
        .contains("-Ddeployables.type=fast-jar -Ddeployables.directory=fast-app");
  }

  @Test
  void theExitCodeOfTheCommandIsThatOfTheLauncher() throws Exception {
    environment.put("JAVA_CODE", "3");

    assertThat(run("rollback", "--wait").code()).isEqualTo(3);
  }

  @Test
  void worksThroughLinksFromAnyDirectory() throws Exception {
    Path link = work.resolve("bin/g");
    Files.createSymbolicLink(work.resolve("middle"), Path.of("a checkout/gnomon"));
    Files.createSymbolicLink(link, Path.of("../middle"));

    Run run = run(work.resolve("log"), List.of(link.toString(), "status"));

    assertThat(run.code()).isZero();
    assertThat(calls().getLast())
        .contains("-cp " + root.toRealPath() + "/target/gnomon/app-")
        .endsWith("Gnomon status");
  }

  @Test
  void racingFirstRunsBuildOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(root, List.of(root.resolve("gnomon").toString(), "status")));
    }
    for (Process process : processes) {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }

    assertThat(builds()).hasSize(1);
  }

  @Test
  void aFailedBuildIsShownAndTriedAgain() throws Exception {
    environment.put("MAVEN_CODE", "1");
    Run failed = run("status");
    environment.remove("MAVEN_CODE");
    Run good = run("status");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err())
        .contains("the compiler said no")
        .contains("gnomon: the build failed; the whole log is in ");
    assertThat(failed.out()).isEmpty();
    assertThat(good.code()).isZero();
  }

  @Test
  void aRunningStackKeepsItsFilesWhenSourcesChange() throws Exception {
    run("up");
    Path before =
        root.resolve("target/gnomon")
            .resolve(Files.readString(root.resolve("target/gnomon/current")).strip());
    later("functions/core/src/main/A.java");

    run("status");

    assertThat(before.resolve("quarkus-run.jar")).exists();
    assertThat(Files.readString(root.resolve("target/gnomon/current")).strip())
        .isNotEqualTo(before.getFileName().toString());
  }

  @Test
  void theArchiveOfClassesIsOnlyAConvenience() throws Exception {
    environment.put("TRAINING_FAILS", "1");
    Run failed = run("status");
    run("status");

    assertThat(failed.code()).isZero();
    Run stack = run("up");

    assertThat(stack.code()).isZero();
    assertThat(calls()).filteredOn("train StartTraining"::equals).hasSize(1);
    assertThat(calls()).filteredOn("train StackTraining"::equals).hasSize(1);
    assertThat(calls().getLast()).doesNotContain("AOTCache");
  }

  @Test
  void commandsUseTheArchiveOfTheirClasses() throws Exception {
    for (String command : List.of("status", "up", "demo", "bench")) {
      run(command);

      Path archive = archive();
      assertThat(archive.getFileName().toString())
          .isEqualTo((command.equals("status") ? "classes" : "stack") + "-25.0.1+1.aot");
      assertThat(archive).hasContent("cache");
    }
    assertThat(calls()).filteredOn(call -> call.startsWith("train")).hasSize(2);
  }

  @Test
  void anotherJdkOrAnotherBuildHasArchivesOfItsOwn() throws Exception {
    run("up");
    Path first = archive();
    environment.put("JAVA_HOME", fakeJdk("jvm/newer", "25.0.2").toString());
    run("up");
    Path newerJdk = archive();
    later("functions/core/src/main/A.java");
    run("up");
    Path newerBuild = archive();

    assertThat(newerJdk).hasParent(first.getParent()).hasFileName("stack-25.0.2+1.aot");
    assertThat(newerBuild.getParent()).isNotEqualTo(first.getParent());
  }

  private Path archive() throws IOException {
    return Path.of(calls().getLast().replaceAll(".*-XX:AOTCache=(.*?\\.aot) .*", "$1"));
  }

  @Test
  void aJdkIsFoundWithoutJavaHome() throws Exception {
    environment.put("JAVA_HOME", fakeJdk("old", "17.0.2").toString());
    fakeJdk("jvm/a-jdk-21", "21");

    assertThat(run("status").code()).isZero();
  }

  @Test
  void withoutAJdkOneLineSaysWhatToInstall() throws Exception {
    environment.put("JAVA_HOME", fakeJdk("old", "24.0.2").toString());
    environment.put("GNOMON_JVM_DIR", work.resolve("none").toString());

    Run run = run("status");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("gnomon: no JDK 25 or later found")
        .contains("install")
        .hasLineCount(1);
  }

  @Test
  void aWrongMavenIsOneLine() throws Exception {
    environment.put("MAVEN_VERSION", "3.8.6");

    Run run = run("status");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("gnomon: Maven 3.8.7 or later is needed, found 3.8.6 at ")
        .hasLineCount(1);
  }

  @Test
  void newerMavensWillDo() throws Exception {
    for (String version : List.of("3.8.7", "3.8.10", "3.10", "4.0.0-rc-5")) {
      environment.put("MAVEN_VERSION", version);
      later("pom.xml");

      assertThat(run("status").code()).as(version).isZero();
    }
  }

  @Test
  void aMissingMavenIsOneLineAndOnlyWhenItIsNeeded() throws Exception {
    run("status");
    Path tools = Files.createDirectories(work.resolve("tools"));
    for (String tool :
        List.of(
            "bash",
            "sh",
            "env",
            "dirname",
            "readlink",
            "uname",
            "sed",
            "head",
            "find",
            "cat",
            "mkdir",
            "flock",
            "date",
            "rm",
            "mv",
            "cp",
            "ls",
            "tail")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin").resolve(tool));
    }
    environment.put("PATH", tools.toString());
    Run built = run("status");
    later("pom.xml");
    Run stale = run("status");

    assertThat(built.code()).isZero();
    assertThat(stale.code()).isEqualTo(1);
    assertThat(stale.err())
        .isEqualTo(
            "gnomon: Maven is needed to build Gnomon and there is no mvn on the PATH: install Maven 3.8.7 or later\n");
  }

  @Test
  void argumentsForMavenComeFromTheEnvironment() throws Exception {
    environment.put("MAVEN_VERSION", "3.8.7");
    environment.put("MAVEN_ARGS", "-Dmaven.repo.local=/x");
    environment.put("GNOMON_MAVEN_ARGS", "-o -T1");

    run("status");

    assertThat(builds().getFirst()).contains("-Dmaven.repo.local=/x").contains("-o -T1");
  }

  @Test
  void testRunsEverythingAndEndsWithTheCounts() throws Exception {
    report(12, 1, 2, 1);
    environment.put("MAVEN_CODE", "1");

    Run run = run("test", "--long", "-Dx=y z");

    assertThat(run.code()).isEqualTo(1);
    assertThat(builds().getLast())
        .contains("verify")
        .contains("-DexcludedTests=")
        .contains("-Dx=y z")
        .doesNotContain("quick")
        .doesNotContain("--long");
    assertThat(run.out())
        .contains("skipped: a.T.needsServer: no \"server\" <here>\n")
        .contains("failed: a.T.breaks\n    Expecting: <1> but was 2\n")
        .contains("failed, and passed when repeated: a.T.sometimes\n    too late\n")
        .endsWith("8 passed, 3 failed, 1 skipped\n");
  }

  @Test
  void testCountsOnlyReportsOfThisRun() throws Exception {
    report(5, 0, 0, 0);
    Path old = root.resolve("local-dev/target/surefire-reports");
    Files.createDirectories(old);
    Files.copy(log.resolve("report.xml"), old.resolve("TEST-old.xml"));

    Run run = run("test");

    assertThat(run.code()).isZero();
    assertThat(run.out()).endsWith("5 passed, 0 failed, 0 skipped\n");
    assertThat(builds().getLast()).doesNotContain("excludedTests");
  }

  private void report(int tests, int errors, int failures, int skipped) throws IOException {
    Files.writeString(
        log.resolve("report.xml"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="x" version="3.0.2" name="a.T" time="0.1" tests="%d" errors="%d" skipped="%d" failures="%d">
          <properties><property name="tests" value="99"/></properties>
          <testcase name="fine" classname="a.T" time="0.0"/>
          <testcase name="needsServer" classname="a.T" time="0.0">
            <skipped message="no &quot;server&quot; &lt;here&gt;"/>
          </testcase>
          <testcase name="breaks" classname="a.T" time="0.0">
            <failure message="&#10;Expecting:&#10;  &lt;1&gt;&#10;but was 2" type="y">stack</failure>
            <rerunFailure message="again" type="y"><stackTrace>stack</stackTrace></rerunFailure>
          </testcase>
          <testcase name="sometimes" classname="a.T" time="0.0">
            <flakyFailure message="too late" type="y"><stackTrace>stack</stackTrace></flakyFailure>
          </testcase>
        </testsuite>
        """
            .formatted(tests, errors, skipped, failures));
  }
}
