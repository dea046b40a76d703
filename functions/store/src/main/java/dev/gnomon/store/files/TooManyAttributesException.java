package dev.gnomon.store.files;

import java.nio.file.FileSystemException;

/// An entry has extended attributes with more bytes of values than a point takes, or more of them
/// than the system lists.
public final class TooManyAttributesException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private TooManyAttributesException(EntryAt entry, String reason) {
    super(entry.toString(), null, reason);
  }

  static TooManyAttributesException ofValues(EntryAt entry) {
    return new TooManyAttributesException(
        entry,
        "its extended attributes have more than %d bytes, the most that a point takes"
            .formatted(ExtendedAttributes.MAX_VALUES_BYTES));
  }

  static TooManyAttributesException ofNames(EntryAt entry) {
    return new TooManyAttributesException(
        entry, "it has more extended attributes than the system lists");
  }
}
