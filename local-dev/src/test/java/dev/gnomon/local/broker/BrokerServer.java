package dev.gnomon.local.broker;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// A broker behind a real HTTP server, its manifests written as a test says.
final class BrokerServer implements AutoCloseable {
  final Broker broker;
  final URI ingress;
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  BrokerServer(Path directory, String manifests, Map<String, URI> services) throws Exception {
    broker =
        Broker.open(manifests(directory, manifests), directory.resolve("queue"), Clock.systemUTC());
    broker.deliverTo(services);
    Router router = Router.router(vertx);
    router.route().handler(new BrokerRoutes(() -> broker)::handle);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    ingress = URI.create("http://127.0.0.1:" + server.actualPort() + "/broker");
  }

  static Manifests manifests(Path directory, String text) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("manifests"));
    Files.writeString(folder.resolve("all.yaml"), text);
    return ManifestReader.read(folder);
  }

  static String broker(String delivery) {
    return """
    apiVersion: eventing.knative.dev/v1
    kind: Broker
    metadata: {name: gnomon}
    spec: {delivery: %s}
    """
        .formatted(delivery);
  }

  static String trigger(String name, String type, String service, String path, String delivery) {
    return """
    ---
    apiVersion: eventing.knative.dev/v1
    kind: Trigger
    metadata: {name: %s}
    spec:
      broker: gnomon
      filter: {attributes: {type: %s}}
      subscriber: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: %s}, uri: %s}
      %s
    """
        .formatted(name, type, service, path, delivery.isEmpty() ? "" : "delivery: " + delivery);
  }

  HttpResponse<String> post(String id, String type, String body) throws Exception {
    return postWith(
        body,
        "ce-specversion",
        "1.0",
        "ce-id",
        id,
        "ce-source",
        "/test",
        "ce-type",
        type,
        "content-type",
        "application/json");
  }

  HttpResponse<String> postWith(String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ingress).POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> call(String method, URI uri) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
    broker.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
