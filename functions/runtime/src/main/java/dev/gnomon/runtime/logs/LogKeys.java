package dev.gnomon.runtime.logs;

import dev.gnomon.events.EventData;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/// Log keys that stand until they are closed.
///
/// ```java
/// try (LogKeys keys = new LogKeys().with(LogKeys.EPOCH, route.epoch())) { ... }
/// ```
public final class LogKeys implements AutoCloseable {
  public static final String EVENT_ID = "eventId";
  public static final String RESOURCE = "resource";
  public static final String UPDATE_ID = "updateId";
  public static final String EPOCH = "epoch";
  public static final String TRACE_ID = "traceId";

  private record Before(String key, @Nullable Object value) {}

  private final Deque<Before> before = new ArrayDeque<>();

  public LogKeys with(String key, Object value) {
    before.push(new Before(key, MDC.get(key)));
    MDC.put(key, value.toString());
    return this;
  }

  /// Resource and update id, if the data has them.
  public LogKeys with(EventData data) {
    for (RecordComponent component : data.getClass().getRecordComponents()) {
      String name = component.getName();
      if (name.equals(RESOURCE) || name.equals(UPDATE_ID)) {
        value(component, data).ifPresent(value -> with(name, value));
      }
    }
    return this;
  }

  private static Optional<?> value(RecordComponent component, EventData data) {
    try {
      Object value = component.getAccessor().invoke(data);
      return value instanceof Optional<?> optional ? optional : Optional.ofNullable(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("accessor of " + component + " failed", e);
    }
  }

  @Override
  public void close() {
    while (!before.isEmpty()) {
      Before one = before.pop();
      if (one.value() == null) {
        MDC.remove(one.key());
      } else {
        MDC.put(one.key(), one.value());
      }
    }
  }
}
