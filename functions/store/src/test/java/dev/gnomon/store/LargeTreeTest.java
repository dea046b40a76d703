package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.Point;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 20,000 files and 2 GiB through a process with a small heap.
@Tag("long")
class LargeTreeTest {
  /// With the heap of 256 MiB, the program, and buffers outside of the heap.
  private static final long MAX_MIB = 512;

  @TempDir Path directory;

  @Test
  void twentyThousandFilesAndTwoGibibytesFitIntoASmallHeap() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(
        source,
        """
        for d in $(seq 200); do mkdir d$d; for f in $(seq 100); do echo $d $f > d$d/f$f; done; done
        for i in $(seq 4); do head -c 500000000 /dev/urandom > big$i; done
        """);
    String output = run("256m", source);
    assertThat(Trees.shell(directory, "diff -r source target && echo equal")).isEqualTo("equal\n");
    System.out.println(output);
    Matcher peak = Pattern.compile("VmHWM:\\s*(\\d+) kB").matcher(output);
    assertThat(peak.find()).as("%s", output).isTrue();
    assertThat(Long.parseLong(peak.group(1)) >> 10).as("MiB").isLessThan(MAX_MIB);
  }

  private String run(String heap, Path source) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LargeTreeTest.class.getName(),
                source.toString(),
                directory.resolve("store").toString(),
                directory.resolve("target").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  /// Arguments: source, store, target. Prints seconds of each step and the peak of the memory.
  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    StoreFixture store = StoreFixture.on(new PlainFiles(Path.of(arguments[1])));
    long start = System.nanoTime();
    Point point = store.capture(source);
    report("shadow of %d files, %d bytes".formatted(point.files(), point.bytes()), start);
    start = System.nanoTime();
    Point again = store.capture(source);
    report("shadow again, unchanged: +%d bytes".formatted(again.storedBytes()), start);
    start = System.nanoTime();
    store.restore(point.id(), Path.of(arguments[2]));
    report("restore", start);
    start = System.nanoTime();
    StoreFixture.on(new PlainFiles(Path.of(arguments[1])))
        .restore(point.id(), Path.of(arguments[2]));
    report("restore again, nothing to do", start);
    start = System.nanoTime();
    boolean equal =
        store
            .store()
            .shadows()
            .compare(point.id(), Path.of(arguments[2]), dev.gnomon.core.shadow.Progress.NONE)
            .equal();
    report("compare: " + equal, start);
    start = System.nanoTime();
    store.store().restorer().verify(point.id(), dev.gnomon.core.shadow.Progress.NONE);
    report("verify", start);
    Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .forEach(System.out::println);
  }

  private static void report(String what, long start) {
    System.out.printf("%s: %.2f s%n", what, (System.nanoTime() - start) / 1e9);
  }

  /// Objects as plain files: just enough for one process.
  private record PlainFiles(Path root) implements ObjectStore {
    @Override
    public Creation create(ObjectName name, byte[] content) {
      return at(
          name,
          path -> {
            if (Files.exists(path)) {
              return new Creation.AlreadyExists();
            }
            Files.write(path, content, StandardOpenOption.CREATE_NEW);
            return new Creation.Created();
          });
    }

    @Override
    public long put(ObjectName name, InputStream content) {
      return at(name, path -> Files.copy(content, path));
    }

    @Override
    public Optional<InputStream> read(ObjectName name, ByteRange range) {
      return at(
          name,
          path -> {
            if (!Files.exists(path)) {
              return Optional.empty();
            }
            var channel = Files.newByteChannel(path);
            long left = channel.size() - range.offset();
            channel.position(range.offset());
            byte[] bytes = new byte[(int) Math.clamp(range.length(), 0, Math.max(0, left))];
            try (InputStream in = Channels.newInputStream(channel)) {
              in.readNBytes(bytes, 0, bytes.length);
            }
            return Optional.of(new java.io.ByteArrayInputStream(bytes));
          });
    }

    @Override
    public Optional<ObjectStat> stat(ObjectName name) {
      return at(
          name, path -> Files.exists(path) ? Optional.of(stat(name, path)) : Optional.empty());
    }

    @Override
    public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
      try (var all = Files.walk(root)) {
        List<ObjectStat> objects =
            all.filter(Files::isRegularFile)
                .map(path -> new ObjectName(root.relativize(path).toString()))
                .filter(name -> name.value().startsWith(prefix))
                .filter(name -> after.isEmpty() || name.compareTo(after.get()) > 0)
                .sorted()
                .map(name -> stat(name, root.resolve(name.value())))
                .toList();
        boolean more = objects.size() > limit;
        List<ObjectStat> page = more ? objects.subList(0, limit) : objects;
        return new ObjectPage(page, more ? Optional.of(page.getLast().name()) : Optional.empty());
      } catch (java.nio.file.NoSuchFileException e) {
        return new ObjectPage(List.of(), Optional.empty());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void delete(Collection<ObjectName> names) {
      names.forEach(name -> at(name, Files::deleteIfExists));
    }

    @Override
    public Instant time() {
      return Instant.now();
    }

    private static ObjectStat stat(ObjectName name, Path path) {
      try {
        return new ObjectStat(name, Files.size(path), Files.getLastModifiedTime(path).toInstant());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private interface Use<T> {
      T of(Path path) throws IOException;
    }

    private <T> T at(ObjectName name, Use<T> use) {
      try {
        Path path = root.resolve(name.value());
        Files.createDirectories(path.getParent());
        return use.of(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
