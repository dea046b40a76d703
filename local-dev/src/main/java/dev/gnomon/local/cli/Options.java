package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/// The options that every command takes, anywhere on the line.
final class Options {
  static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
  static final String CATALOGUE = "gnomon.yaml";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Data directory of the stack (default: data beside gnomon.yaml).")
  @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Catalogue (default: gnomon.yaml in the current directory).")
  @Nullable Path config;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "JSON on standard output and nothing else there.")
  boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      converter = DurationConverter.class,
      description = "How long to wait at most, such as 30s or 10m (default: 10m).")
  @Nullable Duration timeout;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      scope = ScopeType.INHERIT,
      description =
          "With --store, of an encrypted store: file:PATH, env:NAME or"
              + " vault+https://host[:port]/v1/<mount>/keys/<name>. A new store is encrypted with it.")
  @Nullable String key;

  Path config() {
    return (config == null ? Path.of(CATALOGUE) : config).toAbsolutePath().normalize();
  }

  Path data() {
    if (data != null) {
      return data.toAbsolutePath().normalize();
    }
    Path beside = config().getParent();
    return (beside == null ? config() : beside).resolve("data");
  }

  Optional<String> key() {
    return Optional.ofNullable(key);
  }

  Duration timeout() {
    return Optional.ofNullable(timeout).orElse(DEFAULT_TIMEOUT);
  }

  /// Reads `30s` and `PT30S`.
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return DurationText.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
