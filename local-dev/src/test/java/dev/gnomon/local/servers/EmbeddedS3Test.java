package dev.gnomon.local.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store of a local cell is the same through S3 and as a directory.
class EmbeddedS3Test {
  private static final CellBucket WEST =
      CellBucket.of(new CellName("west"), "west-key", "west-secret");
  private static final CellBucket SHORT = CellBucket.of(new CellName("b"), "b-key", "b-secret");

  @TempDir Path cells;
  private EmbeddedS3 server;
  private ObjectStore directory;

  @BeforeEach
  void start() {
    directory = DirectoryObjectStore.open(cells.resolve("west"), Clock.systemUTC());
    DirectoryObjectStore.open(cells.resolve("b"), Clock.systemUTC());
    server = EmbeddedS3.start(cells, List.of(WEST, SHORT));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ObjectStore s3(String bucket, String accessKey, String secretKey) {
    URI url = URI.create("s3+" + server.endpoint() + "/" + bucket);
    return S3ObjectStores.open(url, accessKey, secretKey, "");
  }

  private ObjectStore west() {
    return s3("west", "west-key", "west-secret");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String read(ObjectStore store, String name) throws IOException {
    try (var in = store.read(new ObjectName(name), ByteRange.ALL).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> names(ObjectStore store) {
    return store.list("", Optional.empty(), 1000).objects().stream()
        .map(ObjectStat::name)
        .map(ObjectName::value)
        .toList();
  }

  @Test
  void bothWritersObjectsAreReadByBothWhateverTheirNames() throws IOException {
    ObjectStore s3 = west();
    List<String> names =
        List.of(
            "routes/site/00000000000000000001",
            "store/points/site@7",
            "store/a=b/c+d-e_f.g",
            "rollbacks/site/00000000000000000003/rejected/00000000000000000001");
    for (String name : names) {
      directory.create(new ObjectName(name), bytes("directory " + name));
      s3.create(new ObjectName(name + ".s3"), bytes("s3 " + name));
    }
    for (String name : names) {
      assertThat(read(s3, name)).isEqualTo("directory " + name);
      assertThat(read(directory, name)).isEqualTo("directory " + name);
      assertThat(read(s3, name + ".s3")).isEqualTo("s3 " + name);
      assertThat(read(directory, name + ".s3")).isEqualTo("s3 " + name);
    }
    List<String> all =
        names.stream().flatMap(name -> Stream.of(name, name + ".s3")).sorted().toList();
    assertThat(names(directory)).isEqualTo(all);
    assertThat(names(s3)).isEqualTo(all);
  }

  @Test
  void aNameIsTakenForBothWhoeverTookIt() {
    ObjectStore s3 = west();
    ObjectName one = new ObjectName("x/1");
    ObjectName two = new ObjectName("x/2");
    assertThat(directory.create(one, bytes("d"))).isInstanceOf(Creation.Created.class);
    assertThat(s3.create(one, bytes("s"))).isInstanceOf(Creation.AlreadyExists.class);
    assertThat(s3.create(two, bytes("s"))).isInstanceOf(Creation.Created.class);
    assertThat(directory.create(two, bytes("d"))).isInstanceOf(Creation.AlreadyExists.class);
  }

  @Test
  void streamsAreTheSameForBoth() throws IOException {
    byte[] large = new byte[7 * 1024 * 1024];
    new java.util.Random(7).nextBytes(large);
    west().put(new ObjectName("packs/one"), new ByteArrayInputStream(large));
    try (var in = directory.read(new ObjectName("packs/one"), ByteRange.ALL).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(large);
    }
    directory.delete(List.of(new ObjectName("packs/one")));
    assertThat(west().stat(new ObjectName("packs/one"))).isEmpty();
  }

  @Test
  void aCellOpensItsOwnBucketOnlyAndNothingIsOpenToAll() {
    ObjectName name = new ObjectName("a");
    directory.create(name, bytes("x"));
    for (ObjectStore intruder :
        List.of(
            s3("west", "b-key", "b-secret"),
            s3("west", "west-key", "wrong"),
            s3("west", "nobody", "nothing"),
            s3("west", "-", "-"))) {
      assertThatThrownBy(() -> intruder.stat(name)).isInstanceOf(ObjectStoreException.class);
      assertThatThrownBy(() -> intruder.create(new ObjectName("b"), bytes("y")))
          .isInstanceOf(ObjectStoreException.class);
    }
  }

  @Test
  void aCellWithAShortNameHasABucketToo() throws IOException {
    ObjectStore s3 = s3("cell-b", "b-key", "b-secret");
    s3.create(new ObjectName("a"), bytes("x"));
    ObjectStore same = DirectoryObjectStore.open(cells.resolve("b"), Clock.systemUTC());
    assertThat(read(same, "a")).isEqualTo("x");
  }
}
