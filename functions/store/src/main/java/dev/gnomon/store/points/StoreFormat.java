package dev.gnomon.store.points;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import java.util.Optional;

/// The store's format version, `store/format`: written once by the first writer, and looked at
/// before anything else is read or written.
public final class StoreFormat {
  public static final int VERSION = 1;
  static final ObjectName NAME = new ObjectName("store/format");
  private static final String CUTS = "fastcdc-524288-1048576-4194304";

  private final Records records;
  private volatile boolean known;

  public StoreFormat(Records records) {
    this.records = records;
  }

  record Format(int version, String cuts) {}

  /// @throws ObjectStoreException (permanent) if the store has a newer format
  public void checkReadable() {
    if (!known) {
      Optional<Format> format = records.read(NAME, Format.class);
      format.ifPresent(StoreFormat::check);
      known = format.isPresent();
    }
  }

  /// Also writes the version if this is the first writer.
  public void ensureWritable() {
    checkReadable();
    if (!known) {
      records.create(NAME, new Format(VERSION, CUTS));
      checkReadable();
    }
  }

  private static void check(Format format) {
    if (format.version() != VERSION || !format.cuts().equals(CUTS)) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.PERMANENT,
          "the shadow store has format %d (%s), this program knows format %d (%s): use a newer one"
              .formatted(format.version(), format.cuts(), VERSION, CUTS));
    }
  }
}
