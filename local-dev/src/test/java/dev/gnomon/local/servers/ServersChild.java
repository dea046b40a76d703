package dev.gnomon.local.servers;

import java.nio.file.Path;

/// Starts a Redis in a JVM of its own, prints its URL and waits to be killed.
public final class ServersChild {
  private ServersChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.out.println(EmbeddedRedis.start(Path.of(arguments[0]), "secret").url());
    Thread.currentThread().join();
  }
}
