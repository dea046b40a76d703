package dev.gnomon.local.stack;

import static dev.gnomon.runtime.settings.Setting.duration;
import static dev.gnomon.runtime.settings.Setting.optional;
import static dev.gnomon.runtime.settings.Setting.required;

import dev.gnomon.runtime.oidc.OidcSettings;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.runtime.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings of the local stack.
@ApplicationScoped
public class LocalSettings implements DeclaredSettings {
  public static final Setting<Duration> SWEEP_EVERY =
      required(
          "gnomon.local.sweep-every",
          "how often the sweep fires; a cluster's PingSource can't do it more than once a minute",
          duration(Duration.ofSeconds(1), Duration.ofHours(1)));

  /// Read before there are settings ([UpOptions]); declared so that it is known.
  private static final Setting<Optional<String>> ROOT =
      optional("gnomon.root", "directory of the project, set by the launcher", root -> root);

  /// @throws InvalidSettings if events would need tokens: the broker of this stack brings none
  void agree(@Observes @Priority(1) StartupEvent started, Settings settings) {
    agree(settings);
  }

  static void agree(Settings settings) {
    if (settings.get(OidcSettings.AUDIENCE).isPresent()) {
      throw new InvalidSettings(
          List.of(
              OidcSettings.AUDIENCE.key()
                  + ": expected nothing in the local stack, whose broker brings no tokens, so that"
                  + " every event would become a dead letter; found one"));
    }
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(SWEEP_EVERY, ROOT);
  }
}
