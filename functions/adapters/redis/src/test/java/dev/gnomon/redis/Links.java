package dev.gnomon.redis;

import dev.gnomon.redis.RedisLink.Urgency;
import dev.gnomon.verification.waits.Patience;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/// Links for tests whose first command must not meet a connection that is still being made.
final class Links {
  private Links() {}

  /// A link that has been answered, and that gives Redis no pause.
  static RedisLink connected(String url) {
    RedisLink link = RedisLink.open(url);
    Patience.await()
        .until(() ->
            link.call(Urgency.READ, RedisClusterAsyncCommands::ping) instanceof Reply.Answer<?>);
    return link;
  }
}
