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

  @Test
  void aNameThatNoDemoGaveDeletesNothing() throws Exception {
    try (EmbeddedS3 server = server()) {
      String url = "s3+" + server.endpoint() + "/stores/precious";
      Path orphan = orphanOf(url);

      DemoPlace.temporary(temporary, false, keys::apply, err).close();

      assertThat(objects(url)).isEqualTo(2);
      assertThat(orphan).doesNotExist();
    }
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
