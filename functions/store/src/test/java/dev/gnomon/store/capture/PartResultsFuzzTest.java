package dev.gnomon.store.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.capture.PartResults.Result;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a list of what a part read says, files are read again at the worst.
class PartResultsFuzzTest {
  private static final String KEPT = "/fuzz/parsers.txt";

  @TempDir Path directory;

  @Test
  void listsThatSayAnythingAreTakenOrEnd() throws IOException {
    all(new Fuzzer(10_000, KEPT));
  }

  @Tag("long")
  @Test
  void aMillionListsThatSayAnythingAreTakenOrEnd() throws IOException {
    all(new Fuzzer(1_000_000, KEPT));
  }

  private void all(Fuzzer fuzzer) throws IOException {
    FileStat stat = FileStat.of(directory).orElseThrow();
    ContentRef content = ref(new byte[] {1});
    byte[] list =
        encoded(
            Result.of("a", stat, content),
            Result.of("d/b", stat, content),
            new Result("d/c", 1L << 40, -1, Long.MIN_VALUE, 7, content));
    byte[] behind = encoded(Result.of("\u00ff\u00ff", stat, content));
    ContentRef last = ref(behind);
    fuzzer.run(
        "results of a part",
        List.of(list),
        input -> {
          PartResults results =
              new PartResults(
                  List.of(ref(input), last),
                  hash -> hash.equals(last.hashes().getFirst()) ? behind : input);
          results
              .find("\u00ff\u00ff", stat)
              .ifPresent(found -> assertThat(found).isEqualTo(content));
        });
  }

  private static byte[] encoded(Result... results) {
    Encoder encoder = new Encoder();
    for (Result result : results) {
      result.encode(encoder);
    }
    return encoder.take();
  }

  private static ContentRef ref(byte[] bytes) {
    return new ContentRef(bytes.length, 0, List.of(Hash.of(bytes)));
  }
}
