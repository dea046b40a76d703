package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.PointContents.Damage;
import dev.gnomon.core.shadow.PointContents.Verification;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.check.RepairReport;
import dev.gnomon.store.check.StoreRepair;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Points of prefixes checked to the last chunk, as archives, and repaired from another store.
class PrefixContentsTest {
  @TempDir Path directory;
  private final PrefixFixture world = new PrefixFixture();

  private void fill() {
    world.bucket.put(
        "data/index.html",
        "<h1>good</h1>",
        PrefixFixture.attributes("text/html", Map.of("owner", "web"), Map.of("a=b", "grün")));
    world.bucket.put("data/dir/x", "below");
    world.bucket.put("data/dir-x", "beside");
    world.bucket.put("data/empty", "");
    world.settle();
  }

  private PointContents contents() {
    return world.store().store().contents();
  }

  private Set<ObjectName> packs() {
    Set<ObjectName> packs = new HashSet<>(world.objects.names());
    packs.removeIf(name -> !name.value().startsWith("store/packs/"));
    return packs;
  }

  private String text(ObjectName name) {
    try (var in = world.objects.read(name, ByteRange.ALL).orElseThrow()) {
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] export(Point point, String path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    contents().export(point.id(), path, out, Progress.NONE);
    return out.toByteArray();
  }

  @Test
  void everyKeyThatCannotComeBackIsNamed() {
    fill();
    world.capture();
    Set<ObjectName> before = packs();
    for (int i = 0; i < 5; i++) {
      world.bucket.put("data/new-" + i, "new " + i);
    }
    world.settle();
    Point point = world.capture();
    assertThat(contents().verify(point.id(), Progress.NONE).whole()).isTrue();
    // The content of the new objects lies in the first of the two packs, the manifest in the other.
    ObjectName content =
        packs().stream()
            .filter(name -> !before.contains(name))
            .filter(name -> text(name).contains("new 0"))
            .findFirst()
            .orElseThrow();
    world.objects.delete(List.of(content));

    Verification found = contents().verify(point.id(), Progress.NONE);

    assertThat(found.damagedPaths()).isEqualTo(5);
    assertThat(found.damaged())
        .extracting(Damage::path)
        .containsExactly("new-0", "new-1", "new-2", "new-3", "new-4");
  }

  @Test
  void everyVersionThatIsGoneIsNamed() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    fill();
    Written first = world.bucket.put("data/a", "first");
    Written second = world.bucket.put("data/b", "second");
    world.settle();
    Point point = world.capture();
    world.bucket.forget("data/a", first.version());
    world.bucket.forget("data/b", second.version());

    Verification found = contents().verify(point.id(), Progress.NONE);

    assertThat(found.damaged()).extracting(Damage::path).containsExactly("a", "b");
    assertThat(found.damaged())
        .allSatisfy(damage -> assertThat(damage.reason()).contains("not in the bucket any more"));
  }

  @Test
  void aLostManifestIsNamedWithHowMuchIsLost() {
    fill();
    Point point = world.capture();
    world.objects.delete(List.copyOf(packs()));

    Verification found = contents().verify(point.id(), Progress.NONE);

    assertThat(found.whole()).isFalse();
    assertThat(found.damaged())
        .singleElement()
        .satisfies(damage -> assertThat(damage.reason()).contains("all 4 objects are lost"));
  }

  @Test
  void anArchiveHoldsObjectsWithWhatTheyCarry() throws IOException {
    fill();
    Point point = world.capture();

    byte[] archive = export(point, "");

    String text = new String(archive, ISO_8859_1);
    assertThat(text)
        .contains("GNOMON.s3.header.content-type=text/html\n")
        .contains("GNOMON.s3.meta.owner=web\n")
        .contains("GNOMON.s3.tag.a%3Db=gr\u00c3\u00bcn\n")
        .doesNotContain("GNOMON.s3.key");
    assumeTrue(
        Trees.shell(directory, "tar --version 2>&1 || true").contains("GNU tar"),
        "GNU tar is not there");
    Files.write(directory.resolve("all.tar"), archive);
    Trees.shell(directory, "mkdir all && tar -C all -xf all.tar 2>/dev/null");
    assertThat(directory.resolve("all/index.html")).hasContent("<h1>good</h1>");
    assertThat(directory.resolve("all/dir/x")).hasContent("below");
    assertThat(directory.resolve("all/dir-x")).hasContent("beside");
    assertThat(directory.resolve("all/empty")).isEmptyFile();
  }

  @Test
  void aPartOfThePointIsWhatLiesBelowAKey() throws IOException {
    fill();
    Point point = world.capture();
    Files.write(directory.resolve("part.tar"), export(point, "dir/"));
    Files.write(directory.resolve("one.tar"), export(point, "dir-x"));

    assertThat(Trees.shell(directory, "tar -tf part.tar 2>/dev/null")).isEqualTo("./dir/x\n");
    assertThat(Trees.shell(directory, "tar -tf one.tar 2>/dev/null")).isEqualTo("./dir-x\n");
    assertThatThrownBy(() -> export(point, "di"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no 'di'");
  }

  @Test
  void keysThatAreNoPathsAreToldInARecord() {
    world.bucket.put("data/", "the prefix itself");
    world.bucket.put("data/folder/", "a marker");
    world.bucket.put("data/a//b", "nothing between");
    world.settle();

    String text = new String(export(world.capture(), ""), ISO_8859_1);

    assertThat(text)
        .contains("./_\0", "GNOMON.s3.key=\n")
        .contains("./folder/_\0", "GNOMON.s3.key=folder/\n")
        .contains("./a/_/b\0", "GNOMON.s3.key=a//b\n");
  }

  @Test
  void versionsAreReadFromTheBucket() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    fill();
    Point point = world.capture();
    world.bucket.put("data/dir/x", "changed since");

    assertThat(new String(export(point, "dir/x"), ISO_8859_1))
        .contains("below")
        .doesNotContain("changed since");
  }

  @Test
  void contentIsRepairedByItsKeysFromAStoreWithOtherIds() throws IOException {
    fill();
    Point point = world.capture();
    InMemoryObjectStore twin = new InMemoryObjectStore(world.clock);
    StoreSettings encrypted = EncryptedStoreTest.with(EncryptedStoreTest.KEY);
    new StoreFixture(
            ShadowStores.open(twin, encrypted, place -> world.bucket.open(place, world.spec)))
        .capture(
            PrefixFixture.request(
                "twin", PointKind.COMMAND, dev.gnomon.core.catalogue.OnChange.RETRY, 1L << 30));
    ObjectName content =
        packs().stream().filter(name -> text(name).contains("beside")).findFirst().orElseThrow();
    world.objects.delete(List.of(content));
    assertThat(contents().verify(point.id(), Progress.NONE).whole()).isFalse();

    StoreRepair repair =
        new StoreRepair(RootsTest.parts(world.objects, StoreSettings.DEFAULT), directory)
            .from("twin", RootsTest.parts(twin, encrypted));
    RepairReport report = repair.execute(repair.plan(bytes -> {}), bytes -> {});

    assertThat(report.left().hurt()).isEmpty();
    assertThat(contents().verify(point.id(), Progress.NONE).whole()).isTrue();
  }
}
