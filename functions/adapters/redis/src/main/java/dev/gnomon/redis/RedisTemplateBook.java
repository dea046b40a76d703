package dev.gnomon.redis;

import dev.gnomon.core.logs.TemplateBook;
import dev.gnomon.core.logs.Templates;
import dev.gnomon.core.routes.StoreIdentity;
import io.lettuce.core.ScriptOutputType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Templates of log lines in Redis: a sorted set, `gnomon:(store):{logs}:templates`, of their
/// masked texts by when they were last met. Thread-safe; every call returns in bounded time and
/// none throws.
public final class RedisTemplateBook implements TemplateBook {
  static final Duration KEPT = Templates.KEPT;

  private final RedisLink link;
  private final KnownStore store;
  private final Clock clock;

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  public RedisTemplateBook(RedisLink link, Supplier<StoreIdentity> identity, Clock clock) {
    this.link = link;
    this.store = new KnownStore(identity);
    this.clock = clock;
  }

  @Override
  public Optional<Set<String>> all() {
    return key()
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.zrange(key, 0, Templates.AT_MOST - 1))
                    instanceof Reply.Answer<List<String>>(var found)
                ? found.map(HashSet::new)
                : Optional.empty());
  }

  @Override
  public Optional<Set<String>> met(Collection<String> texts) {
    Optional<String> key = key();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    long now = clock.millis();
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(Templates.AT_MOST));
    arguments.add(Long.toString(now));
    arguments.add(Long.toString(now - KEPT.toMillis()));
    arguments.add(Long.toString(KEPT.toMillis()));
    arguments.addAll(texts);
    Reply<Long> unused =
        Script.MEET_TEMPLATES.call(
            link,
            ScriptOutputType.INTEGER,
            new String[] {key.get()},
            arguments.toArray(String[]::new));
    return all();
  }

  private Optional<String> key() {
    return store.get().map(id -> "gnomon:" + id.id() + ":{logs}:templates");
  }
}
