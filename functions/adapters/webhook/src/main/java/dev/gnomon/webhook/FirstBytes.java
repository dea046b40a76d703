package dev.gnomon.webhook;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Keeps the first bytes of a response as text and gives up the rest, so that an endpoint can't
/// make us read for ever. A body that breaks off is what came of it: the status has been answered.
final class FirstBytes implements BodySubscriber<String> {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CompletableFuture<String> body = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  FirstBytes(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<String> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription granted) {
    subscription = granted;
    granted.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription granted = Objects.requireNonNull(subscription);
    for (ByteBuffer buffer : buffers) {
      byte[] part = new byte[Math.min(buffer.remaining(), limit - kept.size())];
      buffer.get(part);
      kept.writeBytes(part);
    }
    if (kept.size() >= limit) {
      granted.cancel();
      onComplete();
    } else {
      granted.request(1);
    }
  }

  @Override
  public void onError(Throwable fault) {
    onComplete();
  }

  @Override
  public void onComplete() {
    body.complete(kept.toString(StandardCharsets.UTF_8));
  }
}
