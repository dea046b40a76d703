package dev.gnomon.s3;

import java.io.IOException;

/// No connection stood: the server has not seen the request.
final class NotSentException extends IOException {
  private static final long serialVersionUID = 1L;

  NotSentException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
