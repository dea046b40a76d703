package dev.gnomon.runtime.settings;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/// The checked values of all declared settings. Whoever asks first, at the latest the start-up,
/// learns of everything that is wrong.
@Singleton
public class Settings {
  private static final String PREFIX = "gnomon.";

  private final Map<Setting<?>, Object> values;

  @Inject
  Settings(@All List<DeclaredSettings> declared, Config config) {
    this(
        declared.stream().flatMap(one -> one.settings().stream()).toList(),
        key -> Optional.ofNullable(config.getConfigValue(key).getValue()),
        setNames(config));
  }

  /// @param source the raw value of a key; a blank one counts as not set
  /// @param names all keys that are set somewhere, also foreign ones
  /// @throws InvalidSettings with all errors
  public Settings(
      Collection<Setting<?>> declared,
      Function<String, Optional<String>> source,
      Collection<String> names) {
    Map<Setting<?>, Object> read = new HashMap<>();
    Map<String, Setting<?>> byKey = new HashMap<>();
    List<String> errors = new ArrayList<>();
    for (Setting<?> setting : declared) {
      if (byKey.put(setting.key(), setting) != null) {
        errors.add(setting.key() + ": is declared twice");
      }
      try {
        read.put(
            setting,
            setting.form().apply(source.apply(setting.key()).filter(value -> !value.isBlank())));
      } catch (IllegalArgumentException e) {
        errors.add(setting.key() + ": " + e.getMessage());
      }
    }
    for (String name : new TreeSet<>(names)) {
      if (name.startsWith(PREFIX) && !byKey.containsKey(name)) {
        errors.add(name + ": is not a setting of this program");
      }
    }
    if (!errors.isEmpty()) {
      throw new InvalidSettings(errors);
    }
    values = Map.copyOf(read);
  }

  /// @throws IllegalArgumentException if the setting was not declared
  @SuppressWarnings("unchecked") // put with the value of its own form
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException(setting.key() + " is not declared by any module");
    }
    return (T) value;
  }

  /// The value of a setting that only some processes need, by one that does.
  ///
  /// @throws IllegalStateException if it is not set
  public <T> T need(Setting<Optional<T>> setting) {
    return get(setting)
        .orElseThrow(
            () -> new IllegalStateException(setting.key() + ": is missing: " + setting.about()));
  }

  void check(@Observes @Priority(1) StartupEvent started) {
    // The work was done when this bean was made.
  }

  /// Environment variables are left out: `GNOMON_X_Y` may stand for several keys, or for none.
  private static List<String> setNames(Config config) {
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
        .filter(name -> name.startsWith(PREFIX))
        .filter(name -> {
          String from = config.getConfigValue(name).getSourceName();
          return from == null || !from.startsWith("EnvConfigSource");
        })
        .toList();
  }
}
