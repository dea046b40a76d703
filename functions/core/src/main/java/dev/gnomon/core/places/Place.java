package dev.gnomon.core.places;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;

/// Where the data of a resource lies: a directory, or the objects of a bucket below a prefix. Its
/// text is what people write and read: `/srv/site`, `s3+https://host/bucket/prefix`.
public sealed interface Place permits Place.Directory, S3Prefix {

  /// Reads the text of a place.
  ///
  /// @throws IllegalArgumentException if it is neither a path nor the address of a prefix
  static Place of(String text) {
    return S3Prefix.isAddress(text) ? S3Prefix.of(text) : new Directory(Path.of(text));
  }

  static Place of(Path directory) {
    return new Directory(directory);
  }

  /// Reads what [#stored] gave.
  @JsonCreator
  static Place read(String stored) {
    return stored.startsWith("file:///")
        ? new Directory(Path.of(java.net.URI.create(stored)))
        : of(stored);
  }

  /// How records hold it.
  @JsonValue
  String stored();

  /// A directory of a file system.
  record Directory(Path path) implements Place {
    /// The form that records have had since there were only directories.
    @Override
    public String stored() {
      return path.toUri().toString();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// The path of a place that can only be a directory.
  ///
  /// @throws IllegalArgumentException if it is something else
  default Path directory() {
    return switch (this) {
      case Directory directory -> directory.path();
      case S3Prefix prefix ->
          throw new IllegalArgumentException("expected a directory, found " + prefix);
    };
  }
}
