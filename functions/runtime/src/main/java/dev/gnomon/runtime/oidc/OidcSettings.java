package dev.gnomon.runtime.oidc;

import static dev.gnomon.runtime.settings.Setting.optional;

import dev.gnomon.runtime.TokenFile;
import dev.gnomon.runtime.settings.DeclaredSettings;
import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Setting;
import dev.gnomon.runtime.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings of tokens that events have to bring. None of them has a default.
@ApplicationScoped
public class OidcSettings implements DeclaredSettings {
  private static final int MAX_SUBJECTS = 100;

  public static final Setting<Optional<String>> AUDIENCE =
      optional(
          "gnomon.oidc.audience",
          "whom the token of an event has to be for; without it events need no token",
          text -> text);

  public static final Setting<Optional<String>> ISSUER =
      optional(
          "gnomon.oidc.issuer",
          "whose tokens they have to be; without it what the discovery document says",
          text -> text);

  public static final Setting<Optional<URI>> DISCOVERY =
      optional(
          "gnomon.oidc.discovery",
          "https URL of the issuer's discovery document, such as"
              + " https://kubernetes.default.svc/.well-known/openid-configuration",
          OidcSettings::https);

  public static final Setting<Optional<URI>> KEYS =
      optional(
          "gnomon.oidc.keys",
          "https URL of the issuer's keys (JWKS); without it what the discovery document says",
          OidcSettings::https);

  static final Setting<Optional<List<Subject>>> SUBJECTS =
      optional(
          "gnomon.oidc.subjects",
          "whose tokens are taken, up to 100 with commas between; a * at the end stands for"
              + " anything; without it everybody's for whom the issuer made one for this audience",
          OidcSettings::subjects);

  public static final Setting<Optional<Path>> AUTHORITIES =
      optional(
          "gnomon.oidc.authorities",
          "file of PEM with authorities that the issuer's certificate may come from, beside those"
              + " of SSL_CERT_FILE",
          Path::of);

  static final Setting<Optional<TokenFile>> TOKEN =
      optional(
          "gnomon.oidc.token",
          "file with the token to show to the issuer when its keys are asked for; read each time",
          path -> new TokenFile(Path.of(path)));

  /// @throws InvalidSettings if tokens are asked for and nobody says whose, or the other way round
  static void agree(Settings settings) {
    boolean some =
        Stream.of(ISSUER, DISCOVERY, KEYS, SUBJECTS, AUTHORITIES, TOKEN)
            .anyMatch(one -> settings.get(one).isPresent());
    if (settings.get(AUDIENCE).isEmpty()) {
      if (some) {
        throw new InvalidSettings(
            List.of(
                AUDIENCE.key()
                    + ": is missing, and without it no event needs a token, whatever else is set of"
                    + " gnomon.oidc"));
      }
    } else if (settings.get(DISCOVERY).isEmpty()
        && (settings.get(ISSUER).isEmpty() || settings.get(KEYS).isEmpty())) {
      throw new InvalidSettings(
          List.of(
              "%s: is set, expected %s, or %s and %s, to know whose tokens are taken"
                  .formatted(AUDIENCE.key(), DISCOVERY.key(), ISSUER.key(), KEYS.key())));
    }
  }

  private static URI https(String text) {
    URI uri = Setting.httpUrl(text);
    if (!"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("expected an https URL, found '" + text + "'");
    }
    return uri;
  }

  private static List<Subject> subjects(String text) {
    List<Subject> subjects =
        Stream.of(text.split(",", -1)).map(String::strip).map(Subject::new).toList();
    if (subjects.size() > MAX_SUBJECTS) {
      throw new IllegalArgumentException(
          "expected at most %d subjects, found %d".formatted(MAX_SUBJECTS, subjects.size()));
    }
    return subjects;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(AUDIENCE, ISSUER, DISCOVERY, KEYS, SUBJECTS, AUTHORITIES, TOKEN);
  }
}
