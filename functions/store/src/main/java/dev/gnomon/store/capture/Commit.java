package dev.gnomon.store.capture;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.capture.DirectoryCaptures.Source;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.points.PointRecords.Placed;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes one capture's point: passes over the source until one state was seen whole, then trees and
/// index, then a look at the condemned lists, then the point.
final class Commit {
  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_PASSES = 10;
  private static final int MAX_FUZZY_PASSES = 2;

  private final StoreParts store;
  private final CaptureRequest request;
  private final List<Part> parts;
  private final Progress progress;
  private final DirectoryCaptures captures;

  Commit(
      StoreParts store,
      CaptureRequest request,
      List<Part> parts,
      Progress progress,
      DirectoryCaptures captures) {
    this.store = store;
    this.request = request;
    this.parts = parts;
    this.progress = progress;
    this.captures = captures;
  }

  /// How one attempt ended.
  private sealed interface Attempt {
    record Ended(CaptureOutcome outcome) implements Attempt {}

    /// What it relied on is condemned, or it took too long: nothing of it may become a point.
    record Again(String reason) implements Attempt {}
  }

  /// A tree that was seen whole, or as good as the request allows.
  private record Seen(TreeBuilder.Built tree, boolean consistent) {}

  CaptureOutcome run() {
    Optional<Placed> earlier = store.jobs().finish(request.job(), request.resource());
    if (earlier.isPresent() && earlier.get() instanceof Placed.At at) {
      return new CaptureOutcome.Taken(at.point().point());
    }
    if (earlier.isPresent() && earlier.get() instanceof Placed.Gone gone) {
      return expired(gone);
    }
    String reason = "";
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      switch (attempt()) {
        case Attempt.Ended ended -> {
          return ended.outcome();
        }
        case Attempt.Again again -> reason = again.reason();
      }
    }
    return new CaptureOutcome.Refused(
        "the capture was begun " + MAX_ATTEMPTS + " times and could not be finished: " + reason);
  }

  private Attempt attempt() {
    Instant begun = store.objects().time();
    Optional<Source> source = captures.source(request);
    if (source.isEmpty()) {
      return refused(
          "'%s' is not a directory that can be captured"
              .formatted(DirectoryCaptures.sourceText(request)));
    }
    Set<String> condemned = store.condemned().packs();
    store.table().refresh(condemned);
    BlobSession session = store.session(condemned, request.compression());
    List<PartResult> read = partResults();
    Seen seen;
    try {
      seen = DeepStack.call("commit-" + request.resource(), () -> see(source.get(), session, read));
    } catch (NeverStill e) {
      return refused(e.reason);
    }
    Entry.Totals totals = seen.tree().root().totals();
    List<Point> points = captures.points(request.resource());
    Protection protection = Protection.of(request.kind(), points);
    Optional<String> refusal = protection.refusal(totals);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    session.publish();
    Instant checked = store.objects().time();
    if (!relyingOnLiving(session)) {
      return new Attempt.Again("packs that it wrote or relied on were condemned meanwhile");
    }
    Instant started = request.readAhead() ? begun : started(begun, read);
    if (store.isTooOld(started)) {
      return new Attempt.Again("it took longer than half the grace time of the store");
    }
    long stored = session.storedBytes() + read.stream().mapToLong(PartResult::storedBytes).sum();
    StoredPoint template =
        stored(source.get(), seen, started, checked, stored, protection.holds(totals));
    return switch (store.jobs().choose(checked, template)) {
      case Placed.At at -> new Attempt.Ended(new CaptureOutcome.Taken(at.point().point()));
      case Placed.Gone gone -> new Attempt.Ended(expired(gone));
      case Placed.TooOld old -> new Attempt.Again("it was held up before the point was written");
    };
  }

  /// Passes over the source until nothing changed from the first byte read to the last look.
  private Seen see(Source source, BlobSession session, List<PartResult> read) {
    List<KnownDirectory.Ref> known = new ArrayList<>();
    KnownDirectory.@Nullable Ref last = captures.known(request, source);
    if (last != null) {
      known.add(last);
    }
    List<ContentRef> lists = new ArrayList<>();
    if (!request.readAhead()) {
      read.forEach(
          result -> lists.add(new Decoder(new ByteArrayInputStream(result.results())).content()));
    }
    FileStat stat = source.stat();
    for (int pass = 1; ; pass++) {
      TreeBuilder builder =
          new TreeBuilder(
              session,
              store.cutter(),
              captures.reading(session),
              new PartResults(lists, session::read),
              request.kind() == PointKind.UNDO,
              pass == 1 ? progress : Progress.NONE,
              new SourceWalk(stat));
      TreeBuilder.Built tree =
          builder
              .build(source.root(), stat, known)
              .orElseThrow(() -> new NeverStill("the source vanished while it was read"));
      stat = look(source);
      Optional<String> changed =
          tree.changed().isPresent() ? tree.changed() : changedSince(tree, source, stat);
      if (changed.isEmpty()) {
        return new Seen(tree, true);
      }
      if (request.onChange() == OnChange.FAIL) {
        throw new NeverStill(where(changed.get()) + " changed while the source was read");
      }
      if (request.onChange() == OnChange.FUZZY && pass >= MAX_FUZZY_PASSES) {
        return new Seen(tree, false);
      }
      if (pass == MAX_PASSES) {
        throw new NeverStill(
            "the source never held still in %d passes; in the last one %s changed"
                .formatted(MAX_PASSES, where(changed.get())));
      }
      known.clear();
      known.add(tree.ref());
      lists.clear();
    }
  }

  private static Optional<String> changedSince(
      TreeBuilder.Built tree, Source source, FileStat stat) {
    String[] changed = new String[1];
    int[] seen = new int[1];
    boolean whole =
        new SourceWalk(stat)
            .walk(
                source.root(),
                stat,
                new SourceWalk.Visitor() {
                  @Override
                  public boolean left(String path, Print.OfDirectory print, int number) {
                    seen[0] = number + 1;
                    if (tree.print().holds(number, print)) {
                      return true;
                    }
                    changed[0] = path;
                    return false;
                  }
                });
    return whole && seen[0] == tree.print().count()
        ? Optional.empty()
        : Optional.of(changed[0] == null ? "" : changed[0]);
  }

  private static FileStat look(Source source) {
    try {
      return FileStat.of(source.root())
          .filter(stat -> stat.kind() == FileStat.Kind.DIRECTORY)
          .orElseThrow(() -> new NeverStill("the source vanished while it was read"));
    } catch (IOException e) {
      throw Unreadable.of(source.root(), e);
    }
  }

  private boolean relyingOnLiving(BlobSession session) {
    Set<String> needed = new HashSet<>(session.reusedPacks());
    needed.addAll(session.ownPacks()); // a collection with a shorter grace time may have taken them
    if (needed.isEmpty()) {
      return true;
    }
    Set<String> existing = new HashSet<>();
    Names.each(store.objects(), Names.PACKS, pack -> existing.add(Names.last(pack.name())));
    return existing.containsAll(needed)
        && store.condemned().packs().stream().noneMatch(needed::contains);
  }

  private List<PartResult> partResults() {
    List<PartResult> results = new ArrayList<>();
    parts.stream()
        .sorted(Comparator.comparing(part -> RawName.parse(part.from()), RawName::compareInWalk))
        .forEach(part -> store.jobs().part(request.job(), part.number()).ifPresent(results::add));
    return results;
  }

  private static Instant started(Instant begun, List<PartResult> read) {
    return read.stream().map(PartResult::begun).reduce(begun, (a, b) -> a.isBefore(b) ? a : b);
  }

  private StoredPoint stored(
      Source source, Seen seen, Instant started, Instant ended, long storedBytes, boolean held) {
    Entry.DirEntry root = seen.tree().root();
    byte[] encoded = Encoder.encode(root);
    Point point =
        new Point(
            new PointId(request.resource(), 1), // the place decides
            request.kind(),
            started,
            ended,
            request.updateId(),
            request.job(),
            request.dependsOn(),
            store.id(encoded).toContentHash(),
            root.totals().files(),
            root.totals().bytes(),
            storedBytes,
            seen.consistent(),
            held,
            seen.tree().notKept().named(),
            seen.tree().notKept().count());
    byte[] hints = new Encoder().content(seen.tree().hints()).take();
    return new StoredPoint(
        point, encoded, hints, DirectoryCaptures.sourceText(request), source.identity());
  }

  private CaptureOutcome expired(Placed.Gone gone) {
    return new CaptureOutcome.Refused(
        "job '%s' took %s, which has expired since".formatted(request.job(), gone.point()));
  }

  private static Attempt refused(String reason) {
    return new Attempt.Ended(new CaptureOutcome.Refused(reason));
  }

  private static String where(String path) {
    return path.isEmpty() ? "its top directory" : "'" + RawName.display(path) + "'";
  }

  private static final class NeverStill extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    NeverStill(String reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
