package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.automation.Asked;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.TellDecision;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.core.secrets.Signature;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Signs the links by which a decision is approved, and checks them: HMAC-SHA256 over the
/// decision's id, the hash of its evidence and the second it expires. Who has a link may approve
/// that decision, and nothing else.
@Singleton
class ApprovalLinks implements TellDecision.Links {
  private static final Logger LOG = Logger.getLogger(ApprovalLinks.class);
  private static final String PURPOSE = "gnomon approval 1";

  private final Optional<URI> api;
  private final Optional<KeyRing> keys;

  @Inject
  ApprovalLinks(Catalogue catalogue, ProtectSettings settings) {
    this(catalogue, settings.publicUrl(), name -> Optional.ofNullable(System.getenv(name)));
  }

  /// @param api address under which people reach the API
  ApprovalLinks(
      Catalogue catalogue, Optional<URI> api, Function<String, Optional<String>> environment) {
    this.api = api;
    this.keys =
        catalogue
            .policies()
            .decisions()
            .approvals()
            .key()
            .map(key -> new KeyRing("approval links", List.of(key), new Secrets(environment)));
  }

  @Override
  public List<Notice.Link> of(Decision decision) {
    if (api.isEmpty() || keys.isEmpty() || decision.asked().isEmpty() || decision.id().isEmpty()) {
      return List.of();
    }
    Asked asked = decision.asked().get();
    String id = decision.id().get();
    try {
      long expires = asked.expires().getEpochSecond();
      String href =
          "%s/approvals/%s?evidence=%s&expires=%d&signature=%s"
              .formatted(
                  api.get().toString().replaceFirst("/+$", ""),
                  id,
                  asked.evidence(),
                  expires,
                  keys.get().sign(signed(id, asked.evidence(), expires)).hex());
      return List.of(new Notice.Link("Look at it and approve", href));
    } catch (Unavailable e) {
      LOG.warnf("decision %s is told without a link: %s", id, e.getMessage());
      return List.of();
    }
  }

  /// @throws Rejection if the link was not made here, whatever is wrong with it
  void check(String id, String evidence, long expires, String signature) {
    if (keys.isEmpty()
        || !keys.get().signed(Signature.claimed(signature), signed(id, evidence, expires))) {
      throw Rejection.of(ProblemKind.UNAUTHORIZED, "the link is not known to be authentic");
    }
  }

  private static byte[] signed(String id, String evidence, long expires) {
    return String.join("\n", PURPOSE, id, evidence, Long.toString(expires)).getBytes(UTF_8);
  }
}
