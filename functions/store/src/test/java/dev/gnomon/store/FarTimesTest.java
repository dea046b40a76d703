package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Times that a long does not hold in nanoseconds since 1970.
class FarTimesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2262-04-11T23:47:16.854775807Z",
        "2262-04-11T23:47:16.854775808Z",
        "2300-01-01T00:00:00.123456789Z",
        "1901-12-14T00:00:00.999999999Z"
      })
  void comeBackAsTheyWere(String time) throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path file = Files.writeString(source.resolve("file"), "x");
    Instant wanted = Instant.parse(time);
    Trees.shell(source, "touch -d '" + time + "' file"); // java.nio would cut it
    String before = Trees.shell(source, "find . -name file -printf '%T@'");
    assumeTrue(
        before.startsWith(Long.toString(wanted.getEpochSecond())),
        "this file system keeps no times such as " + time);

    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    store.restore(point.id(), directory.resolve("back"));

    assertThat(Trees.shell(directory.resolve("back"), "find . -name file -printf '%T@'"))
        .isEqualTo(before);
    FileStat stat = FileStat.of(file).orElseThrow();
    assertThat(Instant.ofEpochSecond(stat.mtimeSeconds(), stat.mtimeNanoOfSecond()))
        .isEqualTo(wanted);
    assertThat(store.plan(point.id(), directory.resolve("back")).metadataToSet()).isZero();
  }

  @Test
  void theEndsOfALongStandForWhatIsBeyond() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    Trees.shell(directory, "touch -d 2400-01-01T00:00:00Z file");
    FileStat stat = FileStat.of(file).orElseThrow();
    assumeTrue(stat.mtimeSeconds() > 13_000_000_000L, "this file system keeps no such times");

    assertThat(stat.mtimeNanos()).isEqualTo(Long.MAX_VALUE);
  }
}
