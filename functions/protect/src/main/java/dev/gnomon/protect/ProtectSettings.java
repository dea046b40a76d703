package dev.gnomon.protect;

import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.runtime.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Settings of this deployable.
@Singleton
public class ProtectSettings {
  private static final Setting<Duration> GRACE =
      Setting.required(
          "gnomon.protect.gc-grace",
          "how long garbage is condemned before it is deleted, and twice how long a capture may take",
          Setting.duration(Duration.ofSeconds(1), Duration.ofDays(365)));
  private static final Setting<Duration> BUDGET =
      Setting.required(
          "gnomon.protect.step-budget",
          "how long one event is worked on before the rest is handed on as a new event",
          Setting.duration(Duration.ZERO, Duration.ofMinutes(10)));
  private static final Setting<Integer> PART_MIB =
      Setting.required(
          "gnomon.protect.part-mebibytes",
          "largest amount of file content for one part of a capture or a restore, in MiB",
          Setting.integer(1, 1 << 20));

  private final Settings settings;

  @Inject
  public ProtectSettings(Settings settings) {
    this.settings = settings;
  }

  Duration grace() {
    return settings.get(GRACE);
  }

  Duration budget() {
    return settings.get(BUDGET);
  }

  long partBytes() {
    return settings.get(PART_MIB) * (1L << 20);
  }

  /// Declares the settings.
  @Singleton
  static class Declared implements DeclaredSettings {
    @Override
    public List<Setting<?>> settings() {
      return List.of(GRACE, BUDGET, PART_MIB);
    }
  }
}
