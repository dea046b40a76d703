package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.ApprovalPolicy;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.DecisionPolicy;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.runtime.http.Rejection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Links by which a decision is approved.
class ApprovalLinksTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final Optional<URI> API = Optional.of(URI.create("https://gnomon.example/api/"));

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private String key = "a-key-of-24-characters!!";

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    DecisionPolicy usual = DecisionPolicy.DEFAULT;
    world.policies =
        Policies.DEFAULT.deciding(
            new DecisionPolicy(
                usual.weights(),
                usual.prices(),
                new ApprovalPolicy(
                    Duration.ofMinutes(15), Optional.of(new Secret.Variable("APPROVALS"))),
                usual.limits()));
    world.links = decision -> links(API).of(decision);
    world.resource("site", RollbackMode.RESTORE);
    world.change("site", "automation", Automation.APPROVE);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Worlds.predict(
        world,
        new Prediction(
            List.of(SITE),
            clock.instant(),
            clock.instant().plusSeconds(60),
            0.9,
            List.of("x"),
            "p1"));
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private ApprovalLinks links(Optional<URI> api) {
    return new ApprovalLinks(
        world.catalogue, api, name -> Optional.of(key).filter(any -> name.equals("APPROVALS")));
  }

  private Decision decision() {
    return world.decisions.find("site-d1").orElseThrow();
  }

  private URI link() {
    return world.notices.getFirst().links().stream()
        .map(Notice.Link::href)
        .map(URI::create)
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> query() {
    return Arrays.stream(link().getQuery().split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private void check(String id, String evidence, String expires, String signature) {
    links(API).check(id, evidence, Long.parseLong(expires), signature);
  }

  @Test
  void theNoticeHasALinkThatHoldsForItsDecision() {
    assertThat(link().toString()).startsWith("https://gnomon.example/api/approvals/site-d1?");
    Map<String, String> query = query();
    assertThat(query.get("evidence")).isEqualTo(decision().asked().orElseThrow().evidence());

    check("site-d1", query.get("evidence"), query.get("expires"), query.get("signature"));
  }

  @Test
  void aForgedLinkIsRefusedWhateverIsForged() {
    Map<String, String> query = query();
    String evidence = query.get("evidence");
    String expires = query.get("expires");
    String signature = query.get("signature");
    String other = "0".repeat(64);
    String later = Long.toString(Long.parseLong(expires) + 1);

    for (Runnable forged :
        List.<Runnable>of(
            () -> check("site-d2", evidence, expires, signature),
            () -> check("site-d1", other, expires, signature),
            () -> check("site-d1", evidence, later, signature),
            () -> check("site-d1", evidence, expires, other),
            () -> check("site-d1", evidence, expires, "no hex"),
            () -> check("site-d1", evidence, expires, ""))) {
      assertThatThrownBy(forged::run).isInstanceOf(Rejection.class);
    }
    key = "another-key-of-24-chars!";
    assertThatThrownBy(() -> check("site-d1", evidence, expires, signature))
        .isInstanceOf(Rejection.class);
  }

  @Test
  void withoutAKeyOrAnAddressThereAreNoLinks() {
    assertThat(links(Optional.empty()).of(decision())).isEmpty();
    key = "short";
    assertThat(links(API).of(decision())).isEmpty();
    world.policies = Policies.DEFAULT;
    world.restart();
    assertThat(links(API).of(decision())).isEmpty();
    assertThatThrownBy(() -> check("site-d1", "0".repeat(64), "1", "00"))
        .isInstanceOf(Rejection.class);
  }
}
