package dev.gnomon.s3;

import java.io.IOException;

/// An answer of a server that is not a success.
final class S3Answer extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /// @param code such as `NoSuchBucket`; empty if the server gave none
  S3Answer(int status, String code, String message) {
    super(
        "%d%s%s"
            .formatted(
                status, code.isEmpty() ? "" : " " + code, message.isEmpty() ? "" : ": " + message));
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
