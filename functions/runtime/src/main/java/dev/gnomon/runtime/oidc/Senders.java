package dev.gnomon.runtime.oidc;

import dev.gnomon.core.tls.Authorities;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.settings.InvalidSettings;
import dev.gnomon.runtime.settings.Settings;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;

/// Who may send events: everybody, or whoever shows a token as `Authorization: Bearer JWT`.
@Singleton
public class Senders {
  private static final Logger LOG = Logger.getLogger(Senders.class);
  private static final String SCHEME = "Bearer ";
  private static final String ANYBODY =
      "%s is set and %s is not: whoever the issuer gives a token for that audience may send events, in a cluster every ServiceAccount"
          .formatted(OidcSettings.AUDIENCE.key(), OidcSettings.SUBJECTS.key());

  private final Optional<TokenVerifier> verifier;

  @Inject
  Senders(Settings settings, Clock clock, @VirtualThreads ExecutorService executor) {
    this(verifier(settings, clock, executor));
  }

  Senders(Optional<TokenVerifier> verifier) {
    this.verifier = verifier;
  }

  private static Optional<TokenVerifier> verifier(
      Settings settings, Clock clock, Executor background) {
    OidcSettings.agree(settings);
    if (settings.get(OidcSettings.AUDIENCE).isPresent()
        && settings.get(OidcSettings.SUBJECTS).isEmpty()) {
      LOG.warn(ANYBODY);
    }
    return settings
        .get(OidcSettings.AUDIENCE)
        .map(audience ->
            new TokenVerifier(
                audience,
                settings.get(OidcSettings.SUBJECTS),
                new IssuerKeys(issuer(settings), background, System::nanoTime),
                clock));
  }

  private static HttpIssuer issuer(Settings settings) {
    return new HttpIssuer(
        new HttpIssuer.Place(
            settings.get(OidcSettings.DISCOVERY),
            settings.get(OidcSettings.ISSUER),
            settings.get(OidcSettings.KEYS)),
        settings.get(OidcSettings.TOKEN),
        authorities(settings),
        HttpIssuer.WITHIN);
  }

  private static Authorities authorities(Settings settings) {
    Authorities all = Authorities.of(name -> Optional.ofNullable(System.getenv(name)));
    try {
      return settings
          .get(OidcSettings.AUTHORITIES)
          .map(file -> all.withFile(OidcSettings.AUTHORITIES.key(), file))
          .orElse(all);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(List.of(e.getMessage()));
    }
  }

  /// Whether they have to show anything.
  public boolean areAsked() {
    return verifier.isPresent();
  }

  /// May wait for the issuer.
  ///
  /// @param authorizations all headers of that name
  /// @return who it is
  /// @throws Rejection UNAUTHORIZED if it is nobody who may, UNAVAILABLE if that is not known now
  public String identify(List<String> authorizations) {
    TokenVerifier asked =
        verifier.orElseThrow(() -> new IllegalStateException("nobody has to show anything"));
    if (authorizations.size() != 1) {
      throw refused(
          asked, authorizations.isEmpty() ? "none" : authorizations.size() + " of that header");
    }
    String only = authorizations.getFirst();
    if (!only.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw refused(asked, "another form");
    }
    return asked.subject(only.substring(SCHEME.length()).strip());
  }

  private static Rejection refused(TokenVerifier asked, String found) {
    return Rejection.of(
        ProblemKind.UNAUTHORIZED,
        "expected Authorization: Bearer TOKEN, with a token for the audience %s, found %s"
            .formatted(asked.audience(), found));
  }
}
