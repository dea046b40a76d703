package dev.gnomon.store.contents;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.contents.PaxArchive.Type;
import dev.gnomon.store.points.PointFaults;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Lookup;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/// Writes a tree, or what is below one of its paths, to an archive, one chunk in memory at a time.
/// Members are named from where the export begins: `./`, `./a`, `./a/b`. A hard link whose file
/// lies outside becomes the file; further names of it become links to that one. For one thread,
/// with a deep stack.
final class TarExport {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PointId point;
  private final Lookup lookup;
  private final Contents.Blobs blobs;
  private final PaxArchive archive;
  private final Progress progress;
  private final Map<String, String> outside = new HashMap<>();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private String begin = "";

  TarExport(
      PointId point,
      Entry.DirEntry root,
      Contents.Blobs blobs,
      PaxArchive archive,
      Progress progress) {
    this.point = point;
    this.lookup = new Lookup(root, blobs);
    this.blobs = blobs;
    this.archive = archive;
    this.progress = progress;
  }

  /// @param from raw path; empty for the whole tree
  void run(String from) throws IOException {
    Entry entry = find(from);
    if (entry instanceof Entry.DirEntry dir) {
      begin = from;
      directory(from, dir, 0);
    } else {
      int slash = from.lastIndexOf('/');
      begin = slash < 0 ? "" : from.substring(0, slash);
      leaf(from, entry, true);
    }
    archive.end();
  }

  private Entry find(String path) {
    try {
      return lookup
          .find(path)
          .orElseThrow(() ->
              new IllegalArgumentException(
                  "point %s has no '%s'".formatted(point, RawName.display(path))));
    } catch (BlobFault e) {
      throw PointFaults.at(point, path, e);
    }
  }

  private void directory(String path, Entry.DirEntry dir, int depth) throws IOException {
    archive.member(Type.DIRECTORY, member(path) + "/", dir.meta(), "", 0);
    Directory entries = open(path, dir, depth);
    while (entries.hasNext()) {
      Entry entry = next(path, entries);
      String at = RawName.join(path, entry.name());
      if (entry instanceof Entry.DirEntry below) {
        directory(at, below, depth + 1);
      } else {
        leaf(at, entry, false);
      }
    }
  }

  private Directory open(String path, Entry.DirEntry dir, int depth) {
    try {
      if (depth > Directory.MAX_DEPTH) {
        throw new BlobFault("its tree is too deep");
      }
      return new Directory(dir.content(), blobs);
    } catch (BlobFault e) {
      throw PointFaults.at(point, path, e);
    }
  }

  private Entry next(String path, Directory entries) {
    try {
      return entries.next();
    } catch (BlobFault e) {
      throw PointFaults.at(point, path, e);
    }
  }

  /// @param alone whether nothing else is exported
  private void leaf(String path, Entry entry, boolean alone) throws IOException {
    switch (entry) {
      case Entry.FileEntry file -> file(path, file);
      case Entry.SymlinkEntry link ->
          archive.member(Type.SYMLINK, member(path), link.meta(), link.target(), 0);
      case Entry.HardLinkEntry link -> hardLink(path, link, alone);
      case Entry.DirEntry dir -> throw new IllegalArgumentException("a directory is no leaf");
    }
    progress.advanced(1, 0);
  }

  private void hardLink(String path, Entry.HardLinkEntry link, boolean alone) throws IOException {
    Entry.FileEntry file = file(path, link);
    boolean inside = !alone && (begin.isEmpty() || link.target().startsWith(begin + "/"));
    String target = inside ? link.target() : outside.putIfAbsent(link.target(), path);
    if (target == null) {
      file(path, file);
    } else {
      Meta meta = file.meta();
      archive.member(Type.HARD_LINK, member(path), meta, member(target), 0);
    }
  }

  private Entry.FileEntry file(String path, Entry.HardLinkEntry link) {
    try {
      return lookup
          .file(link)
          .orElseThrow(() ->
              new BlobFault(
                  "it is another name of '%s', which is no file"
                      .formatted(RawName.display(link.target()))));
    } catch (BlobFault e) {
      throw PointFaults.at(point, path, e);
    }
  }

  private void file(String path, Entry.FileEntry file) throws IOException {
    long size = file.content().size();
    archive.member(Type.FILE, member(path), file.meta(), "", size);
    try (InputStream in = Contents.stream(file.content(), blobs)) {
      long left = size;
      int length;
      while ((length = in.read(buffer)) >= 0) {
        left -= length;
        if (left < 0) {
          throw new BlobFault("its chunks are longer than the %d bytes it has".formatted(size));
        }
        archive.content(buffer, length);
        progress.advanced(0, length);
      }
      if (left > 0) {
        throw new BlobFault("its chunks end %d bytes early".formatted(left));
      }
      archive.endOfContent();
    } catch (BlobFault e) {
      throw PointFaults.at(point, path, e);
    }
  }

  /// Name of a path in the archive.
  private String member(String path) {
    String relative =
        begin.isEmpty() ? path : path.substring(Math.min(path.length(), begin.length() + 1));
    return relative.isEmpty() ? "." : "./" + relative;
  }
}
