package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.ActuatorSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What could be read of one actuator. Its kind follows from its keys; `kind:` may say it once
/// more.
record ActuatorDraft(Section at, Optional<ActuatorSpec> spec) {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  static ActuatorDraft read(Section at) {
    if (at.problems().wrong(at.pointer())) {
      return new ActuatorDraft(at, Optional.empty());
    }
    Optional<Duration> given = at.at("timeout").duration();
    Duration timeout = given.orElse(DEFAULT_TIMEOUT);
    if (at.has("command")) {
      fits(at, "command", "tokenEnv");
      List<String> argv = at.at("command").program();
      return new ActuatorDraft(at, Optional.of(new ActuatorSpec.Command(argv, timeout)));
    }
    for (String key : List.of("webhook", "url")) {
      if (at.has(key)) {
        fits(at, "webhook", "");
        Optional<String> token = at.at("tokenEnv").text();
        return new ActuatorDraft(
            at,
            at.at(key)
                .value(URI::create)
                .map(url -> new ActuatorSpec.Webhook(url, timeout, token)));
      }
    }
    for (String key : List.of("symlink", "link", "path")) {
      if (at.has(key)) {
        fits(at, "symlink", "timeout", "tokenEnv");
        return new ActuatorDraft(at, at.at(key).path().map(ActuatorSpec.Symlink::new));
      }
    }
    return new ActuatorDraft(at, Optional.empty());
  }

  Optional<Path> link() {
    return spec.flatMap(value ->
        value instanceof ActuatorSpec.Symlink(Path link) ? Optional.of(link) : Optional.empty());
  }

  private static void fits(Section at, String kind, String... unfit) {
    Optional<String> said = at.at("kind").text();
    if (said.isPresent() && !said.get().equals(kind)) {
      at.at("kind").error("expected " + kind + " by the other keys, found '" + said.get() + "'");
    }
    for (String key : unfit) {
      if (at.has(key)) {
        at.problems().keyError(at.pointer() + "/" + key, "a " + kind + " actuator has no " + key);
      }
    }
  }
}
