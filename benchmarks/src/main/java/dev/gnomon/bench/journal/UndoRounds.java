package dev.gnomon.bench.journal;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.journal.Replay.Undone;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.journal.DirectoryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/// The row `transactional-rollback`: how long it takes to undo the last writes of a journal in the
/// directory that they were made in. A directory of files, its point as the journal's base, then
/// rounds of writes that are announced as they are made, and undone by a store that was opened
/// anew. What an undo takes: to find the keys and what they were, to write the files, to read them
/// back, to flush the file system and to append the undo. Each round checks that the directory is
/// what it was.
public final class UndoRounds {
  /// How many writes are undone.
  public static final int WRITES = 10_000;

  private static final ResourceName SITE = new ResourceName("site");
  private static final int FILES = 20_000;
  private static final int FILES_IN_DIRECTORY = 100;
  private static final int FILE_BYTES = 1000;
  private static final int WRITES_IN_TRANSACTION = 10;

  private final Path directory;
  private final Path store;
  private final Random random = new Random(1);
  private long transactions;

  private UndoRounds(Path place) {
    this.directory = place.resolve("directory");
    this.store = place.resolve("store");
  }

  /// @param place an empty directory on the disk that is meant
  /// @return one time a round
  public static List<Duration> run(Path place, int rounds) throws IOException {
    UndoRounds undo = new UndoRounds(place);
    undo.begin();
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      times.add(undo.round());
    }
    return times;
  }

  /// Prints the times in milliseconds.
  ///
  /// @param args an empty directory, and how many rounds
  public static void main(String[] args) throws IOException {
    List<Duration> times = run(Path.of(args[0]), Integer.parseInt(args[1]));
    times.forEach(time -> System.out.println(time.toMillis()));
  }

  private void begin() throws IOException {
    for (int i = 0; i < FILES; i++) {
      Path file = directory.resolve(name(i));
      Files.createDirectories(file.getParent());
      Files.write(file, content());
    }
    ShadowStores stores = open();
    CaptureRequest request =
        new CaptureRequest(
            "bench",
            SITE,
            directory,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    List<Part> parts = stores.shadows().planCapture(request);
    parts.forEach(part -> stores.shadows().capturePart(request, part, Progress.NONE));
    switch (stores.shadows().commit(request, parts, Progress.NONE)) {
      case CaptureOutcome.Taken taken -> stores.journals().of(SITE).begin(taken.point().id());
      case CaptureOutcome.Refused refused -> throw new IllegalStateException(refused.reason());
    }
  }

  private Duration round() throws IOException {
    long before = write();
    open().journals().upkeep(SITE).run(Rules.DEFAULT);
    ShadowStores fresh = open();
    DirectoryTarget target = DirectoryTarget.of(directory, () -> UUID.randomUUID().toString());
    long start = System.nanoTime();
    Replay replay = fresh.journals().replay(SITE);
    Undone undone = replay.undo(replay.beforeLast(WRITES), target, "bench");
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    if (undone.plan().to() != before || undone.plan().writes() != WRITES) {
      throw new IllegalStateException("it undid " + undone.plan());
    }
    Replay.Plan plan = open().journals().replay(SITE).plan(before, target, step -> {});
    if (plan.puts() + plan.deletes() > 0) {
      throw new IllegalStateException("after the undo there remained " + plan);
    }
    return time;
  }

  /// @return the position before what it wrote
  private long write() throws IOException {
    Journal journal = open().journals().of(SITE);
    long before = journal.status().newest();
    List<Transaction> group = new ArrayList<>();
    for (int i = 0; i < WRITES; i += WRITES_IN_TRANSACTION) {
      List<Write> writes = new ArrayList<>();
      for (int w = 0; w < WRITES_IN_TRANSACTION; w++) {
        writes.add(write(i + w));
      }
      group.add(
          new Transaction("/bench", "t" + transactions++, Instant.now(), Optional.empty(), writes));
      if (group.size() == 100) {
        journal.append(group);
        group.clear();
      }
    }
    journal.append(group);
    return before;
  }

  /// One write in 20 deletes a file, one makes a new one, the others change one.
  private Write write(int number) throws IOException {
    int kind = random.nextInt(20);
    String name = kind == 0 ? "new/" + name(number) : name(random.nextInt(FILES));
    Path file = directory.resolve(name);
    if (kind == 1) {
      Files.deleteIfExists(file);
      return new Write.Delete(Key.utf8(name), Optional.empty());
    }
    byte[] content = content();
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return new Write.Put(Key.utf8(name), Optional.empty(), Map.of(), new Content.Inline(content));
  }

  private ShadowStores open() {
    return ShadowStores.open(DirectoryObjectStore.open(store, Clock.systemUTC()));
  }

  private byte[] content() {
    byte[] content = new byte[FILE_BYTES];
    random.nextBytes(content);
    return content;
  }

  private static String name(int number) {
    return "d%03d/f%05d".formatted(number / FILES_IN_DIRECTORY, number);
  }
}
