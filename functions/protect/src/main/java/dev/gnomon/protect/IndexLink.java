package dev.gnomon.protect;

import dev.gnomon.redis.RedisLink;
import java.util.Optional;

/// The connection to the Redis of the route index, if there is one.
public record IndexLink(Optional<RedisLink> redis) {}
