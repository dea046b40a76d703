package dev.gnomon.store.blobs;

/// How a piece was compressed. The code is part of the stored format 2; format 1 knows [#NONE] and
/// [#ZSTD] and tells them apart by their lengths.
public enum Codec {
  NONE(0),
  ZSTD(1),
  LZ4(2);

  private final int code;

  Codec(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /// @throws BlobFault for a code that is none
  static Codec of(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> ZSTD;
      case 2 -> LZ4;
      default ->
          throw new BlobFault("it holds a piece of codec %d, expected 0 to 2".formatted(code));
    };
  }
}
