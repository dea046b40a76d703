package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports, unpacked by GNU tar and compared by find, sha256sum and getfattr.
class ExportTest {
  /// user::rw-, user:1234:r--, group::r--, mask::r--, other::r--
  private static final String ACL =
      "0x0200000001000600ffffffff02000400d204000004000400ffffffff10000400ffffffff20000400ffffffff";

  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreFixture store = StoreFixture.on(objects);
  private Path source;

  @BeforeEach
  void make() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
  }

  @Test
  void aTreeOfEverythingComesBackThroughTar() {
    needsGnuTar();
    Trees.fill(source);
    Trees.shell(
        source,
        """
        set -e
        echo 1 > $'new\\nline'; echo 2 > $'bytes\\xff\\xfe'; echo 4 > $'\\xc3\\xbc'; echo 5 > ' '; echo 6 > '\\'
        mkdir $'dir\\xff'; echo 11 > $'dir\\xff/\\xe4'; ln -s $'to\\xff/' $'link\\xfe'; ln $'dir\\xff/\\xe4' $'h\\xe9'
        long=$(printf 'n%.0s' $(seq 255)); deep=$long/$long/$long
        mkdir -p $deep; echo 12 > $deep/file; ln $deep/file z-hard; ln -s $long/$long/$long z-soft
        echo 13 > $long/$(printf '\\xff%.0s' $(seq 200)); echo 14 > $(printf 'x%.0s' $(seq 98)); echo 15 > $(printf 'y%.0s' $(seq 99))
        touch -d '1969-12-31 23:59:58.750000000 UTC' ' '; touch -d '2200-01-01 00:00:00.5 UTC' '\\'
        chown 4000000000:3000000000 $'\\xc3\\xbc' 2>/dev/null || true
        setfattr -n user.bytes -v 0x00ff0a3d00 a/one 2>/dev/null || true
        setfattr -n 'user.a=b%c' -v x a/one 2>/dev/null || true
        setfattr -n system.posix_acl_access -v %s a/b/c/nothing 2>/dev/null || echo 'skipped: no lists'
        """
            .replace("%s ", ACL + " "));
    Point point = store.capture(source);
    Set<ObjectName> before = Set.copyOf(objects.names());

    Path unpacked = unpacked(export(point, ""), "");

    assertThat(point.notKeptCount()).isZero();
    assertThat(Trees.describe(unpacked)).isEqualTo(Trees.describe(source));
    assertThat(objects.names()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void pythonReadsItToo() {
    assumeTrue(
        Trees.shell(directory, "python3 -c 'import tarfile' 2>&1 && echo yes || true")
            .contains("yes"),
        "python3 is not there");
    Trees.shell(
        source,
        """
        set -e
        echo 1 > $'bytes\\xff\\xfe'; mkdir $'dir\\xe4'; ln $'bytes\\xff\\xfe' $'dir\\xe4/hard'; echo 2 > $'\\xc3\\xbc'
        long=$(printf '\\xe9%.0s' $(seq 150)); echo 3 > $long; ln -s $long link
        touch -d '1969-12-31 23:00:00.25 UTC' $long; touch -d '2001-02-03 04:05:06.5 UTC' $'bytes\\xff\\xfe'
        """);
    Path archive = export(store.capture(source), "");
    Path unpacked = made("unpacked");

    Trees.shell(
        unpacked,
        "python3 -c \"import tarfile; tarfile.open('%s').extractall('.')\"".formatted(archive));

    assertThat(withoutTimes(unpacked)).isEqualTo(withoutTimes(source)); // it reads them as floats
  }

  private static String withoutTimes(Path tree) {
    return Trees.describe(tree).replaceAll(" -?[0-9]+[.][0-9]+ ", " ");
  }

  @Test
  void whatLiesBelowAPathComesAloneAndLinksOutOfItBecomeFiles() {
    needsGnuTar();
    Trees.shell(
        source,
        """
        set -e
        mkdir -p a/sub/deep other; echo outside > a/first; ln a/first a/sub/one; ln a/first a/sub/two
        echo inside > a/sub/deep/file; ln a/sub/deep/file a/sub/deep/hard; echo x > other/x
        """);
    Point point = store.capture(source);

    Path unpacked = unpacked(export(point, "a/sub/"), "");

    Trees.shell(source, "rm a/first; touch -r a/sub .stamp");
    assertThat(Trees.describe(unpacked)).isEqualTo(Trees.describe(source.resolve("a/sub")));
  }

  @Test
  void oneFileComesAlone() {
    needsGnuTar();
    Trees.shell(source, "mkdir -p a/b; echo one > a/b/one; ln a/b/one a/b/two; ln -s one a/b/link");
    Point point = store.capture(source);

    assertThat(listed(export(point, "a/b/one"))).isEqualTo("./one\n");
    assertThat(listed(export(point, "a/b/link"))).isEqualTo("./link\n");
    Path second = unpacked(export(point, "a/b/two"), "two");
    assertThat(second.resolve("two")).hasContent("one");
  }

  @Test
  void namesThatAreNoTextAreGivenAsTheyAreShown() {
    needsGnuTar();
    Trees.shell(source, "mkdir $'d\\xff'; echo x > $'d\\xff/file'");
    Point point = store.capture(source);

    assertThat(listed(export(point, "d\\xff"))).isEqualTo("./\n./file\n");
  }

  @Test
  void aPathThatIsNotThereIsSaid() {
    Trees.write(source.resolve("file"), "x");
    Point point = store.capture(source);

    for (String path : new String[] {"none", "file/below", "a//b", ".."}) {
      assertThatThrownBy(() -> export(point, path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no '" + path);
    }
  }

  @Test
  void anArchiveOfADamagedPointHasNoEnd() throws IOException {
    Trees.write(source.resolve("a"), Trees.random(1, 300_000));
    Trees.write(source.resolve("b"), Trees.random(2, 300_000));
    Point point = store.capture(source);
    ObjectName pack =
        objects.names().stream()
            .filter(name -> name.value().startsWith("store/packs/"))
            .max((x, y) -> Long.compare(size(x), size(y)))
            .orElseThrow();
    objects.damage(
        pack,
        bytes -> {
          bytes[400_000] ^= 1;
          return bytes;
        });
    Path archive = directory.resolve("archive.tar");

    assertThatThrownBy(() -> export(StoreFixture.on(objects), point, "", archive))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining(pack.value());

    assertThat(Files.size(archive)).isPositive();
    assertThat(Trees.shell(directory, "tar -tf archive.tar >/dev/null 2>&1 || echo refused"))
        .isEqualTo("refused\n");
  }

  private long size(ObjectName name) {
    return objects.stat(name).orElseThrow().sizeBytes();
  }

  private Path export(Point point, String path) {
    return export(store, point, path, directory.resolve("archive.tar"));
  }

  private static Path export(StoreFixture store, Point point, String path, Path archive) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
      store.store().contents().export(point.id(), path, out, Progress.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive;
  }

  private Path unpacked(Path archive, String suffix) {
    Path target = made("unpacked" + suffix);
    Trees.shell(
        target,
        "LC_ALL=C tar --xattrs --xattrs-include='*' --acls --numeric-owner -xpf '%s' 2>/dev/null"
            .formatted(archive));
    return target;
  }

  private static String listed(Path archive) {
    return Trees.shell(archive.getParent(), "tar -tf '%s'".formatted(archive));
  }

  private Path made(String name) {
    try {
      return Files.createDirectory(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void needsGnuTar() {
    assumeTrue(
        Trees.shell(directory, "tar --version 2>&1 || true").contains("GNU tar"),
        "GNU tar is not there");
  }
}
