package dev.gnomon.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedS3;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoPlaceTest {
  private static final String ACCESS = "demo";
  private static final String SECRET = "a-secret-of-the-test";
  private static final Function<String, Optional<String>> KEYS =
      name ->
          Optional.ofNullable(
              Map.of("AWS_ACCESS_KEY_ID", ACCESS, "AWS_SECRET_ACCESS_KEY", SECRET).get(name));

  @TempDir Path temporary;
  @TempDir Path elsewhere;
  private Function<String, Optional<String>> keys = KEYS;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void whatAKilledDemoLeftIsRemovedByTheNextOne() throws Exception {
    Path orphan = orphan("gnomon-demo-1");
    Files.createDirectories(orphan.resolve("east/site"));
    Files.writeString(orphan.resolve("east/site/file"), "x");

    try (DemoPlace place = DemoPlace.temporary(temporary, false, keys::apply, err)) {
      assertThat(orphan).doesNotExist();
      assertThat(place.path()).isDirectory();
    }

    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("removed what a killed demo had left: " + orphan);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatWasKeptOrIsNoDemosStays() throws Exception {
    Path other = Files.createDirectory(temporary.resolve("gnomon-demo-other"));
    Path link = temporary.resolve("gnomon-demo-link");
    Files.createSymbolicLink(link, orphan("elsewhere"));
    Path kept;
    try (DemoPlace place = DemoPlace.temporary(temporary, true, keys::apply, err)) {
      kept = place.path();
    }

    DemoPlace.temporary(temporary, false, keys::apply, err).close();

    assertThat(kept).isDirectory();
    assertThat(other).isDirectory();
    assertThat(link).exists();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("everything is left in " + kept);
  }

  @Test
  void aGivenDirectoryMustBeEmpty() throws Exception {
    Files.writeString(temporary.resolve("mine"), "precious");

    assertThatThrownBy(() -> DemoPlace.at(temporary, false, err))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.exitCode()).isEqualTo(Failure.WRONG_USE));
    assertThat(temporary.resolve("mine")).exists();
  }

  /// What a demo with its cells in a bucket left when it was killed.
  private Path orphanOf(String note) throws Exception {
    Path orphan = orphan("gnomon-demo-1");
    Files.writeString(orphan.resolve(".elsewhere"), note);
    Files.createDirectories(orphan.resolve("east/site"));
    try (S3ObjectStore store = store(note)) {
      store.create(new ObjectName("east/object"), new byte[] {1});
      store.create(new ObjectName("west/object"), new byte[] {2});
    }
    return orphan;
  }

  private static S3ObjectStore store(String url) {
    return S3ObjectStores.open(URI.create(url), ACCESS, SECRET, "");
  }

  private EmbeddedS3 server() throws Exception {
    Path objects = Files.createDirectories(elsewhere.resolve("objects/stores")).getParent();
    return EmbeddedS3.start(
        objects, List.of(new CellBucket(new CellName("stores"), "stores", ACCESS, SECRET)));
  }

  private static int objects(String url) throws Exception {
    try (S3ObjectStore store = store(url)) {
      return store.list("", Optional.empty(), 100).objects().size();
    }
  }

  private static String below(EmbeddedS3 server) {
    return "s3+" + server.endpoint() + "/stores/trial/gnomon-demo-" + UUID.randomUUID();
  }

  @Test
  void theObjectsOfAKilledDemoGoToo() throws Exception {
    try (EmbeddedS3 server = server()) {
      String url = below(server);
      Path orphan = orphanOf(url);

      DemoPlace.temporary(temporary, false, keys::apply, err).close();

      assertThat(objects(url)).isZero();
      assertThat(orphan).doesNotExist();
      assertThat(said.toString(StandardCharsets.UTF_8)).contains("deleted 2 objects below " + url);
    }
  }

  @Test
  void theirNameIsKeptUntilTheyCanBeDeleted() throws Exception {
    try (EmbeddedS3 server = server()) {
      String url = below(server);
      Path orphan = orphanOf(url);
      keys = name -> Optional.empty();

      DemoPlace.temporary(temporary, false, keys::apply, err).close();

      assertThat(objects(url)).isEqualTo(2);
      assertThat(orphan.resolve("east")).doesNotExist();
      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains(
              "could not delete all objects below " + url, "AWS_ACCESS_KEY_ID", "tries again");

      keys = KEYS;
      DemoPlace.temporary(temporary, false, keys::apply, err).close();

      assertThat(objects(url)).isZero();
      assertThat(orphan).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/stores/precious",
        "/stores/precious/gnomon-demo-",
        "/stores/gnomon-demo-01234567-89ab-cdef-0123-456789abcdef/precious",
        "/stores/gnomon-demo-------------------------------------",
      })
  void aNameThatNoDemoGaveDeletesNothingAndIsShown(String name) throws Exception {
    try (EmbeddedS3 server = server()) {
      String url = "s3+" + server.endpoint() + name;
      Path orphan = orphanOf(url);

      DemoPlace.temporary(temporary, false, keys::apply, err).close();

      assertThat(objects(url)).isEqualTo(2);
      assertThat(orphan.resolve(".elsewhere")).hasContent(url);
      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains(orphan.resolve(".elsewhere") + " does not name objects of a demo");
    }
  }

  @Test
  void aNoteThatIsABucketNamesNoPrefix() {
    String bucket = "s3+http://127.0.0.1:1/gnomon-demo-" + UUID.randomUUID();

    assertThat(DemoCells.noted(bucket, KEYS)).isEmpty();
  }

  @Test
  void aNoteThatIsNoFileOrNoTextIsKept() throws Exception {
    Path linked = orphan("gnomon-demo-1").resolve(".elsewhere");
    Path noise = orphan("gnomon-demo-2").resolve(".elsewhere");
    Files.createSymbolicLink(linked, elsewhere);
    Files.write(noise, new byte[] {(byte) 0xff, 0, (byte) 0xfe});

    DemoPlace.temporary(temporary, false, keys::apply, err).close();

    assertThat(linked).isSymbolicLink();
    assertThat(noise).exists();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(linked + " does not name", noise + " does not name");
  }

  @Test
  void whatLiesElsewhereIsWrittenDownBeforeAnythingDoes() throws Exception {
    URI url = URI.create("s3+http://127.0.0.1:1/stores/gnomon-demo-" + UUID.randomUUID());
    try (DemoPlace place = DemoPlace.temporary(temporary, true, keys::apply, err)) {
      place.holds(new DemoCells(Optional.of(url), KEYS));

      assertThat(place.path().resolve(".elsewhere")).hasContent(url.toString());
      assertThat(DemoCells.noted(url.toString(), KEYS)).isPresent();
    }
  }

  private Path orphan(String name) throws Exception {
    Path directory = Files.createDirectory(temporary.resolve(name));
    Files.createFile(directory.resolve(".owned"));
    return directory;
  }
}
