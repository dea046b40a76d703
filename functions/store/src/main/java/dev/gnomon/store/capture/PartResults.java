package dev.gnomon.store.capture;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the parts of a job read, in the order of the walk; consumed once, beside the walk, so it
/// takes no memory to speak of. A list that can't be read counts as ended: its files are read
/// again.
final class PartResults {
  private static final int MORE = 1;

  private final ArrayDeque<ContentRef> lists;
  private final Contents.Blobs blobs;
  private @Nullable Decoder current;
  private @Nullable Result next;

  /// @param lists in the order of their parts
  PartResults(Collection<ContentRef> lists, Contents.Blobs blobs) {
    this.lists = new ArrayDeque<>(lists);
    this.blobs = blobs;
    this.next = advance();
  }

  /// One file that was read.
  record Result(
      String path, long size, long mtimeNanos, long ctimeNanos, long inode, ContentRef content) {
    static Result of(String path, FileStat stat, ContentRef content) {
      return new Result(
          path, stat.size(), stat.mtimeNanos(), stat.ctimeNanos(), stat.inode(), content);
    }

    void encode(Encoder encoder) {
      encoder.number(MORE).text(path).number(size).signed(mtimeNanos).signed(ctimeNanos);
      encoder.number(inode).content(content);
    }

    private static Result decode(Decoder decoder) {
      return new Result(
          decoder.path(),
          decoder.number(),
          decoder.signed(),
          decoder.signed(),
          decoder.number(),
          decoder.content());
    }

    private boolean matches(FileStat stat) {
      return size == stat.size()
          && mtimeNanos == stat.mtimeNanos()
          && ctimeNanos == stat.ctimeNanos()
          && inode == stat.inode();
    }
  }

  /// @param path later in the walk than at the call before
  /// @return the content if the file did not change since it was read
  Optional<ContentRef> find(String path, FileStat stat) {
    Result candidate = next;
    while (candidate != null && RawName.compareInWalk(candidate.path(), path) < 0) {
      candidate = advance();
    }
    next = candidate;
    return candidate != null && candidate.path().equals(path) && candidate.matches(stat)
        ? Optional.of(candidate.content())
        : Optional.empty();
  }

  private @Nullable Result advance() {
    while (true) {
      try {
        Decoder decoder = current;
        if (decoder != null && decoder.atEnd() == MORE) {
          return Result.decode(decoder);
        }
        if (lists.isEmpty()) {
          return null;
        }
        current = Decoder.of(lists.poll(), blobs);
      } catch (BlobFault e) {
        current = null;
      }
    }
  }
}
