package dev.gnomon.local.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.cli.Shell;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A directory with a resource `site`, a catalogue and a data directory.
final class Scene {
  final Path directory;
  final Path site;
  final Path link;
  final Path data;
  final Path config;

  private Scene(Path directory, String site) {
    this.directory = directory;
    this.site = directory.resolve(site);
    this.link = directory.resolve("current");
    this.data = directory.resolve("data");
    this.config = directory.resolve("gnomon.yaml");
  }

  /// Rolled back in place, with the smallest catalogue.
  static Scene inPlace(Path directory) throws IOException {
    return of(directory, smallest());
  }

  /// With a full replica and a link over primary and replica.
  static Scene replicated(Path directory, String mode) throws IOException {
    return replicated(directory, "site", mode);
  }

  /// @param site where the resource lives, below the directory
  static Scene replicated(Path directory, String site, String mode) throws IOException {
    return new Scene(directory, site)
        .declare(
            """
            cells:
              - name: east
              - name: west
            resources:
              - name: site
                kind: directory
                cell: east
                location: SITE
                shadow: { cell: west, type: full, every: 1h, replica: DIR/replica }
                actuators: [{ symlink: DIR/current }]
                rollback: MODE
                automation: auto
                allowAdvisoryFence: true
                limits: { maxDeletePercent: 100 }
            """
                .replace("MODE", mode));
  }

  /// As it stands in the documentation; only paths are other ones.
  static String smallest() {
    return """
    cells:
      - name: east
      - name: west
    resources:
      - name: site
        kind: directory
        cell: east
        location: SITE
        priority: high                              # critical | high | normal | low
        shadow: { cell: west, type: differential, every: 15m }  # full | differential
        rollback: restore                           # switch | restore | switch-and-restore
        automation: auto                            # observe (default) | approve | auto
        allowAdvisoryFence: true                    # default false
    """;
  }

  /// Writes the catalogue (`SITE` and `DIR` in it are replaced) and fills the resource.
  static Scene of(Path directory, String catalogue) throws IOException {
    return new Scene(directory, "site").declare(catalogue);
  }

  private Scene declare(String catalogue) throws IOException {
    Files.createDirectories(site);
    Files.writeString(
        config, catalogue.replace("SITE", site.toString()).replace("DIR", directory.toString()));
    fill();
    return this;
  }

  /// Some files of every kind; always the same.
  private void fill() throws IOException {
    for (int i = 0; i < 40; i++) {
      Path file = site.resolve("d" + i % 5).resolve("file-" + i + ".txt");
      Files.createDirectories(file.getParent());
      Files.writeString(file, ("line of file " + i + "\n").repeat(1 + i * 20));
    }
    byte[] big = new byte[600_000];
    new Random(7).nextBytes(big);
    Files.write(site.resolve("big.bin"), big);
    Files.createDirectories(site.resolve("empty"));
    Files.createSymbolicLink(site.resolve("to-big"), Path.of("big.bin"));
    Files.setPosixFilePermissions(
        site.resolve("big.bin"), PosixFilePermissions.fromString("rw-r-----"));
    Files.writeString(site.resolve("name with ünïcode and space"), "x");
  }

  /// What a bad deployment does: changes, deletes and adds a few files.
  void damage() throws IOException {
    damage(live());
  }

  void damage(Path at) throws IOException {
    Files.writeString(at.resolve("d1/file-1.txt"), "damaged");
    Files.delete(at.resolve("d2/file-2.txt"));
    Files.writeString(at.resolve("d3/added.txt"), "added");
    Files.write(at.resolve("big.bin"), new byte[1000]);
  }

  /// Where the resource is served now.
  Path live() {
    return Files.isSymbolicLink(link) ? link : site;
  }

  /// What can be read at the resource, by name.
  SortedMap<String, String> content() throws IOException {
    return content(live());
  }

  /// Waits until this is what is found there: the routing table is written first, and a link of a
  /// resource follows it.
  static void awaitContent(Path at, SortedMap<String, String> expected) {
    Patience.await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(() -> assertThat(content(at)).isEqualTo(expected));
  }

  static SortedMap<String, String> content(Path at) throws IOException {
    Path root = at.toRealPath();
    SortedMap<String, String> found = new TreeMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            found.put(root.relativize(path) + "/", mode(path));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            found.put(
                root.relativize(path).toString(),
                attributes.isSymbolicLink()
                    ? "-> " + Files.readSymbolicLink(path)
                    : mode(path) + " " + sha256(Files.readAllBytes(path)));
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Runs a command on this data directory.
  Shell gnomon(String... words) {
    return Shell.run(
        Stream.concat(Arrays.stream(words), Stream.of("--data", data.toString()))
            .toArray(String[]::new));
  }

  /// Brings a point of cell `west` back to a directory, without the stack.
  Path restore(String point, Path to) {
    String store = "file:" + data.resolve("cells/west");
    Shell shell = Shell.run("restore", "--store", store, "--point", point, "--to", to.toString());
    if (shell.code() != 0) {
      throw new AssertionError(shell.out() + shell.err());
    }
    return to;
  }

  /// Lets a test's directory be deleted: the placeholders of fences are immutable.
  static void unfence(Path directory) throws InterruptedException {
    try {
      new ProcessBuilder("chattr", "-R", "-f", "-i", directory.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      System.out.println("there is no chattr here: " + directory + " may have to be left behind");
    }
  }

  /// Epochs of the records of the resource's route, in order.
  List<Long> epochs() throws IOException {
    return epochs("site");
  }

  List<Long> epochs(String resource) throws IOException {
    Path routes = data.resolve("cells/west/routes").resolve(resource);
    if (Files.notExists(routes)) {
      return List.of();
    }
    try (Stream<Path> records = Files.list(routes)) {
      return records.map(file -> Long.parseLong(file.getFileName().toString())).sorted().toList();
    }
  }
}
