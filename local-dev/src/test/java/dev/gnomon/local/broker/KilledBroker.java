package dev.gnomon.local.broker;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// A broker in a JVM of its own, to be killed. Arguments: directory, subscriber's address, `halt`
/// or `stay`. Prints its ingress. With `halt` it halts itself as soon as it has sent a 202.
public final class KilledBroker {
  static final String MANIFESTS =
      BrokerServer.broker("{retry: 1000, backoffPolicy: linear, backoffDelay: PT0.01S}")
          + BrokerServer.trigger("one", "a", "fn", "/a", "");

  private KilledBroker() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    boolean halt = arguments[2].equals("halt");
    Broker broker =
        Broker.open(
            BrokerServer.manifests(directory, MANIFESTS),
            directory.resolve("queue"),
            Clock.systemUTC());
    broker.deliverTo(Map.of("fn", URI.create(arguments[1])));
    // A cache in the temporary directory would stay when this is killed.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Router router = Router.router(vertx);
    if (halt) {
      router
          .route()
          .handler(context -> {
            context.addEndHandler(sent -> {
              if (context.response().getStatusCode() == 202) {
                Runtime.getRuntime().halt(9);
              }
            });
            context.next();
          });
    }
    router.route().handler(new BrokerRoutes(() -> broker)::handle);
    var server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    System.out.println("http://127.0.0.1:" + server.actualPort() + "/broker");
  }
}
