package dev.gnomon.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Where Redis is, as a URL says it; never prints its password.
///
/// Forms: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS (`?verifyPeer=NONE`
/// skips the check of the certificate), `redis-sentinel://host[:port],...[/database]#master`,
/// `redis-socket://path`, and for a Cluster `redis-cluster://host[:port],...` or
/// `rediss-cluster://`, with any of its nodes. `?timeout=300ms` sets how long a command may take.
///
/// @param nodes one, or the known nodes of a Cluster
/// @param timeout how long a command may take
record RedisAddress(List<RedisURI> nodes, boolean cluster, Duration timeout) {
  static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(300);
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);
  private static final String CLUSTER = "-cluster://";

  RedisAddress {
    nodes = List.copyOf(nodes);
  }

  /// @throws IllegalArgumentException if the text is not one of the forms above
  static RedisAddress parse(String url) {
    List<RedisURI> nodes = new ArrayList<>();
    boolean cluster = url.matches("rediss?" + CLUSTER + ".*");
    try {
      if (cluster) {
        nodes.addAll(clusterNodes(url));
      } else {
        nodes.add(RedisURI.create(url));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "not a Redis URL (redis://host:port, rediss://, redis-sentinel://, redis-socket:// or"
              + " redis-cluster://): '"
              + url.replaceAll("//[^@/]*@", "//***@")
              + "'");
    }
    Duration asked = nodes.getFirst().getTimeout();
    boolean given = !asked.equals(RedisURI.DEFAULT_TIMEOUT_DURATION) && asked.isPositive();
    nodes.forEach(node -> node.setTimeout(HANDSHAKE_TIMEOUT));
    return new RedisAddress(nodes, cluster, given ? asked : DEFAULT_TIMEOUT);
  }

  /// One URI a node, with everything else of the URL.
  private static List<RedisURI> clusterNodes(String url) {
    int start = url.indexOf(CLUSTER) + CLUSTER.length();
    String scheme = url.substring(0, url.indexOf(CLUSTER));
    String rest = url.substring(start);
    int end = rest.indexOf('/') >= 0 ? rest.indexOf('/') : rest.indexOf('?');
    String authority = end < 0 ? rest : rest.substring(0, end);
    String tail = end < 0 ? "" : rest.substring(end);
    int at = authority.lastIndexOf('@');
    String credentials = authority.substring(0, at + 1);
    List<RedisURI> nodes = new ArrayList<>();
    for (String host : authority.substring(at + 1).split(",", -1)) {
      nodes.add(RedisURI.create(scheme + "://" + credentials + host + tail));
    }
    return nodes;
  }

  @Override
  public String toString() {
    return nodes.stream().map(RedisAddress::text).collect(Collectors.joining(","));
  }

  private static String text(RedisURI node) {
    if (!node.getSentinels().isEmpty()) {
      return node.getSentinels().stream().map(RedisAddress::text).collect(Collectors.joining(","))
          + "#"
          + node.getSentinelMasterId();
    }
    return node.getSocket() != null ? node.getSocket() : node.getHost() + ":" + node.getPort();
  }
}
