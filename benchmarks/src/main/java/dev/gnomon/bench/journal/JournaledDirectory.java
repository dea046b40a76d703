package dev.gnomon.bench.journal;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Replay;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/// A directory of small files whose writes are announced to a journal as they are made. The store
/// is kept open, as a service does.
final class JournaledDirectory {
  static final ResourceName SITE = new ResourceName("site");
  private static final int FILES_IN_DIRECTORY = 100;
  private static final int FILE_BYTES = 1000;
  private static final int WRITES_IN_TRANSACTION = 10;
  private static final int TRANSACTIONS_IN_EVENT = 100;

  /// One write in so many deletes a file, one makes a new one, the others change one.
  private static final int KINDS = 20;

  private final Path directory;
  private final int files;
  private final Path store;
  private final ShadowStores stores;
  private final DirectoryTarget target;
  private final Random random = new Random(1);
  private long transactions;

  private JournaledDirectory(Path place, int files) throws IOException {
    this.files = files;
    this.directory = Files.createDirectory(place.resolve("site"));
    this.store = Files.createDirectory(place.resolve("store"));
    this.stores = ShadowStores.open(DirectoryObjectStore.open(store, Clock.systemUTC()));
    this.target = DirectoryTarget.of(directory, () -> UUID.randomUUID().toString());
  }

  /// With a point of all files as the journal's base.
  ///
  /// @param place an empty directory
  static JournaledDirectory begin(Path place, int files) throws RoundFailedException, IOException {
    JournaledDirectory site = new JournaledDirectory(place, files);
    for (int i = 0; i < files; i++) {
      Path file = site.directory.resolve(name(i));
      Files.createDirectories(file.getParent());
      Files.write(file, site.content());
    }
    CaptureRequest request =
        new CaptureRequest(
            "bench",
            SITE,
            site.directory,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    List<Part> parts = site.stores.shadows().planCapture(request);
    parts.forEach(part -> site.stores.shadows().capturePart(request, part, Progress.NONE));
    switch (site.stores.shadows().commit(request, parts, Progress.NONE)) {
      case CaptureOutcome.Taken taken -> site.stores.journals().of(SITE).begin(taken.point().id());
      case CaptureOutcome.Refused refused -> throw new RoundFailedException(refused.reason());
    }
    return site;
  }

  Path directory() {
    return directory;
  }

  String storeUrl() {
    return "file:" + store;
  }

  /// @return the position before what it wrote
  long write(int count) throws IOException {
    Journal journal = stores.journals().of(SITE);
    long before = journal.status().newest();
    List<Transaction> group = new ArrayList<>();
    for (int i = 0; i < count; i += WRITES_IN_TRANSACTION) {
      List<Write> writes = new ArrayList<>();
      for (int w = 0; w < WRITES_IN_TRANSACTION; w++) {
        writes.add(write("new/" + name(i + w)));
      }
      group.add(
          new Transaction("/bench", "t" + transactions++, Instant.now(), Optional.empty(), writes));
      if (group.size() == TRANSACTIONS_IN_EVENT) {
        journal.append(group);
        group.clear();
      }
    }
    journal.append(group);
    stores.journals().upkeep(SITE).run(Rules.DEFAULT);
    return before;
  }

  private Write write(String newName) throws IOException {
    int kind = random.nextInt(KINDS);
    String name = kind == 0 ? newName : name(random.nextInt(files));
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

  /// Takes the last writes back in this process.
  Replay.UndoPlan undo(long writes) {
    Replay replay = stores.journals().replay(SITE);
    return replay.undo(replay.beforeLast(writes), target, "bench").plan();
  }

  /// @throws RoundFailedException if the directory is not what it was then, or the journal does not
  ///   say so
  void requireAt(long position) throws RoundFailedException {
    Replay replay =
        ShadowStores.open(DirectoryObjectStore.open(store, Clock.systemUTC()))
            .journals()
            .replay(SITE);
    Replay.Plan then = replay.plan(position, target, step -> {});
    long newest = stores.journals().of(SITE).status().newest();
    Replay.Plan now = replay.plan(newest, target, step -> {});
    if (then.puts() + then.deletes() + now.puts() + now.deletes() > 0) {
      throw new RoundFailedException(
          "after the undo there remained %s, and by the journal %s".formatted(then, now));
    }
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
