package dev.gnomon.store.capture;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.PartPlan;
import dev.gnomon.store.points.JobRecords;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.restore.PointComparisons;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Points of directories.
public final class DirectoryCaptures implements ShadowStore {
  /// The first format whose trees say which files are sparse.
  private static final int FIRST_WITH_HOLES = 2;

  private final StoreParts store;
  private final PointComparisons comparisons;

  public DirectoryCaptures(StoreParts store) {
    this.store = store;
    this.comparisons = new PointComparisons(store);
  }

  /// The directory that a request names, its own symbolic links resolved once.
  record Source(Path root, FileStat stat) {
    String identity() {
      return stat.device() + ":" + stat.inode();
    }
  }

  @Override
  public List<Part> planCapture(CaptureRequest request) {
    PartPlan plan = new PartPlan(request.partBytes());
    source(request)
        .ifPresent(source ->
            DeepStack.call(
                "plan-" + request.resource(),
                () ->
                    new SourceWalk(source.stat())
                        .walk(
                            source.root(),
                            source.stat(),
                            new SourceWalk.Visitor() {
                              @Override
                              public void file(String in, String name, FileStat stat) {
                                plan.add(RawName.join(in, name), stat.size());
                              }
                            })));
    return plan.finish();
  }

  @Override
  public void capturePart(CaptureRequest request, Part part, Progress progress) {
    store.format().ensureWritable();
    Optional<Source> source = source(request);
    if (source.isEmpty() || store.jobs().part(request.job(), part.number()).isPresent()) {
      return;
    }
    Instant begun = store.objects().time();
    BlobSession session = store.session(request.compression());
    KnownDirectory.@Nullable Ref known = known(request, source.get());
    ContentRef results =
        DeepStack.call(
            "capture-" + request.resource() + "-" + part.number(),
            () ->
                new PartReader(
                        session,
                        store.cutter(),
                        reading(session),
                        progress,
                        new SourceWalk(source.get().stat()),
                        part)
                    .read(source.get().root(), known));
    session.publish();
    byte[] list = new Encoder().content(results).take();
    store
        .jobs()
        .putPart(
            request.job(),
            part.number(),
            new JobRecords.PartResult(begun, list, session.storedBytes()));
  }

  @Override
  public CaptureOutcome commit(CaptureRequest request, List<Part> parts, Progress progress) {
    store.format().ensureWritable();
    return new Commit(store, request, parts, new DirectoryReading(store, request, progress, this))
        .run();
  }

  @Override
  public List<Point> points(ResourceName resource) {
    store.format().checkReadable();
    return store.points().of(resource).stream().map(StoredPoint::point).toList();
  }

  @Override
  public Optional<Point> point(PointId id) {
    store.format().checkReadable();
    return store.points().get(id).map(StoredPoint::point);
  }

  @Override
  public Comparison compare(PointId point, Place place, Progress progress) {
    store.format().checkReadable();
    return comparisons.compare(point, place.directory(), progress);
  }

  @Override
  public PointDiff diff(PointId first, PointId second) {
    store.format().checkReadable();
    return comparisons.diff(first, second);
  }

  /// @return empty if there is no such directory, or it is `/`
  Optional<Source> source(CaptureRequest request) {
    try {
      Path root = request.source().directory().toRealPath();
      if (root.getNameCount() == 0) {
        return Optional.empty();
      }
      return FileStat.of(root)
          .filter(stat -> stat.kind() == FileStat.Kind.DIRECTORY)
          .map(stat -> new Source(root, stat));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Unreadable.of(request.source().directory(), e);
    }
  }

  /// The newest stored tree of the same source, to recognise what did not change since: of the same
  /// path, or of the same directory under another one, such as a fence renamed it to.
  KnownDirectory.@Nullable Ref known(CaptureRequest request, Source source) {
    return store.points().of(request.resource()).stream()
        .filter(point ->
            point.source().equals(sourceText(request))
                || point.identity().equals(source.identity()))
        .findFirst()
        .map(point -> new KnownDirectory.Ref(point.rootEntry().content(), point.hintsRef()))
        .orElse(null);
  }

  static String sourceText(CaptureRequest request) {
    return RawName.display(RawName.ofWhole(request.source().directory().toAbsolutePath()));
  }

  FileReading reading(BlobSession session) {
    return new FileReading(
        session,
        store.cutter(),
        store.settings().files(),
        store.settings().clock(),
        store.format().get().version() >= FIRST_WITH_HOLES);
  }
}
