package dev.gnomon.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Passes TCP connections on, so that a server is reached under another address.
final class Forwarder implements AutoCloseable {
  private final ServerSocket server;
  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Forwarder(ServerSocket server, int to) {
    this.server = server;
    this.to = to;
  }

  /// @param to a port of this machine
  static Forwarder start(String address, int to) throws IOException {
    Forwarder forwarder =
        new Forwarder(new ServerSocket(0, 50, InetAddress.getByName(address)), to);
    Thread.ofVirtual().start(forwarder::accept);
    return forwarder;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket one = server.accept();
        open.add(one);
        Socket other = new Socket();
        open.add(other);
        other.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to));
        Thread.ofVirtual().start(() -> copy(one, other));
        Thread.ofVirtual().start(() -> copy(other, one));
      } catch (IOException e) {
        continue; // closed, or nobody there any more
      }
    }
  }

  private void copy(Socket from, Socket into) {
    try (from;
        into) {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      return; // one end has hung up
    } finally {
      open.remove(from);
      open.remove(into);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket one : open) {
      one.close();
    }
  }
}
