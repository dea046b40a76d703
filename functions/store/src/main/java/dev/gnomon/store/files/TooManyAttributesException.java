package dev.gnomon.store.files;

import java.nio.file.FileSystemException;

/// An entry has extended attributes with more bytes of values than a point takes.
public final class TooManyAttributesException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  TooManyAttributesException(EntryAt entry) {
    super(
        entry.toString(),
        null,
        "its extended attributes have more than %d bytes, the most that a point takes"
            .formatted(ExtendedAttributes.MAX_VALUES_BYTES));
  }
}
