package dev.gnomon.s3;

import dev.gnomon.core.tls.Authorities;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.MinioAsyncClient;
import io.minio.credentials.StaticProvider;
import io.minio.errors.MinioException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/// One client of one server, and its connections. Neither the client nor its HTTP library repeats a
/// request on its own: whether that is safe is decided above.
final class S3Connection implements AutoCloseable {
  /// Requests at once; callers beyond wait in the dispatcher.
  private static final int MAX_REQUESTS = 128;

  private static final int IDLE_CONNECTIONS = 32;
  private static final int IDLE_SECONDS = 30;

  private final OkHttpClient http;
  private final S3Client client;
  private final S3Faults faults;

  S3Connection(S3Settings settings, S3Faults faults) {
    this(settings, faults, true, authorities());
  }

  /// A connection whose requests carry no credentials.
  static S3Connection anonymous(S3Settings settings, S3Faults faults) {
    return new S3Connection(settings, faults, false, authorities());
  }

  /// A connection that trusts others.
  static S3Connection trusting(S3Settings settings, S3Faults faults, Authorities authorities) {
    return new S3Connection(settings, faults, true, authorities);
  }

  /// Those that the environment names.
  static Authorities authorities() {
    return Authorities.of(name -> Optional.ofNullable(System.getenv(name)));
  }

  private S3Connection(
      S3Settings settings, S3Faults faults, boolean signed, Authorities authorities) {
    this.faults = faults;
    HttpUrl endpoint =
        Objects.requireNonNull(
            HttpUrl.parse(settings.endpoint().toString()),
            () -> "not an endpoint: " + settings.endpoint());
    this.http = endpoint.isHttps() ? trusting(http(settings), authorities) : http(settings);
    MinioAsyncClient.Builder builder =
        MinioAsyncClient.builder().endpoint(endpoint).region(settings.region()).httpClient(http);
    if (signed) {
      builder.credentialsProvider(
          new StaticProvider(
              settings.accessKey(), settings.secretKey(), settings.sessionToken().orElse(null)));
    }
    this.client = new S3Client(builder.build());
  }

  /// Makes a call and waits for its answer, at most as long as the time-outs allow.
  ///
  /// @throws dev.gnomon.core.objects.ObjectStoreException with the kind decided
  <T> T call(String what, Effect effect, Call<T> call) {
    try {
      return call.on(client).join();
    } catch (CompletionException e) {
      throw faults.of(what, effect, e);
    } catch (MinioException e) {
      throw faults.of(what, effect, e);
    }
  }

  /// A call of the client.
  interface Call<T> {
    CompletableFuture<T> on(S3Client client) throws MinioException;
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private static OkHttpClient http(S3Settings settings) {
    Dispatcher dispatcher =
        new Dispatcher(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("s3-", 0).factory()));
    dispatcher.setMaxRequests(MAX_REQUESTS);
    dispatcher.setMaxRequestsPerHost(MAX_REQUESTS);
    boolean tls = settings.endpoint().getScheme().equals("https");
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
        .connectTimeout(settings.timeouts().connect())
        .readTimeout(settings.timeouts().read())
        .writeTimeout(settings.timeouts().write())
        .protocols(List.of(Protocol.HTTP_1_1))
        // Without TLS nothing loads trusted certificates, which takes a CLI's start-up time.
        .connectionSpecs(List.of(tls ? ConnectionSpec.MODERN_TLS : ConnectionSpec.CLEARTEXT))
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .addInterceptor(new Answers())
        .addNetworkInterceptor(Answers::connected)
        .build();
  }

  private static OkHttpClient trusting(OkHttpClient client, Authorities authorities) {
    return authorities.areNamed()
        ? client
            .newBuilder()
            .sslSocketFactory(authorities.context().getSocketFactory(), authorities.manager())
            .build()
        : client;
  }
}
