package dev.gnomon.runtime;

import dev.gnomon.core.tls.Authorities;
import dev.gnomon.core.tls.TlsFault;
import dev.gnomon.runtime.settings.Settings;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/// Posts events to K_SINK in structured mode, a bounded number of times.
///
/// Only 2xx accepts. Retried are what Knative's delivery spec calls retryable: 404, 408, 409, 429,
/// 5xx, and no answer at all; every other answer is final.
@DefaultBean
@ApplicationScoped
class HttpSink implements EventSink {
  private static final Set<Integer> RETRYABLE = Set.of(404, 408, 409, 429);
  private static final List<String> TRACE = List.of("traceparent", "tracestate");
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final Optional<URI> sink;
  private final Optional<TokenFile> token;
  private final int attempts;
  private final Duration timeout;
  private final Duration backoff;
  private final HttpClient client;

  @Inject
  HttpSink(Settings settings) {
    this(settings, Authorities.of(name -> Optional.ofNullable(System.getenv(name))));
  }

  /// @param authorities whom it trusts that the sink is who it says
  HttpSink(Settings settings, Authorities authorities) {
    this.sink = settings.get(RuntimeSettings.SINK);
    this.token = settings.get(RuntimeSettings.SINK_TOKEN);
    this.attempts = settings.get(RuntimeSettings.SINK_ATTEMPTS);
    this.timeout = settings.get(RuntimeSettings.SINK_TIMEOUT);
    this.backoff = settings.get(RuntimeSettings.SINK_BACKOFF);
    this.client = client(timeout, all(settings, authorities));
  }

  /// What a SinkBinding names counts beside what the user named for everything.
  private static Authorities all(Settings settings, Authorities authorities) {
    Authorities all = authorities;
    Optional<String> given = settings.get(RuntimeSettings.SINK_AUTHORITIES);
    if (given.isPresent()) {
      all = all.withText(RuntimeSettings.SINK_AUTHORITIES.key(), given.get());
    }
    Optional<Path> mounted = settings.get(RuntimeSettings.SINK_AUTHORITIES_DIRECTORY);
    if (mounted.isPresent()) {
      all = all.withFilesOf(RuntimeSettings.SINK_AUTHORITIES_DIRECTORY.key(), mounted.get());
    }
    return all;
  }

  private static HttpClient client(Duration timeout, Authorities authorities) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timeout)
        .sslContext(authorities.context())
        .build();
  }

  @Override
  public void send(CloudEvent event) {
    URI to =
        sink.orElseThrow(() -> fault(event, "gnomon.events.sink (K_SINK) is not set", false, null));
    HttpRequest request = request(event, to);
    for (int attempt = 1; ; attempt++) {
      NotAccepted fault;
      try {
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        if (status >= 200 && status < 300) {
          return;
        }
        boolean retryable = status >= 500 || RETRYABLE.contains(status);
        fault = fault(event, to + " answered " + status, retryable, null);
      } catch (IOException e) {
        String why = e instanceof SSLException ? TlsFault.of(e).words() : e.toString();
        fault = fault(event, to + " did not answer: " + why, true, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw fault(event, "interrupted while sending to " + to, true, e);
      }
      if (!fault.mayBeRetried() || attempt == attempts) {
        throw fault;
      }
      pause(event, attempt);
    }
  }

  private HttpRequest request(CloudEvent event, URI to) {
    var request = HttpRequest.newBuilder(to).timeout(timeout);
    HttpMessageFactory.createWriter(
            request::setHeader, body -> request.POST(BodyPublishers.ofByteArray(body)))
        .writeStructured(event, JsonFormat.CONTENT_TYPE);
    for (String name : TRACE) { // what lies between here and the function that takes it
      if (event.getExtension(name) instanceof String value) {
        request.setHeader(name, value);
      }
    }
    authorize(event, request);
    return request.build();
  }

  private void authorize(CloudEvent event, HttpRequest.Builder request) {
    if (token.isPresent()) {
      try {
        token.get().read().ifPresent(one -> request.setHeader("Authorization", "Bearer " + one));
      } catch (IOException e) {
        throw fault(event, "its token can't be read: " + e.getMessage(), true, e);
      }
    }
  }

  /// Doubles with each attempt; half of it is chance, so that many senders spread.
  private void pause(CloudEvent event, int attempt) {
    long full = Math.min(MAX_PAUSE.toMillis(), backoff.toMillis() << Math.min(attempt - 1, 20));
    try {
      Thread.sleep(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fault(event, "interrupted between attempts", true, e);
    }
  }

  private static NotAccepted fault(
      CloudEvent event,
      String why,
      boolean mayBeRetried,
      @org.jspecify.annotations.Nullable Throwable cause) {
    return new NotAccepted(
        "event %s of type %s was not accepted: %s".formatted(event.getId(), event.getType(), why),
        mayBeRetried,
        cause);
  }
}
