package dev.gnomon.store.files;

import dev.gnomon.linux.Stat;
import org.jspecify.annotations.Nullable;

/// What new files in a directory are like, so that most need no further call to be as they have to
/// be.
///
/// @param mask permission bits that were asked for and taken away
/// @param seen permission bits that were asked for so far
/// @param plain whether they surely have no extended attributes
public record Fresh(int uid, int gid, int mask, int seen, boolean plain) {
  /// Permission bits that a file may be made with.
  public static final int BITS = 0777;

  /// With what a further new file was like.
  ///
  /// @param asked permission bits that it was to be made with
  public static Fresh with(@Nullable Fresh known, Stat made, int asked, boolean plain) {
    int mask = asked & ~made.permissions();
    return known == null
        ? new Fresh(made.uid(), made.gid(), mask, asked, plain)
        : new Fresh(
            made.uid(), made.gid(), known.mask | mask, known.seen | asked, known.plain && plain);
  }

  /// Whether it tells what becomes of these permission bits.
  public boolean tells(int asked) {
    return (asked & ~seen) == 0;
  }

  public boolean isOf(int otherUid, int otherGid) {
    return uid == otherUid && gid == otherGid;
  }

  /// The mode of a file that was made with these permission bits.
  public int mode(int asked) {
    return asked & ~mask;
  }
}
