package dev.gnomon.redis;

import dev.gnomon.core.tls.Authorities;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A Lettuce client for an address, and how it connects: the one place that knows Cluster from
/// stand-alone. Reconnects by itself within about two seconds; while disconnected it refuses
/// commands instead of queueing them.
///
/// @param connect starts one attempt to connect
record RedisClients(
    AbstractRedisClient client,
    ClientResources resources,
    Supplier<CompletionStage<Connection>> connect) {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);
  private static final int MIN_RECONNECT_MILLIS = 50;
  private static final int MAX_RECONNECT_MILLIS = 2000;
  private static final int MAX_QUEUED_COMMANDS = 1000;
  private static final int THREADS = 2;

  /// A connection and its commands, of a server or of a Cluster.
  record Connection(
      StatefulConnection<String, String> stateful,
      RedisClusterAsyncCommands<String, String> commands) {
    static Connection to(StatefulRedisConnection<String, String> server) {
      return new Connection(server, server.async());
    }

    static Connection to(StatefulRedisClusterConnection<String, String> cluster) {
      return new Connection(cluster, cluster.async());
    }
  }

  /// @param authorities whom it trusts, for TLS
  static RedisClients of(RedisAddress address, Authorities authorities) {
    boolean tls = address.nodes().stream().anyMatch(RedisURI::isSsl);
    SslOptions certificates = certificates(tls, authorities);
    ClientResources resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(
                Delay.equalJitter(
                    MIN_RECONNECT_MILLIS,
                    MAX_RECONNECT_MILLIS,
                    MIN_RECONNECT_MILLIS,
                    TimeUnit.MILLISECONDS))
            .build();
    return address.cluster()
        ? cluster(address, resources, certificates)
        : server(address, resources, certificates);
  }

  private static SslOptions certificates(boolean tls, Authorities authorities) {
    SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
    if (tls && authorities.areNamed()) {
      options.trustManager(authorities.factory());
    }
    return options.build();
  }

  private static RedisClients server(
      RedisAddress address, ClientResources resources, SslOptions certificates) {
    RedisClient client = new AsyncRedisClient(resources);
    client.setOptions(common(ClientOptions.builder(), certificates).build());
    return new RedisClients(
        client,
        resources,
        () ->
            client
                .connectAsync(StringCodec.UTF8, address.nodes().getFirst())
                .thenApply(Connection::to));
  }

  private static RedisClients cluster(
      RedisAddress address, ClientResources resources, SslOptions certificates) {
    RedisClusterClient client = RedisClusterClient.create(resources, address.nodes());
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    common(options, certificates);
    client.setOptions(
        options
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enableAllAdaptiveRefreshTriggers()
                    .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                    .build())
            .build());
    return new RedisClients(
        client,
        resources,
        () ->
            client
                .refreshPartitionsAsync()
                .thenCompose(known -> client.connectAsync(StringCodec.UTF8))
                .thenApply(Connection::to));
  }

  private static ClientOptions.Builder common(
      ClientOptions.Builder options, SslOptions certificates) {
    return options
        .sslOptions(certificates)
        .autoReconnect(true)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MAX_QUEUED_COMMANDS)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).keepAlive(true).build());
  }
}
