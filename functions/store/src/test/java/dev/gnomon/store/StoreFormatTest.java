package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `store/format` may say, and what is refused.
class StoreFormatTest {
  private static final String CUTS_1 = "fastcdc-524288-1048576-4194304";

  @TempDir Path temp;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private Path source;

  @BeforeEach
  void source() throws Exception {
    source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("file"), "content");
  }

  @Test
  void aNewStoreIsOfVersionTwo() throws Exception {
    StoreFixture.on(objects).capture(source);

    assertThat(text("store/format"))
        .contains("\"version\":2", "\"ids\":\"sha256\"", "\"encryption\":\"none\"");
  }

  @Test
  void aNewerVersionIsRefusedAndNothingIsWritten() {
    format(Map.of("version", 3, "cuts", CUTS_1, "spice", "paprika"));

    refused("has format 3, this program knows formats 1 to 2: use a newer one");
    assertThat(objects.names()).hasSize(1);
  }

  @Test
  void aVersionThatIsNoneIsRefused() {
    for (Object version : List.of(0, -1, "2", 2.5)) {
      objects.delete(List.of(StoreFormat.NAME));
      format(Map.of("version", version, "cuts", CUTS_1));

      refused("this program knows formats 1 to 2");
    }
  }

  @Test
  void unknownFieldsAreRefusedByName() {
    format(
        Map.of(
            "version", 2, "cuts", CUTS_1, "ids", "sha256", "encryption", "none", "spice", "salt"));

    refused("[spice], this program knows [cuts, encryption");
  }

  @Test
  void aFieldOfVersionTwoIsUnknownInVersionOne() {
    format(Map.of("version", 1, "cuts", CUTS_1, "ids", "sha256"));

    refused("says format 1 with [ids], this program knows [cuts, version]");
  }

  @Test
  void versionOneHasNoOtherCuts() {
    format(Map.of("version", 1, "cuts", "fastcdc-262144-1048576-4194304"));

    refused("format 1 has the cuts " + CUTS_1 + ", not fastcdc-262144-1048576-4194304");
  }

  @Test
  void otherIdsAndOtherEncryptionAreRefused() {
    format(Map.of("version", 2, "cuts", CUTS_1, "ids", "blake3", "encryption", "none"));
    refused("says ids blake3");

    objects.delete(List.of(StoreFormat.NAME));
    format(Map.of("version", 2, "cuts", CUTS_1, "ids", "sha256", "encryption", "rot13"));
    refused("rot13");

    objects.delete(List.of(StoreFormat.NAME));
    format(Map.of("version", 2, "cuts", "rabin-1", "ids", "sha256", "encryption", "none"));
    refused("cuts must be fastcdc-<min>-<average>-<max>: 'rabin-1'");

    objects.delete(List.of(StoreFormat.NAME));
    format(
        Map.of(
            "version", 2, "cuts", "fastcdc-1-8-999999999", "ids", "sha256", "encryption", "none"));
    refused("chunk sizes need");
  }

  @Test
  void aStoreKeepsTheCutsThatItWasBegunWith() {
    format(
        Map.of("version", 2, "cuts", "fastcdc-64-256-1024", "ids", "sha256", "encryption", "none"));
    Trees.write(source.resolve("big"), Trees.random(1, 300_000));

    Point point = StoreFixture.on(objects).capture(source);

    StoreFixture.on(objects).restore(point.id(), temp.resolve("back"));
    assertThat(Trees.describe(temp.resolve("back"))).isEqualTo(Trees.describe(source));
    assertThat(new StoreFormat(objects, Optional.empty()).get().cutter().maxBytes())
        .isEqualTo(1024);
  }

  @Test
  void aStoreBegunInVersionOneGoesOnInVersionOne() throws Exception {
    format(Map.of("version", 1, "cuts", CUTS_1));
    Trees.write(source.resolve("zeros"), new byte[300_000]);

    Point point =
        StoreFixture.on(objects)
            .capture(
                StoreFixture.request(source)
                    .compressedBy(dev.gnomon.core.catalogue.Compression.LZ4));

    for (ObjectName name : objects.names()) {
      if (name.value().startsWith("store/packs/")) {
        assertThat(text(name.value())).endsWith("GNPACK01");
      } else if (name.value().startsWith("store/index/")) {
        assertThat(text(name.value())).startsWith("GNINDX01");
      }
    }
    StoreFixture later = StoreFixture.on(objects);
    later.store().restorer().verify(point.id(), Progress.NONE);
    later.restore(point.id(), temp.resolve("back"));
    assertThat(Trees.describe(temp.resolve("back"))).isEqualTo(Trees.describe(source));
  }

  @Test
  void aStoreThatLostItsFormatIsNeitherReadNorBegunAnew() {
    Point point = StoreFixture.on(objects).capture(source);
    objects.delete(List.of(StoreFormat.NAME));

    refused("'store/format' is missing");
    assertThatThrownBy(
            () -> StoreFixture.on(objects).store().restorer().verify(point.id(), Progress.NONE))
        .hasMessageContaining("'store/format' is missing");
    assertThat(objects.stat(StoreFormat.NAME)).isEmpty();
  }

  @Test
  void aFlippedOrCutFormatIsNamed() {
    StoreFixture.on(objects).capture(source);
    byte[][] whole = new byte[1][];
    objects.damage(
        StoreFormat.NAME,
        bytes -> {
          whole[0] = bytes.clone();
          return bytes;
        });
    for (int at = 0; at < whole[0].length; at++) {
      int position = at;
      for (byte[] damaged : List.of(flipped(whole[0], at), Arrays.copyOf(whole[0], position))) {
        objects.damage(StoreFormat.NAME, bytes -> damaged);

        assertThatThrownBy(() -> StoreFixture.on(objects).capture(source))
            .isInstanceOf(BlobFault.class)
            .hasMessageContaining("store/format");
      }
    }
  }

  private static byte[] flipped(byte[] whole, int at) {
    byte[] flipped = whole.clone();
    flipped[at] ^= 4;
    return flipped;
  }

  private void refused(String why) {
    assertThatThrownBy(() -> StoreFixture.on(objects).store().shadows().points(StoreFixture.SITE))
        .as("reading")
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(ObjectStoreException.class).hasMessageContaining(why),
            e -> assertThat(why).contains("is missing"));
    assertThatThrownBy(() -> StoreFixture.on(objects).capture(source))
        .as("writing")
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(why);
  }

  private void format(Map<String, Object> record) {
    new Records(objects, () -> StoreForm.FORMAT_1).create(StoreFormat.NAME, record);
  }

  private String text(String name) throws Exception {
    try (InputStream in = objects.read(new ObjectName(name), ByteRange.ALL).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
