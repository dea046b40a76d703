package dev.gnomon.filesystem.fence;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.actuators.Fence.Capability;
import dev.gnomon.core.actuators.Fence.Outcome;
import dev.gnomon.core.actuators.Fence.Release;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.filesystem.programs.ProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole fence against writers in processes of their own. Wants root, setpriv and the immutable
/// flag; says so where they are missing.
class DirectoryFenceTest {
  private static final Epoch FENCED = new Epoch(3);
  private static final Epoch SERVED = new Epoch(4);
  private static final Duration SHORT_DRAIN = Duration.ofMillis(150);

  /// Of writers that let go at once, if they are given the processor.
  private static final Duration LONG_DRAIN = Duration.ofMinutes(1);

  private static final Duration LONG_SCAN = Duration.ofMinutes(1);

  @TempDir Path temp;
  private Site site;
  private Resource resource;
  private Map<String, String> before;
  private DirectoryFence fence;

  @BeforeEach
  void makeSite() throws IOException {
    skipUnless(Site.root(), "needs root to act as another user");
    skipUnless(
        Capabilities.has(Capabilities.SYS_PTRACE), "needs the right to look into other processes");
    skipUnless(WriterProcess.possible(), "needs setpriv to act as another user");
    site = new Site(temp);
    resource = Site.resource(site.path, Optional.empty());
    before = Site.recorded(site.path);
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv");
  }

  @AfterEach
  void makeMutable() throws IOException {
    Site.makeMutable(temp);
  }

  @Test
  void writerWithItsOwnIdentityIsRefusedUntilRelease() throws Exception {
    skipUnlessImmutable();
    try (WriterProcess writer =
        WriterProcess.looping(site.path, Site.WRITER_UID, Site.WRITER_GID).awaitOk()) {

      Outcome outcome = fence.fence(resource, site.location, FENCED);

      assertEnforced(outcome);
      Map<String, String> fenced = Site.recorded(content());
      writer.awaitRefused();
      assertThat(Site.recorded(content())).isEqualTo(fenced);
      assertThat(site.path).isEmptyDirectory();

      assertThat(fence.release(resource, site.location, SERVED))
          .isEqualTo(new Release.Lifted(Optional.empty()));

      assertThat(Site.recorded(site.path)).containsAllEntriesOf(withoutTop(before));
      writer.awaitOk();
    }
  }

  @Test
  void rootWriterThatMakesTheDirectoryAgainIsRefused() throws Exception {
    skipUnlessImmutable();
    resource = Site.resource(site.path, Optional.of(Writer.ROOT));
    try (WriterProcess writer = WriterProcess.looping(site.path, 0, 0).awaitOk()) {

      assertEnforced(fence.fence(resource, site.location, FENCED));

      writer.awaitRefused();
      fence.release(resource, site.location, SERVED);
      writer.awaitOk();
    }
  }

  @Test
  void nothingThatAPointRecordsIsChanged() throws Exception {
    fence.fence(resource, site.location, FENCED);

    assertThat(content()).isNotEqualTo(site.path);
    assertThat(Site.recorded(content())).isEqualTo(before);

    fence.release(resource, site.location, SERVED);

    assertThat(content()).isEqualTo(site.path);
    assertThat(Site.recorded(site.path)).isEqualTo(before);
    assertThat(site.names()).containsExactly("site");
  }

  @Test
  void ownerOfTheParentIsRefusedToo() throws Exception {
    skipUnlessImmutable();
    Files.setAttribute(site.parent, "unix:uid", Site.WRITER_UID);

    assertEnforced(fence.fence(resource, site.location, FENCED));

    try (WriterProcess remover =
        writer("rmdir \"$0\" 2>/dev/null || mv \"$0\" \"$0.old\" 2>/dev/null || echo done")) {
      await().until(() -> remover.refused.get() == 1);
    }
    assertThat(site.path).isEmptyDirectory();
  }

  @Test
  void writerWithAFileOpenMakesTheFenceAdvisoryAndIsNamed() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    assertNamed("exec 3>>\"$0/held.log\"; echo ok; exec sleep 600", "held.log open for writing");
  }

  @Test
  void processThatWorksInTheTreeMakesTheFenceAdvisoryAndIsNamed() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    assertNamed("cd \"$0/sub\"; echo ok; exec sleep 600", "has its working directory there");
  }

  @Test
  void processWithADirectoryOpenMakesTheFenceAdvisoryAndIsNamed() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    assertNamed("exec 3<\"$0/sub\"; echo ok; exec sleep 600", "has the directory ");
  }

  @Test
  void processWithAMappedFileMakesTheFenceAdvisoryAndIsNamed() throws Exception {
    skipUnless(Files.isExecutable(Path.of("/usr/bin/python3")), "needs python3 to map a file");
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    assertNamed(
        "exec python3 -c 'import mmap,os,sys,time; f=os.open(sys.argv[1]+\"/index.html\",os.O_RDWR);"
            + " m=mmap.mmap(f,6); os.close(f); os.closerange(3,20); print(\"ok\",flush=True);"
            + " time.sleep(600)' \"$0\"",
        "index.html mapped for writing");
  }

  @Test
  void mountOfAPartInAnotherNamespaceMakesTheFenceAdvisory() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    Path volume = Files.createDirectory(temp.resolve("volume"));
    try (WriterProcess container =
        new WriterProcess(
            0,
            0,
            "exec unshare --mount --propagation private sh -c"
                + " 'mount --bind \"$0/sub\" \""
                + volume
                + "\" && echo ok; exec sleep 600' \"$0\"",
            site.path)) {
      await().until(() -> container.ok.get() + container.refused.get() > 0);
      skipUnless(container.ok.get() == 1, "can't make a mount namespace here");

      assertThat(advisory(fence.fence(resource, site.location, FENCED)))
          .contains("process " + container.pid())
          .contains("mounted at " + volume);
    }
  }

  @Test
  void fileOpenInAnotherMountNamespaceIsFoundUnderItsOtherName() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    Path volume = Files.createDirectory(temp.resolve("volume"));
    try (WriterProcess container =
        new WriterProcess(
            0,
            0,
            "exec unshare --mount --propagation private sh -c 'mount --bind \"$0/..\" \""
                + volume
                + "\" && exec 3>>\""
                + volume
                + "/site/held\" && echo ok; exec sleep 600' \"$0\"",
            site.path)) {
      await().until(() -> container.ok.get() + container.refused.get() > 0);
      skipUnless(container.ok.get() == 1, "can't make a mount namespace here");

      assertThat(advisory(fence.fence(resource, site.location, FENCED)))
          .contains("process " + container.pid())
          .contains("held open for writing");
    }
  }

  @Test
  void readerDoesNotKeepTheFenceFromBeingEnforced() throws Exception {
    skipUnlessImmutable();
    try (WriterProcess reader =
        writer("exec 3<\"$0/index.html\"; echo ok; exec sleep 600").awaitFirstOk()) {
      assertEnforced(fence.fence(resource, site.location, FENCED));
      assertThat(reader.ok).hasValue(1);
    }
  }

  @Test
  void writersThatFinishInTimeAreWaitedFor() throws Exception {
    skipUnlessImmutable();
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv");
    // It ends by itself once it sees that the tree was moved away, then its child lets go.
    try (WriterProcess writer =
        writer(
                "exec 3>>\"$0/held.log\"; echo ok;"
                    + " while [ -e \"$0/index.html\" ]; do sleep 0.02; done; sleep 0.1 & exit 0")
            .awaitFirstOk()) {
      assertEnforced(fence.fence(resource, site.location, FENCED));
      assertThat(writer.ok).hasValue(1);
    }
  }

  @Test
  void withoutTheImmutableFlagModesStopTheWriterButNotRoot() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, false), "setpriv");

    assertEnforced(fence.fence(resource, site.location, FENCED));
    assertThat(fence.release(resource, site.location, SERVED))
        .isEqualTo(new Release.Lifted(Optional.empty()));

    Resource byRoot = Site.resource(site.path, Optional.of(Writer.ROOT));
    assertThat(advisory(fence.fence(byRoot, site.location, new Epoch(5))))
        .contains("a write as uid 0, gid 0 was not refused")
        .contains("no such flag in this test");
    assertThat(site.path).isEmptyDirectory();
  }

  @Test
  void withoutTheImmutableFlagAWriterThatOwnsTheParentMakesItAdvisory() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, false), "setpriv");
    Files.setAttribute(site.parent, "unix:uid", Site.WRITER_UID);

    assertThat(fence.capability(resource, site.location).enforceable()).isFalse();
    assertThat(advisory(fence.fence(resource, site.location, FENCED)))
        .contains("may replace what stands at its location");
  }

  @Test
  void withoutSetprivTheFenceIsAdvisory() {
    fence = fence(SteppedSyscalls.withoutKill(true, true), "gnomon-no-setpriv");

    assertThat(fence.capability(resource, site.location).enforceable()).isFalse();
    assertThat(advisory(fence.fence(resource, site.location, FENCED)))
        .contains("could not be tried");
    assertThat(content()).isNotEqualTo(site.path);
  }

  @Test
  void strayWritesAreMovedAsideAndFound() throws Exception {
    fence = fence(SteppedSyscalls.withoutKill(true, false), "setpriv");
    Files.setAttribute(site.parent, "unix:uid", Site.WRITER_UID);
    fence.fence(resource, site.location, FENCED);
    try (WriterProcess deploy =
        writer("rmdir \"$0\" && mkdir \"$0\" && echo new > \"$0/index.html\" && echo ok")) {
      await().until(() -> deploy.ok.get() == 1);
    }

    Release release = fence.release(resource, site.location, SERVED);

    Path strays = site.parent.resolve(".site.gnomon-stray-3");
    assertThat(release).isEqualTo(new Release.Lifted(Optional.of(strays)));
    assertThat(strays.resolve("index.html")).hasContent("new");
    assertThat(StrayWrites.of(site.location, FENCED)).containsExactly(strays);
    assertThat(Site.recorded(site.path)).isEqualTo(before);
    assertThat(fence.release(resource, site.location, SERVED)).isEqualTo(release);
  }

  @Test
  void lateCallsForSmallerEpochsChangeNothing() throws Exception {
    fence.fence(resource, site.location, new Epoch(5));
    assertThat(fence.release(resource, site.location, SERVED)).isEqualTo(new Release.Outdated(5));
    assertThat(content()).isNotEqualTo(site.path);

    fence.release(resource, site.location, new Epoch(6));
    DirectoryFence restarted = fence(SteppedSyscalls.withoutKill(true, true), "setpriv");
    assertThat(restarted.fence(resource, site.location, new Epoch(5)))
        .isEqualTo(new Outcome.Outdated(6));
    assertThat(Site.recorded(site.path)).isEqualTo(before);
    assertThat(site.names()).containsExactly("site");
  }

  @Test
  void repeatedFenceSaysTheSame() {
    Outcome first = fence.fence(resource, site.location, FENCED);

    assertThat(fence.fence(resource, site.location, FENCED)).isEqualTo(first);
  }

  @Test
  void capabilityJudgesWithoutChangingAnything() throws Exception {
    skipUnlessImmutable();
    assertThat(fence.capability(resource, site.location).enforceable()).isTrue();
    fence = fence(SteppedSyscalls.withoutKill(true, true), "setpriv", SHORT_DRAIN);
    try (WriterProcess writer = writer("cd \"$0\"; echo ok; exec sleep 600").awaitFirstOk()) {
      Capability capability = fence.capability(resource, site.location);
      assertThat(capability.enforceable()).isFalse();
      assertThat(capability.why()).contains("process " + writer.pid());
    }
    assertThat(Site.recorded(site.path)).isEqualTo(before);
    assertThat(site.names()).containsExactly("site");

    fence.fence(resource, site.location, FENCED);
    assertThat(fence.capability(resource, site.location).enforceable()).isTrue();
  }

  @Test
  void missingLocationIsUnreachable() {
    Location missing = new Location(site.location.cell(), site.parent.resolve("absent") + "/site");

    assertThat(fence.fence(resource, missing, FENCED)).isInstanceOf(Outcome.Unreachable.class);
    assertThat(fence.content(resource, missing)).isEmpty();
    assertThat(fence.release(resource, missing, SERVED)).isInstanceOf(Release.Unreachable.class);
    assertThat(fence.capability(resource, missing).enforceable()).isFalse();
  }

  @Test
  void mountPointIsOnlyAdvisoryAndLeftAsItIs() throws Exception {
    Location mounted = new Location(new CellName("east"), "/proc");

    assertThat(fence.capability(resource, mounted))
        .isEqualTo(new Capability(false, "/proc is a mount point, which can't be moved"));
    assertThat(advisory(fence.fence(resource, mounted, FENCED)))
        .contains("/proc can't be moved away");
    assertThat(Path.of("/.proc.gnomon-fenced")).doesNotExist();
    assertThat(Path.of("/.proc.gnomon-fence.json")).doesNotExist();
  }

  @Test
  void symbolicLinkIsOnlyAdvisoryAndLeftAsItIs() throws Exception {
    Path link = Files.createSymbolicLink(site.parent.resolve("current"), site.path);
    Location linked = new Location(new CellName("east"), link.toString());

    assertThat(fence.capability(resource, linked).why()).contains("is a symbolic link");
    assertThat(advisory(fence.fence(resource, linked, FENCED))).contains("is not a directory");
    assertThat(site.names()).containsExactly("current", "site");
  }

  @Test
  void immutableTreeIsOnlyAdvisory() throws Exception {
    skipUnlessImmutable();
    new LinuxSyscalls().setImmutable(site.path, true);

    assertThat(fence.capability(resource, site.location).why()).contains("is immutable");
    assertThat(advisory(fence.fence(resource, site.location, FENCED)))
        .contains("Operation not permitted");
    assertThat(site.names()).containsExactly("site");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative/site", "/", "/srv/../etc", "/srv/.", ""})
  void locationsThatAreNeverFencedAreRefused(String path) {
    Location wrong = new Location(new CellName("east"), path);

    assertThatThrownBy(() -> fence.fence(resource, wrong, FENCED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void generationOfAReplicaIsFencedTheSameWay() throws Exception {
    skipUnlessImmutable();
    Site generation = new Site(temp.resolve("srv"), "00000000000000000007");

    assertEnforced(fence.fence(resource, generation.location, FENCED));
    assertThat(fence.release(resource, generation.location, SERVED))
        .isEqualTo(new Release.Lifted(Optional.empty()));
  }

  @Test
  void longNamesAreFencedToo() throws Exception {
    Site wide = new Site(temp, "n".repeat(255));

    fence.fence(resource, wide.location, FENCED);
    assertThat(fence.content(resource, wide.location)).get().isNotEqualTo(wide.path);
    fence.release(resource, wide.location, SERVED);

    assertThat(wide.path.resolve("index.html")).exists();
  }

  @Test
  void fenceTakesNoLongerForMoreData() throws Exception {
    for (int i = 0; i < 2000; i++) {
      Files.writeString(site.path.resolve("sub/file" + i), "x");
    }
    for (long epoch = 10; epoch < 30; epoch += 2) {
      long start = System.nanoTime();
      fence.fence(resource, site.location, new Epoch(epoch));
      long fenced = System.nanoTime();
      fence.release(resource, site.location, new Epoch(epoch + 1));
      System.out.printf(
          "fence of 2000 files: %.1f ms, release: %.1f ms%n",
          (fenced - start) / 1e6, (System.nanoTime() - fenced) / 1e6);
    }
    assertThat(site.path.resolve("sub/file1999")).exists();
  }

  private void assertNamed(String script, String evidence) throws Exception {
    try (WriterProcess writer = writer(script).awaitFirstOk()) {
      String found = advisory(fence.fence(resource, site.location, FENCED));

      assertThat(found).contains("process " + writer.pid() + " (").contains(evidence);
      assertThat(content()).isNotEqualTo(site.path);
      writer.end();
      await().until(() -> enforcedNow() || !new LinuxSyscalls().canSetImmutable(site.parent));
    }
  }

  private boolean enforcedNow() {
    return fence.fence(resource, site.location, FENCED)
            instanceof Outcome.Done(Fenced fenced, String why)
        && fenced == Fenced.ENFORCED;
  }

  private WriterProcess writer(String script) throws IOException {
    return new WriterProcess(Site.WRITER_UID, Site.WRITER_GID, script, site.path);
  }

  private Path content() {
    return fence.content(resource, site.location).orElseThrow().directory();
  }

  private static void assertEnforced(Outcome outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> {
              assertThat(done.fenced()).as(done.evidence()).isEqualTo(Fenced.ENFORCED);
              assertThat(done.evidence()).contains("was refused");
            });
  }

  private static String advisory(Outcome outcome) {
    Outcome.Done done = (Outcome.Done) outcome;
    assertThat(done.fenced()).as(done.evidence()).isEqualTo(Fenced.ADVISORY);
    return done.evidence();
  }

  private static Map<String, String> withoutTop(Map<String, String> recorded) {
    Map<String, String> rest = new java.util.TreeMap<>(recorded);
    rest.remove("");
    return rest;
  }

  private DirectoryFence fence(Syscalls calls, String setpriv) {
    return fence(calls, setpriv, LONG_DRAIN);
  }

  private DirectoryFence fence(Syscalls calls, String setpriv, Duration drain) {
    return new DirectoryFence(
        new FileAppliedEpochs(temp.resolve("state")),
        calls,
        new TrialWrite(new ProgramRunner(), 0, setpriv),
        new OpenWriters(Path.of("/proc"), LONG_SCAN, drain),
        0);
  }

  private void skipUnlessImmutable() {
    skipUnless(
        new LinuxSyscalls().canSetImmutable(site.parent),
        "the immutable flag can't be set on " + site.parent);
  }

  private static void skipUnless(boolean there, String reason) {
    if (!there) {
      System.out.println("skipped: " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }
}
