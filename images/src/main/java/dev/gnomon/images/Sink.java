package dev.gnomon.images;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Takes events as a broker does, and remembers their types.
public final class Sink implements AutoCloseable {
  private final HttpServer server;
  private final List<String> types = new CopyOnWriteArrayList<>();

  private Sink(HttpServer server) {
    this.server = server;
  }

  static Sink start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Sink sink = new Sink(server);
    server.createContext(
        "/",
        exchange -> {
          String type = exchange.getRequestHeaders().getFirst("ce-type");
          byte[] unused = exchange.getRequestBody().readAllBytes();
          sink.types.add(type == null ? "" : type);
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    server.start();
    return sink;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /// Of the events so far, in order; empty for one that is not in binary mode.
  public List<String> types() {
    return List.copyOf(types);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
