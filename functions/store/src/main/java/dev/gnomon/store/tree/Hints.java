package dev.gnomon.store.tree;

import dev.gnomon.store.files.FileStat;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// What recognises unchanged files, beside the tree and not part of any content hash: for each
/// directory one record an entry, in the same order.
public final class Hints {
  private static final int NONE = 0;
  private static final int FILE = 1;
  private static final int DIRECTORY = 2;

  private Hints() {}

  /// One record.
  public sealed interface Hint {
    record Nothing() implements Hint {}

    /// @param ctimeNanos 0 if the file may have changed unseen
    record OfFile(long ctimeNanos, long inode) implements Hint {
      /// Whether a file, of the same size and mtime, is certainly the one that was read.
      public boolean matches(FileStat stat) {
        return ctimeNanos != 0 && ctimeNanos == stat.ctimeNanos() && inode == stat.inode();
      }
    }

    record OfDirectory(ContentRef hints) implements Hint {}
  }

  public static void encode(Encoder encoder, Hint hint) {
    switch (hint) {
      case Hint.Nothing n -> encoder.number(NONE);
      case Hint.OfFile file -> encoder.number(FILE).signed(file.ctimeNanos()).number(file.inode());
      case Hint.OfDirectory dir -> encoder.number(DIRECTORY).content(dir.hints());
    }
  }

  /// The records of one directory, one at a time: who reads them knows how many there can be.
  public static Iterator<Hint> read(ContentRef content, Contents.Blobs blobs) {
    Decoder decoder = Decoder.of(content, blobs);
    return new Iterator<>() {
      private int tag = decoder.atEnd();

      @Override
      public boolean hasNext() {
        return tag >= 0;
      }

      @Override
      public Hint next() {
        if (tag < 0) {
          throw new NoSuchElementException();
        }
        Hint hint =
            switch (tag) {
              case FILE -> new Hint.OfFile(decoder.signed(), decoder.number());
              case DIRECTORY -> new Hint.OfDirectory(decoder.content());
              default -> new Hint.Nothing();
            };
        tag = decoder.atEnd();
        return hint;
      }
    };
  }
}
