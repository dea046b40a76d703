package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.RestoreRequest.Trust;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.contents.StoredContents;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Makes directories equal to points.
public final class DirectoryRestorer implements Restorer {
  private final StoreParts store;
  private final FileContents contents;
  private final AtomicReference<@Nullable Planned> planned = new AtomicReference<>();

  public DirectoryRestorer(StoreParts store) {
    this.store = store;
    this.contents = new FileContents(store.settings().files());
  }

  /// Where the last plan found something to do.
  private record Planned(PointId point, Path target, Trust trust, Touched touched) {}

  private Touched touched(RestoreRequest request) {
    Planned last = planned.get();
    return request.asPlanned()
            && last != null
            && last.point().equals(request.point())
            && last.target().equals(request.target().directory())
            && last.trust() == request.trust()
        ? last.touched()
        : Touched.ALL;
  }

  private static boolean trustsStat(RestoreRequest request) {
    return switch (request.trust()) {
      case NOTHING -> false;
      case STAT -> true;
    };
  }

  @Override
  public RestorePlan plan(RestoreRequest request, Progress progress) {
    Entry.DirEntry root = root(request.point());
    BlobReader reader = store.reader();
    return DeepStack.call(
        "plan-" + request.point(),
        () -> {
          Optional<FileStat> found = target(request.target().directory());
          long device = found.map(FileStat::device).orElse(0L);
          try (OpenTree tree = OpenTree.of(request.target().directory());
              OrderedTasks tasks = new OrderedTasks()) {
            PlanWork work =
                new PlanWork(
                    tree.root(),
                    request.point(),
                    reader,
                    contents,
                    tasks,
                    progress,
                    device,
                    request.partBytes(),
                    trustsStat(request));
            new Lockstep(request.point(), reader, device, Part.WHOLE)
                .walk(root, tree.root(), found, work);
            tasks.drain();
            planned.set(
                new Planned(
                    request.point(),
                    request.target().directory(),
                    request.trust(),
                    work.touched()));
            return work.plan(root.totals().leaves());
          }
        });
  }

  @Override
  public RestoreReport restorePart(RestoreRequest request, Part part, Progress progress) {
    Entry.DirEntry root = root(request.point());
    BlobReader reader = store.reader();
    EntryWriter.Refusals refusals = new EntryWriter.Refusals(); // finish meets them again
    return DeepStack.call(
        "restore-" + request.point() + "-" + part.number(),
        () -> {
          FileStat found = madeTarget(request);
          try (OpenTree tree = OpenTree.of(request.target().directory());
              EarlyFlush flush = new EarlyFlush(tree.root());
              OrderedTasks tasks = new OrderedTasks()) {
            RestoreWork work =
                new RestoreWork(
                    request.point(),
                    reader,
                    writer(tree.root(), reader, refusals, flush),
                    contents,
                    tasks,
                    progress,
                    found.device(),
                    trustsStat(request));
            new Lockstep(request.point(), reader, found.device(), part, touched(request))
                .walk(root, tree.root(), Optional.of(found), work);
            tasks.drain();
            return work.report();
          }
        });
  }

  @Override
  public RestoreReport finish(RestoreRequest request) {
    Entry.DirEntry root = root(request.point());
    BlobReader reader = store.reader();
    EntryWriter.Refusals refusals = new EntryWriter.Refusals();
    RestoreReport report =
        DeepStack.call(
            "finish-" + request.point(),
            () -> {
              FileStat found = madeTarget(request);
              try (OpenTree tree = OpenTree.of(request.target().directory());
                  EarlyFlush flush = new EarlyFlush(tree.root());
                  OrderedTasks tasks = new OrderedTasks()) {
                FinishWork work =
                    new FinishWork(
                        request.point(),
                        reader,
                        writer(tree.root(), reader, refusals, flush),
                        contents,
                        tasks,
                        found.device(),
                        tree.root(),
                        !request.asPlanned());
                new Lockstep(request.point(), reader, found.device(), Part.WHOLE, touched(request))
                    .walk(root, tree.root(), Optional.of(found), work);
                tasks.drain();
                tree.root().flush();
                return work.report();
              }
            });
    refusals
        .summary()
        .ifPresent(summary -> {
          throw new IncompleteRestoreException(summary);
        });
    return report;
  }

  @Override
  public void verify(PointId id, Progress progress) {
    PointContents.Verification found = new StoredContents(store).verify(id, progress);
    if (!found.whole()) {
      PointContents.Damage first = found.damaged().getFirst();
      throw new DamagedPointException(
          id, "point %s is damaged at '%s': %s".formatted(id, first.path(), first.reason()));
    }
  }

  private Entry.DirEntry root(PointId id) {
    store.format().checkReadable();
    StoredPoint point = store.required(id);
    try {
      return point.rootEntry();
    } catch (BlobFault e) {
      throw new DamagedPointException(id, "point " + id + " is damaged: " + e.getMessage());
    }
  }

  private EntryWriter writer(
      EntryAt target, BlobReader reader, EntryWriter.Refusals refusals, EarlyFlush flush) {
    return new EntryWriter(
        target, reader, store.settings().ids(), refusals, flush, store.workers());
  }

  /// @return empty if it is not there
  private static Optional<FileStat> target(Path target) throws IOException {
    if (target.toAbsolutePath().normalize().getNameCount() == 0) {
      throw new IllegalArgumentException("'/' can't be the target of a restore");
    }
    Optional<FileStat> found = FileStat.of(target);
    if (found.isPresent() && found.get().kind() != Kind.DIRECTORY) {
      throw new IllegalArgumentException(
          "the target of a restore must be a directory, but '%s' is %s"
              .formatted(target, found.get().kind().words()));
    }
    return found;
  }

  private static FileStat madeTarget(RestoreRequest request) throws IOException {
    Path target = request.target().directory();
    Optional<FileStat> found = target(target);
    if (found.isPresent()) {
      return found.get();
    }
    Path parent =
        Objects.requireNonNull(target.toAbsolutePath().getParent(), "'/' is always there");
    switch (request.making()) {
      case NOTHING -> throw new NoSuchFileException(target.toString(), null, "it is not there");
      case TARGET -> {
        if (!Files.isDirectory(parent)) {
          throw new NoSuchFileException(target.toString(), null, parent + " is not there");
        }
      }
      case PARENTS -> Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(target);
    } catch (FileAlreadyExistsException e) {
      // Another part was faster; what is there is looked at next.
    }
    return target(target)
        .orElseThrow(() -> new NoSuchFileException(target.toString(), null, "it went away"));
  }
}
