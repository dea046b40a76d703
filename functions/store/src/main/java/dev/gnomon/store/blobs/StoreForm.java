package dev.gnomon.store.blobs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.objects.ObjectName;
import java.util.Arrays;

/// How the objects of one store are written and read: what its `store/format` says, with the keys
/// that belong to it. Thread-safe.
///
/// @param version of the stored format, 1 or 2
/// @param cutter how content is cut
/// @param ids how content is named
/// @param pieces seals pieces of packs
/// @param objects seals whole objects and lists in them
public record StoreForm(int version, Cutter cutter, ContentIds ids, Seal pieces, Seal objects) {
  /// Format 1, which knows no encryption.
  public static final StoreForm FORMAT_1 = plain(1, FastCdc.FORMAT_1);

  private static final byte[] SEALED_MAGIC = "GNSEAL02".getBytes(US_ASCII);

  /// A store whose content anybody may read who can read its objects.
  public static StoreForm plain(int version, Cutter cutter) {
    return new StoreForm(version, cutter, ContentIds.SHA_256, Seal.NONE, Seal.NONE);
  }

  public boolean encrypted() {
    return objects.overheadBytes() > 0;
  }

  /// The stored form of a small object.
  public byte[] sealed(ObjectName name, byte[] content) {
    if (!encrypted()) {
      return content;
    }
    byte[] sealed = objects.seal(content, content.length, about(name));
    byte[] stored = Arrays.copyOf(SEALED_MAGIC, SEALED_MAGIC.length + sealed.length);
    System.arraycopy(sealed, 0, stored, SEALED_MAGIC.length, sealed.length);
    return stored;
  }

  /// Undoes [#sealed].
  ///
  /// @throws BlobFault if it was changed, was sealed under another name or is not sealed at all
  public byte[] opened(ObjectName name, byte[] stored) {
    if (!encrypted()) {
      return stored;
    }
    int start = SEALED_MAGIC.length;
    if (stored.length < start || !Arrays.equals(stored, 0, start, SEALED_MAGIC, 0, start)) {
      throw new BlobFault("object '" + name + "' is not sealed, though the store is encrypted");
    }
    try {
      return objects.open(Arrays.copyOfRange(stored, start, stored.length), about(name));
    } catch (BlobFault e) {
      throw new BlobFault("object '" + name + "': " + e.getMessage());
    }
  }

  public PieceForm pieceForm() {
    return new PieceForm(version, ids, pieces);
  }

  public PackFormat packs() {
    return new PackFormat(version, objects);
  }

  static byte[] about(ObjectName name) {
    return name.value().getBytes(UTF_8);
  }
}
