package dev.gnomon.redis;

import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.SeriesStates;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// States of series in Redis: each under `gnomon:(store):{(subject)}:series:(id)` in Base64, and
/// what is known of a subject's series in the hash `gnomon:(store):{(subject)}:series`. The braces
/// are the hash tag that Cluster places them by, so that a batch of a subject is one command.
/// Thread-safe; every call returns in bounded time and none throws.
public final class RedisSeriesStates implements SeriesStates {
  /// States in one command, some 5.5 KB each.
  private static final int BATCH = 100;

  private final RedisLink link;
  private final KnownStore store;

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  public RedisSeriesStates(RedisLink link, Supplier<StoreIdentity> identity) {
    this.link = link;
    this.store = new KnownStore(identity);
  }

  @Override
  public Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids) {
    Optional<String> index = index(subject);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Map<String, byte[]> found = new HashMap<>();
    for (List<String> batch : batches(List.copyOf(ids))) {
      String[] keys = batch.stream().map(id -> key(index.get(), id)).toArray(String[]::new);
      Reply<List<KeyValue<String, String>>> reply =
          link.call(RedisLink.Urgency.READ, redis -> redis.mget(keys));
      if (!(reply instanceof Reply.Answer<List<KeyValue<String, String>>>(var values))) {
        return Optional.empty();
      }
      List<KeyValue<String, String>> held = values.orElse(List.of());
      for (int i = 0; i < held.size(); i++) {
        if (held.get(i).hasValue()) {
          String id = batch.get(i);
          decoded(held.get(i).getValue()).ifPresent(state -> found.put(id, state));
        }
      }
    }
    return Optional.of(found);
  }

  @Override
  public Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget) {
    Optional<String> index = index(subject);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    Set<String> refused = new HashSet<>();
    for (List<Entry> batch : batches(entries)) {
      List<String> keys = new ArrayList<>(List.of(index.get()));
      List<String> arguments =
          new ArrayList<>(
              List.of(String.valueOf(budget.series()), String.valueOf(budget.kept().toMillis())));
      for (Entry entry : batch) {
        keys.add(key(index.get(), entry.id()));
        arguments.add(entry.id());
        arguments.add(Base64.getEncoder().encodeToString(entry.state()));
        arguments.add(entry.glance());
      }
      Reply<List<String>> reply =
          Script.STORE_SERIES.call(
              link,
              ScriptOutputType.MULTI,
              keys.toArray(String[]::new),
              arguments.toArray(String[]::new));
      if (!(reply instanceof Reply.Answer<List<String>>(Optional<List<String>> names))) {
        return Optional.empty();
      }
      refused.addAll(names.orElse(List.of()));
    }
    return Optional.of(refused);
  }

  @Override
  public Optional<Map<String, String>> glances(Subject subject) {
    return index(subject)
        .flatMap(index ->
            link.call(RedisLink.Urgency.READ, redis -> redis.hgetall(index))
                    instanceof Reply.Answer<Map<String, String>>(var all)
                ? Optional.of(all.orElse(Map.of()))
                : Optional.empty());
  }

  @Override
  public void forget(Subject subject, Collection<String> ids) {
    Optional<String> index = index(subject);
    if (index.isEmpty()) {
      return;
    }
    for (List<String> batch : batches(List.copyOf(ids))) {
      String[] keys = batch.stream().map(id -> key(index.get(), id)).toArray(String[]::new);
      String[] fields = batch.toArray(String[]::new);
      var unused = link.call(RedisLink.Urgency.WRITE, redis -> redis.del(keys));
      var alsoUnused = link.call(RedisLink.Urgency.WRITE, redis -> redis.hdel(index.get(), fields));
    }
  }

  private static Optional<byte[]> decoded(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Not ours: as none.
    }
  }

  private static <T> List<List<T>> batches(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }

  private Optional<String> index(Subject subject) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{" + subject + "}:series");
  }

  private static String key(String index, String id) {
    return index + ":" + id;
  }
}
