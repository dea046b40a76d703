package dev.gnomon.store.capture;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.DirectoryCaptures.Source;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Passes over a directory until one state was seen whole.
final class DirectoryReading implements Capturing {
  private static final int MAX_PASSES = 10;
  private static final int MAX_FUZZY_PASSES = 2;

  private final StoreParts store;
  private final CaptureRequest request;
  private final Progress progress;
  private final DirectoryCaptures captures;

  DirectoryReading(
      StoreParts store, CaptureRequest request, Progress progress, DirectoryCaptures captures) {
    this.store = store;
    this.request = request;
    this.progress = progress;
    this.captures = captures;
  }

  /// A tree that was seen whole, or as good as the request allows.
  private record Whole(TreeBuilder.Built tree, boolean consistent) {}

  @Override
  public Seen see(BlobSession session, List<PartResult> read) {
    Source source =
        captures
            .source(request)
            .orElseThrow(() ->
                new NotCapturedException(
                    "'%s' is not a directory that can be captured"
                        .formatted(DirectoryCaptures.sourceText(request))));
    Whole whole = DeepStack.call("commit-" + request.resource(), () -> see(source, session, read));
    byte[] root = Encoder.encode(whole.tree().root());
    byte[] hints = new Encoder().content(whole.tree().hints()).take();
    return new Seen(
        root,
        store.id(root).toContentHash(),
        hints,
        whole.tree().root().totals(),
        whole.consistent(),
        whole.tree().notKept(),
        DirectoryCaptures.sourceText(request),
        source.identity());
  }

  /// Passes over the source until nothing changed from the first byte read to the last look.
  private Whole see(Source source, BlobSession session, List<PartResult> read) {
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
              .orElseThrow(() -> new NotCapturedException("the source vanished while it was read"));
      stat = look(source);
      Optional<String> changed =
          tree.changed().isPresent() ? tree.changed() : changedSince(tree, source, stat);
      if (changed.isEmpty()) {
        return new Whole(tree, true);
      }
      if (request.onChange() == OnChange.FAIL) {
        throw new NotCapturedException(where(changed.get()) + " changed while the source was read");
      }
      if (request.onChange() == OnChange.FUZZY && pass >= MAX_FUZZY_PASSES) {
        return new Whole(tree, false);
      }
      if (pass == MAX_PASSES) {
        throw new NotCapturedException(
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
          .orElseThrow(() -> new NotCapturedException("the source vanished while it was read"));
    } catch (IOException e) {
      throw Unreadable.of(source.root(), e);
    }
  }

  private static String where(String path) {
    return path.isEmpty() ? "its top directory" : "'" + RawName.display(path) + "'";
  }
}
