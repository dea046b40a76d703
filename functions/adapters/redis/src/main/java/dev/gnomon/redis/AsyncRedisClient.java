package dev.gnomon.redis;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;

/// A client whose connections have no blocking commands. Lettuce makes those as a proxy of many
/// hundred methods when the first connection is opened, which would be a good part of a function's
/// start; nobody here calls them.
final class AsyncRedisClient extends RedisClient {
  AsyncRedisClient(ClientResources resources) {
    super(resources, new RedisURI()); // each connection names its own
  }

  @Override
  protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
      RedisChannelWriter writer, PushHandler pushes, RedisCodec<K, V> codec, Duration timeout) {
    return new StatefulRedisConnectionImpl<>(writer, pushes, codec, timeout) {
      @Override
      @SuppressWarnings("NullAway") // what `sync()` would answer
      protected RedisCommands<K, V> newRedisSyncCommandsImpl() {
        return null;
      }
    };
  }
}
