package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.HookScene.deployment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.Answers;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Rejection;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where a sender looks for what became of its webhook.
class WebhookFollowTest {
  private final HookScene scene = new HookScene();

  /// The address that a webhook was answered, in its parts.
  private record Address(String sender, String key, String proof) {
    static Address of(Answer answer) {
      URI location = URI.create(answer.headers().get("Location"));
      List<String> path = List.of(location.getPath().split("/"));
      assertThat(path.subList(0, 2)).containsExactly("", "hooks");
      assertThat(path.get(3)).isEqualTo("deliveries");
      return new Address(
          path.get(2), path.get(4), location.getQuery().substring("proof=".length()));
    }
  }

  private Followed followed(Address address) {
    Answer answer = scene.webhooks().follow(address.sender(), address.key(), address.proof());
    assertThat(answer.headers()).containsEntry("Cache-Control", "no-store");
    return (Followed) answer.body().orElseThrow();
  }

  @Test
  void itIsThereAtOnceAndSaysWhatWasDecidedLater() {
    Address address = Address.of(scene.webhooks().receive("ci", deployment("d-1").hook()));

    Followed before = followed(address);
    String id = before.requests().getFirst().id();
    new Answers(scene.records())
        .give("/gnomon/webhook " + id, Answers.Answer.refused("rollback", "it is paused"));
    Followed after = followed(address);

    assertThat(before.state()).isEqualTo("asked");
    assertThat(before.delivery()).isEqualTo("d-1");
    assertThat(before.requests().getFirst().outcome()).isEqualTo("asked");
    assertThat(scene.sent).extracting(one -> one.id()).containsExactly(id);
    assertThat(after.state()).isEqualTo("decided");
    assertThat(after.requests().getFirst().outcome()).isEqualTo("refused");
    assertThat(after.requests().getFirst().reason()).contains("it is paused");
  }

  @Test
  void toLookAsksForNothing() {
    Address address = Address.of(scene.webhooks().receive("ci", deployment("d-1").hook()));

    followed(address);
    followed(address);

    assertThat(scene.sent).hasSize(1);
  }

  @Test
  void whoWasNotToldTheAddressIsToldNothing() {
    Address ci = Address.of(scene.webhooks().receive("ci", deployment("d-1").hook()));
    Address other = Address.of(scene.webhooks().receive("ci", otherDeployment()));

    for (Address forged :
        List.of(
            new Address("ci", ci.key(), ""),
            new Address("ci", ci.key(), "no number"),
            new Address("ci", ci.key(), other.proof()),
            new Address("script", ci.key(), ci.proof()),
            new Address("nobody", ci.key(), ci.proof()))) {
      assertThatThrownBy(
              () -> scene.webhooks().follow(forged.sender(), forged.key(), forged.proof()))
          .isInstanceOf(Rejection.class)
          .hasMessage("the address is not known to be one that was given out");
    }
  }

  private static Hook otherDeployment() {
    return Fixture.gitHub(
            Fixture.text("github-deployment-status.json") + " ",
            "deployment_status",
            "d-2",
            Fixture.KEY)
        .hook();
  }
}
