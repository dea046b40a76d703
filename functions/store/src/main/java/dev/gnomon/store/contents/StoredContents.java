package dev.gnomon.store.contents;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.points.PointFaults;
import dev.gnomon.store.tree.Entry;
import java.io.OutputStream;

/// Reads the points of one store.
public final class StoredContents implements PointContents {
  private final StoreParts store;

  public StoredContents(StoreParts store) {
    this.store = store;
  }

  @Override
  public Verification verify(PointId point, Progress progress) {
    Entry.DirEntry root = root(point);
    BlobReader reader = store.reader();
    return DeepStack.call(
        "verify-" + point, () -> new VerifyWork(point, root, reader::read, progress).run());
  }

  @Override
  public void export(PointId point, String path, OutputStream out, Progress progress) {
    Entry.DirEntry root = root(point);
    BlobReader reader = store.reader();
    String raw = RawName.parse(path).replaceAll("^(\\./)+|/+$|^\\.$", "");
    DeepStack.call(
        "export-" + point,
        () -> {
          new TarExport(point, root, reader::read, new PaxArchive(out), progress).run(raw);
          return true;
        });
  }

  private Entry.DirEntry root(PointId id) {
    store.format().checkReadable();
    try {
      return store.required(id).rootEntry();
    } catch (BlobFault e) {
      throw PointFaults.at(id, "", e);
    }
  }
}
