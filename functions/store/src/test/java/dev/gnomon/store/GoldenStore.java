package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A store that was written by the program of its time, and what has to come out of it.
///
/// @param name of its directory; ends in `-encrypted` if it has a key
record GoldenStore(String name) {
  static final ResourceName GOLDEN = new ResourceName("golden");

  static PointId point(long number) {
    return new PointId(GOLDEN, number);
  }

  Path file(String file) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(GoldenStore.class.getResource("/golden/" + name + "/" + file))
            .toURI());
  }

  /// What other programs said that it holds.
  byte[] expected(long number) throws Exception {
    return Files.readAllBytes(file("golden-" + number + ".txt"));
  }

  /// A copy to work on.
  InMemoryObjectStore objects() throws Exception {
    return objects(Clock.systemUTC());
  }

  /// A copy to work on whose objects were written now.
  InMemoryObjectStore objects(Clock clock) throws Exception {
    InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    Path store = file("store");
    try (Stream<Path> files = Files.walk(store)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> {
            try {
              objects.create(
                  new ObjectName("store/" + store.relativize(file)), Files.readAllBytes(file));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return objects;
  }

  StoreSettings settings() throws Exception {
    return name.endsWith("-encrypted")
        ? StoreSettings.DEFAULT.withKey(Optional.of(key(Files.readString(file("key.hex")))))
        : StoreSettings.DEFAULT;
  }

  static MasterKey key(String hex) {
    return new MasterKeys(Map.of("KEY", hex)::get).open("env:KEY");
  }

  /// A fixture on a copy, with its key if it is encrypted.
  StoreFixture fixture() throws Exception {
    return StoreFixture.on(objects(), settings());
  }

  /// Output of a script in a directory: what other programs than ours say of it.
  static byte[] output(Path directory, String script) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  /// Every entry with kind, mode, time and link, and the hashes of the files.
  static byte[] listed(Path directory) throws Exception {
    return output(
        directory,
        "find . -printf '%y %m %T@ %l %P\\n' | LC_ALL=C sort;"
            + " find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum");
  }

  /// The hashes of the files.
  static byte[] sums(Path directory) throws Exception {
    return output(directory, "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum");
  }
}
