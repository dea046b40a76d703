package dev.gnomon.local.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A TCP connection to a server that can be cut and mended: while it is cut, connections break at
/// once.
final class Wire implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean cut;

  Wire(URI server) throws IOException {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// What clients connect to.
  String hostAndPort() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /// How many connections were tried while it was cut.
  int refused() {
    return refused.get();
  }

  void cut() {
    cut = true;
    open.forEach(Wire::drop);
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (cut) {
          refused.incrementAndGet();
          drop(client);
          continue;
        }
        join(client);
      } catch (IOException e) {
        continue; // the client sees a broken connection
      }
    }
  }

  private void join(Socket client) {
    Socket onward = new Socket();
    open.add(client);
    open.add(onward);
    try {
      onward.connect(server);
    } catch (IOException e) {
      forget(client);
      forget(onward);
      return;
    }
    Thread.ofVirtual().start(() -> pump(client, onward));
    Thread.ofVirtual().start(() -> pump(onward, client));
    if (cut) { // in the meantime, perhaps before these two were among the open ones
      drop(client);
      drop(onward);
    }
  }

  private void forget(Socket socket) {
    drop(socket);
    open.remove(socket);
  }

  private void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // it was cut
    } finally {
      forget(from);
      forget(to);
    }
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
