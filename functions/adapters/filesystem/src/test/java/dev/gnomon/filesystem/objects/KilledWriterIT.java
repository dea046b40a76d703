package dev.gnomon.filesystem.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A writer in a process of its own that is killed (SIGKILL) in the middle of its work.
class KilledWriterIT {
  private static final int SIZE = 300_000;
  private static final int BEFORE_KILL = 40;
  private static final String STORED = " stored";

  @TempDir Path temp;

  /// Writes objects for ever and says the name of each when it is stored.
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      DirectoryObjectStore store = DirectoryObjectStore.open(Path.of(args[0]), Clock.systemUTC());
      for (int i = 0; ; i++) {
        byte[] content = content(i);
        ObjectName name = ObjectName.of("w", i % 10, i);
        if (i % 2 == 0) {
          store.create(name, content);
        } else {
          store.put(name, new ByteArrayInputStream(content));
        }
        System.out.println(name + STORED);
      }
    }
  }

  private static byte[] content(int number) {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, (byte) number);
    return content;
  }

  @Test
  void whatWasToldIsThereAndNothingIsHalf() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                temp.resolve("store").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader names =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      while (told.size() < BEFORE_KILL) {
        told.add(names.readLine());
      }
      writer.toHandle().destroyForcibly(); // Unlike the Process's own, it leaves the pipe open.
      names.lines().filter(line -> line.endsWith(STORED)).forEach(told::add);
    } finally {
      writer.destroyForcibly();
    }

    DirectoryObjectStore store =
        DirectoryObjectStore.open(temp.resolve("store"), Clock.systemUTC());
    List<ObjectStat> found = store.list("", Optional.empty(), 1000).objects();

    assertThat(found)
        .extracting(o -> o.name().value())
        .containsAll(
            told.stream().map(line -> line.substring(0, line.length() - STORED.length())).toList());
    assertThat(found.size()).isBetween(told.size(), told.size() + 1);
    for (ObjectStat object : found) {
      String number = object.name().value().replaceFirst(".*/", "");
      try (InputStream in = store.read(object.name(), ByteRange.ALL).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo(content(Integer.parseInt(number)));
      }
    }
  }
}
