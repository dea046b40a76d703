package dev.gnomon.runtime.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/// Writes a response in pieces, and waits until each was taken: a slow reader slows the writer, and
/// at most one piece is in memory. For one thread, which may block.
final class ResponseStream extends OutputStream {
  private static final int PIECE_BYTES = 1 << 16;

  private final HttpServerResponse response;
  private Buffer piece = Buffer.buffer(PIECE_BYTES);

  ResponseStream(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int b) throws IOException {
    piece.appendByte((byte) b);
    sendFull();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    piece.appendBytes(bytes, from, length);
    sendFull();
  }

  /// Sends what is left and ends the response.
  @Override
  public void close() throws IOException {
    await(response.end(piece));
  }

  private void sendFull() throws IOException {
    if (piece.length() >= PIECE_BYTES) {
      Buffer full = piece;
      piece = Buffer.buffer(PIECE_BYTES);
      await(response.write(full));
    }
  }

  /// Nobody reads the answer any more: no fault of this side.
  static final class ReaderGone extends IOException {
    private static final long serialVersionUID = 1L;

    ReaderGone(Throwable cause) {
      super("the reader went away: " + cause.getMessage(), cause);
    }
  }

  private static void await(Future<Void> sent) throws IOException {
    try {
      sent.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new ReaderGone(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while an answer was sent", e);
    }
  }
}
