package dev.gnomon.protect;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// The name of this host, for telling its processes from those of others.
final class HostName {
  private HostName() {}

  static String get() {
    String name = System.getenv("HOSTNAME");
    if (name != null && !name.isBlank()) {
      return name.replace('/', '_');
    }
    try {
      return InetAddress.getLocalHost().getHostName().replace('/', '_');
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
