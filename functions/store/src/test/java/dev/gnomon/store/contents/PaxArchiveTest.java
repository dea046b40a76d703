package dev.gnomon.store.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.store.contents.PaxArchive.Type;
import dev.gnomon.store.tree.Meta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaxArchiveTest {
  private static final long GIB = 1L << 30;

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PaxArchive archive = new PaxArchive(out);

  private static Meta meta(long seconds, int nanos) {
    return new Meta(0644, 1, 2, seconds, nanos, Collections.emptySortedMap());
  }

  private String text() {
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatUstarCanSayNeedsNoFurtherHeader() throws IOException {
    archive.member(Type.FILE, "./file", meta(1000, 0), "", 3);
    archive.content("abc".getBytes(StandardCharsets.UTF_8), 3);
    archive.endOfContent();
    archive.end();

    assertThat(out.size()).isEqualTo(10_240);
    assertThat(text()).startsWith("./file\0").doesNotContain("PaxHeader");
  }

  @Test
  void timesCountFromZeroInBothDirections() throws IOException {
    archive.member(Type.FILE, "./a", meta(-2, 250_000_000), "", 0);
    archive.member(Type.FILE, "./b", meta(-1, 999_999_999), "", 0);
    archive.member(Type.FILE, "./c", meta(-3, 0), "", 0);
    archive.member(Type.FILE, "./d", meta(5, 1), "", 0);

    assertThat(text())
        .contains("15 mtime=-1.75\n")
        .contains("22 mtime=-0.000000001\n")
        .contains("12 mtime=-3\n")
        .contains("21 mtime=5.000000001\n");
  }

  @Test
  void theLengthOfARecordCountsItsOwnDigits() throws IOException {
    for (int length = 80; length < 120; length++) {
      out.reset();
      archive.member(Type.SYMLINK, "./a", meta(1, 0), "\u00e9".repeat(length), 0);
      String record = text().substring(512);
      int end = Integer.parseInt(record.substring(0, record.indexOf(' ')));
      assertThat(record.charAt(end - 1)).isEqualTo('\n');
      assertThat(record).startsWith(end + " hdrcharset=BINARY\n");
      int second = Integer.parseInt(record.substring(end, record.indexOf(' ', end)));
      assertThat(record.substring(end, end + second))
          .isEqualTo(second + " linkpath=" + "\u00e9".repeat(length) + "\n");
    }
  }

  @Test
  void filesFromEightGibibytesOnAreReadByTar() throws Exception {
    Path file = directory.resolve("archive.tar");
    archive.member(Type.FILE, "./huge", meta(1000, 0), "", 9 * GIB);
    Files.write(file, out.toByteArray());
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(out.size() + 9 * GIB);
      sparse.seek(sparse.length());
      out.reset();
      archive.member(Type.FILE, "./after", meta(1000, 0), "", 0);
      archive.end();
      sparse.write(out.toByteArray());
    }
    Process tar =
        new ProcessBuilder("tar", "--numeric-owner", "-tvf", file.toString())
            .redirectErrorStream(true)
            .start();
    String listed = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assumeTrue(!listed.contains("not found"), "tar is not there");
    assertThat(tar.waitFor()).as(listed).isZero();
    assertThat(listed)
        .containsPattern("1/2 +9663676416 .* \\./huge\n")
        .containsPattern(" 0 .* \\./after\n");
  }

  @Test
  void anAccessControlListOfAnUnknownFormStaysAnAttribute() throws IOException {
    var attributes = new TreeMap<String, byte[]>();
    attributes.put("system.posix_acl_access", new byte[] {9, 9, 9});
    archive.member(Type.FILE, "./a", new Meta(0644, 1, 2, 1, 0, attributes), "", 0);

    assertThat(text()).contains("SCHILY.xattr.system.posix_acl_access=\t\t\t\n");
  }
}
