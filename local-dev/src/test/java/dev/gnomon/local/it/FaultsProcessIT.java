package dev.gnomon.local.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bad input and faults: what a user sees, and that nothing is lost. docs/OPERATIONS.md names these
/// tests.
class FaultsProcessIT {
  @TempDir Path directory;

  @AfterEach
  void unfence() throws Exception {
    Scene.unfence(directory);
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }

  private static void ok(Shell shell) {
    assertThat(shell.code()).as(shell.out() + shell.err()).isZero();
  }

  private static String fails(Shell shell) {
    assertThat(shell.code()).as(shell.out() + shell.err()).isEqualTo(1);
    return shell.out() + shell.err();
  }

  private static HttpResponse<String> structured(RunningStack stack, String path, String event)
      throws Exception {
    return stack.post(path, "application/cloudevents+json", json(event));
  }

  private static void problem(HttpResponse<String> answer, int status, String... words) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type").orElse("")).contains("problem+json");
    assertThat(answer.body()).contains(List.of(words));
  }

  // ---- bad events

  @Test
  void eventsThatMakeNoSenseAreRefusedWithAReasonAndChangeNothing() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      problem(
          structured(stack, "/broker", "{'specversion':'1.0'"), 400, "not a CloudEvent: no JSON");
      problem(structured(stack, "/broker", "{'specversion':'1.0','id':'1'}"), 400, "source");
      problem(stack.post("/broker", "application/json", "{}"), 400, "specversion must be 1.0");
      problem(
          structured(stack, "/broker", "{'specversion':'0.3','id':'1','source':'/t','type':'t'}"),
          400,
          "specversion");
      String head = "{'specversion':'1.0','id':'b1','source':'/t','type':'dev.gnomon.";
      problem(
          structured(stack, "/shadow", head + "no-such-type.v1','data':{}}"), 400, "no-such-type");
      problem(
          structured(stack, "/shadow", head + "shadow-requested.v1','data':{'resource':'site'}}"),
          400,
          "kind");
      problem(
          structured(
              stack,
              "/shadow",
              head + "shadow-requested.v1','data':{'resource':'nosuch','kind':'command'}}"),
          400,
          "unknown resource 'nosuch'");

      // The broker takes what is an event; what no function can use becomes a dead letter.
      assertThat(stack.event("wrong-schema", "shadow-requested", "{}")).isEqualTo(202);
      assertThat(
              stack.event(
                  "unknown-resource",
                  "update-requested",
                  json("{'updateId':'u0','resources':['nosuch']}")))
          .isEqualTo(202);
      Patience.await()
          .untilAsserted(() ->
              assertThat(stack.deadLetters().findValuesAsText("id"))
                  .contains("wrong-schema", "unknown-resource"));
      assertThat(stack.deadLetters().toString()).contains("unknown resource 'nosuch'");

      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      assertThat(stack.find("/updates/u1").orElseThrow().path("state").asText()).isEqualTo("READY");
      assertThat(scene.content()).isEqualTo(good);
      assertThat(stack.find("/routes/site").orElseThrow().path("epoch").asLong()).isEqualTo(1);
    }
  }

  @Test
  void anUpdateIdThatIsUsedAgainWithOtherResourcesIsRefused() throws Exception {
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("file"), "other");
    Scene scene =
        Scene.of(
            directory,
            Scene.smallest()
                + """
                  - name: other
                    kind: directory
                    cell: east
                    location: DIR/other
                    shadow: { cell: west, type: differential }
                    rollback: restore
                """);
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      Shell again = scene.gnomon("update", "begin", "u1", "--resource", "other", "--wait");
      assertThat(fails(again)).contains("u1");
      assertThat(stack.find("/updates/u1").orElseThrow().path("resources").toString())
          .isEqualTo("[\"site\"]");
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
    }
  }

  @Test
  void aPredictionWhoseOnsetIsBeforeEveryPointDoesNothingAndSaysSo() throws Exception {
    Scene scene = Scene.inPlace(directory);
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      assertThat(
              fails(
                  scene.gnomon(
                      "rollback", "--resource", "site", "--to", "2001-01-01T00:00:00Z", "--wait")))
          .contains("2001");
      assertThat(
              stack.event(
                  "p1",
                  "failure-predicted",
                  json(
                      "{'resource':'site','onset':'2001-01-01T00:00:00Z','at':'2001-01-01T00:05:00Z','confidence':0.9,'evidence':['x']}")))
          .isEqualTo(202);
      Patience.await()
          .untilAsserted(() ->
              assertThat(stack.find("/status").orElseThrow().path("decisions").toString())
                  .contains("no "));
      assertThat(stack.find("/routes/site").orElseThrow().path("epoch").asLong()).isEqualTo(1);
    }
  }

  // ---- bad resources

  @Test
  void rootAndTheDataDirectoryAreNoResources() throws Exception {
    for (String location : List.of("/", "DIR/data", "DIR/data/cells", "DIR")) {
      Scene scene =
          Scene.of(
              Files.createTempDirectory(directory, "scene"),
              Scene.smallest().replace("location: SITE", "location: " + location));
      Shell checked = scene.gnomon("config", "validate", "--config", scene.config.toString());
      assertThat(checked.code()).as(location).isEqualTo(1);
      assertThat(checked.out() + checked.err()).contains("gnomon.yaml:").contains("location");
      try (RunningStack stack = RunningStack.launch(scene, Map.of())) {
        assertThat(stack.awaitEnd()).as(location).isEqualTo(1);
        assertThat(stack.output()).contains("location");
      }
    }
  }

  @Test
  void anEmptiedSourceBlocksAnUpdateAndDoesNotBecomeTheTruth() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    Path away = directory.resolve("away");
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      Files.move(scene.site, away);
      Files.createDirectory(scene.site);
      Shell update = scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait");
      assertThat(fails(update)).contains("the source is empty").contains("42 files");
      assertThat(stack.find("/updates/u1").orElseThrow().path("state").asText())
          .isEqualTo("BLOCKED");
      ok(scene.gnomon("rollback", "--resource", "site", "--wait"));
      assertThat(scene.content()).isEqualTo(good);
    }
  }

  @Test
  void namesOfAnyBytesComeBack() throws Exception {
    Scene scene = Scene.inPlace(directory);
    bash(scene, "printf odd > $'d1/odd-\\xff-name'; printf nl > $'d1/new\\nline'; mkdir $'d\\xfe'");
    bash(scene, "printf deep > $'d\\xfe/deep'");
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      assertThat(stack.find("/points?resource=site").orElseThrow().findValuesAsText("notKeptCount"))
          .containsOnly("0");
      scene.damage();
      bash(scene, "rm $'d1/odd-\\xff-name' $'d1/new\\nline'; printf x > $'d\\xfe/deep'");
      ok(scene.gnomon("rollback", "--update", "u1", "--wait"));
      bash(
          scene,
          "test \"$(cat $'d1/odd-\\xff-name')\" = odd && test \"$(cat $'d1/new\\nline')\" = nl"
              + " && test \"$(cat $'d\\xfe/deep')\" = deep");
      assertThat(scene.site.resolve("d1/file-1.txt")).content().contains("line of file");
    }
  }

  private static void bash(Scene scene, String script) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", script).directory(scene.site.toFile()).start();
    assertThat(process.waitFor()).as(script).isZero();
  }

  @Test
  void aRestoreNeverWritesThroughALinkThatLeavesTheDirectory() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("file-1.txt"), "mine");
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      deleteTree(scene.site.resolve("d1"));
      Files.createSymbolicLink(scene.site.resolve("d1"), outside);
      ok(scene.gnomon("rollback", "--update", "u1", "--wait"));
      assertThat(scene.content()).isEqualTo(good);
      try (Stream<Path> left = Files.list(outside)) {
        assertThat(left).containsExactly(outside.resolve("file-1.txt"));
      }
      assertThat(outside.resolve("file-1.txt")).hasContent("mine");
      assertThat(stack.deadLetters()).isEmpty();
    }
  }

  // ---- damage and missing servers

  @Test
  void aCorruptChunkIsFoundNamedAndNeverRestored() throws Exception {
    // Without shadows by interval: a point of those could share the chunks that are damaged here.
    Scene scene = Scene.of(directory, Scene.smallest().replace(", every: 15m", ""));
    Path packs = scene.data.resolve("cells/west/store/packs");
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("shadow", "site", "--wait"));
      SortedMap<String, String> older = scene.content();
      Set<Path> before = new HashSet<>(files(packs));
      Files.write(
          scene.site.resolve("d0/file-0.txt"), "the newer state".repeat(1000).getBytes(UTF_8));
      JsonNode newest = scene.gnomon("shadow", "site", "--wait", "--json").json();
      String point = newest.at("/points/0/point").asText();
      List<Path> added = files(packs).stream().filter(one -> !before.contains(one)).toList();
      assertThat(added).isNotEmpty();
      for (Path pack : added) {
        byte[] bytes = Files.readAllBytes(pack);
        for (int i = 0; i < Math.min(bytes.length, 64); i++) {
          bytes[i] ^= 0x55;
        }
        Files.write(pack, bytes);
      }
      scene.damage();
      Files.delete(scene.site.resolve("d0/file-0.txt"));
      SortedMap<String, String> bad = scene.content();
      assertThat(fails(scene.gnomon("rollback", "--resource", "site", "--to", point, "--wait")))
          .contains("point " + point + " is damaged")
          .contains("store/packs/");
      assertThat(scene.content()).isEqualTo(bad);
      ok(scene.gnomon("rollback", "--resource", "site", "--wait"));
      assertThat(stack.find("/status").orElseThrow().at("/rollbacks/0/reason").asText())
          .contains("was rejected")
          .contains("is damaged");
      assertThat(scene.content()).isEqualTo(older);
    }
  }

  @Test
  void aRedisThatIsFlushedOrKilledLosesNothing() throws Exception {
    Scene scene = Scene.inPlace(directory);
    SortedMap<String, String> good = scene.content();
    try (RunningStack stack = RunningStack.start(scene)) {
      ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
      URI redis = URI.create(stack.addresses().path("redis").asText());
      String password = redis.getUserInfo().substring(1);
      try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(("AUTH " + password + "\r\nFLUSHALL\r\n").getBytes(UTF_8));
        out.flush();
        assertThat(new String(socket.getInputStream().readNBytes(10), UTF_8))
            .isEqualTo("+OK\r\n+OK\r\n");
      }
      assertThat(stack.find("/routes/site").orElseThrow().path("epoch").asLong()).isEqualTo(1);
      scene.damage();
      ok(scene.gnomon("rollback", "--update", "u1", "--wait"));
      assertThat(scene.content()).isEqualTo(good);

      ProcessHandle.of(stack.pid())
          .orElseThrow()
          .descendants()
          .filter(one -> one.info().command().orElse("").contains("redis"))
          .forEach(ProcessHandle::destroyForcibly);
      ok(scene.gnomon("status"));
      scene.damage();
      ok(scene.gnomon("rollback", "--resource", "site", "--wait"));
      assertThat(stack.find("/routes/site").orElseThrow().path("state").asText())
          .isEqualTo("SERVING");
      assertThat(stack.deadLetters()).isEmpty();
    }
  }

  @Test
  void aFullDiskIsAnErrorWithAReasonAndWorkGoesOnWhenThereIsSpace() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    assumeTrue(mounted(data), "a small tmpfs can't be mounted here");
    try {
      Scene scene = Scene.inPlace(directory);
      try (RunningStack stack = RunningStack.start(scene)) {
        ok(scene.gnomon("shadow", "site", "--wait"));
        Path filler = data.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
          byte[] block = new byte[1 << 16];
          while (true) {
            out.write(block);
          }
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("space");
        }
        byte[] big = new byte[4 << 20];
        new java.util.Random(3).nextBytes(big);
        Files.write(scene.site.resolve("more.bin"), big);
        SortedMap<String, String> good = scene.content();
        Shell full = scene.gnomon("shadow", "site", "--wait", "--timeout", "2m");
        assertThat(full.code()).isNotZero();
        assertThat(full.err()).contains("full");
        Files.delete(filler);
        ok(scene.gnomon("update", "begin", "u1", "--resource", "site", "--wait"));
        scene.damage();
        ok(scene.gnomon("rollback", "--update", "u1", "--wait"));
        assertThat(scene.content()).isEqualTo(good);
      }
    } finally {
      new ProcessBuilder("umount", "-l", data.toString()).start().waitFor();
    }
  }

  private static boolean mounted(Path at) throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "none", at.toString())
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private static List<Path> files(Path at) throws Exception {
    try (Stream<Path> found = Files.walk(at)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  private static void deleteTree(Path at) throws Exception {
    try (Stream<Path> found = Files.walk(at)) {
      for (Path path : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
