package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.store.ShadowStores;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process of its own that appends from several threads and seals meanwhile, and is killed
/// (SIGKILL) in the middle of it: nothing that it acknowledged is lost, and the journal goes on.
class KilledAppenderIT {
  private static final ResourceName ORDERS = new ResourceName("orders");
  private static final int THREADS = 4;
  private static final int BEFORE_KILL = 60;
  private static final int ROUNDS = 3;
  private static final Rules RULES = new Rules(4096, Duration.ofMinutes(5), 40, Duration.ofDays(7));

  @TempDir Path temp;

  /// Appends for ever and says the id of each transaction when it is acknowledged.
  static final class Appending {
    private Appending() {}

    public static void main(String[] args) {
      ShadowStores stores = open(Path.of(args[0]));
      Journal journal = stores.journals().of(ORDERS);
      for (int thread = 0; thread < THREADS; thread++) {
        String prefix = args[1] + "-" + thread + "-";
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; ; i++) {
                journal.append(List.of(transaction(prefix + i, i)));
                System.out.println(prefix + i);
              }
            });
      }
      while (true) {
        stores.journals().upkeep(ORDERS).run(RULES);
      }
    }
  }

  private static ShadowStores open(Path directory) {
    return ShadowStores.open(DirectoryObjectStore.open(directory, Clock.systemUTC()));
  }

  private static Transaction transaction(String id, int number) {
    byte[] content = id.repeat(number % 10 == 0 ? 2000 : 3).getBytes(StandardCharsets.UTF_8);
    return new Transaction(
        "/test",
        id,
        Instant.now(),
        Optional.empty(),
        List.of(
            new Write.Put(
                Key.utf8("k" + number % 50),
                Optional.empty(),
                Map.of(),
                new Content.Inline(content))));
  }

  @Test
  void whatWasAcknowledgedIsThereAndTheJournalGoesOn() throws Exception {
    Path store = temp.resolve("store");
    List<String> told = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      told.addAll(killed(store, "r" + round));
      Journal journal = open(store).journals().of(ORDERS);

      List<JournalEntry> entries = journal.entries(0, 100_000);

      assertThat(entries)
          .extracting(entry -> entry.transaction().id())
          .containsAll(told)
          .doesNotHaveDuplicates();
      assertThat(entries)
          .extracting(JournalEntry::position)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, entries.size()).boxed().toList());
      assertThat(journal.status().torn()).isEmpty();
      String id = "after-" + round;
      told.add(id);
      assertThat(journal.append(List.of(transaction(id, round))))
          .containsExactly(new Appended.At(entries.size() + 1L));
    }
  }

  private static List<String> killed(Path store, String prefix) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Appending.class.getName(),
                store.toString(),
                prefix)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      while (told.size() < BEFORE_KILL) {
        String id = lines.readLine();
        assertThat(id).as("the process ended by itself").isNotNull();
        told.add(id);
      }
      process.toHandle().destroyForcibly(); // Unlike the Process's own, it leaves the pipe open.
      // A line may be cut off by the kill; a whole one was acknowledged.
      List<String> rest = lines.lines().toList();
      told.addAll(rest.isEmpty() ? rest : rest.subList(0, rest.size() - 1));
    } finally {
      process.destroyForcibly();
    }
    return told;
  }
}
