package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import dev.gnomon.core.secrets.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// That no secret is shown, and that one that can't be read is named.
class NoticeSecretsTest extends NoticeForms {
  @Test
  void nothingThatIsShownOrSaidHoldsASecret() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "t0ken-in-a-file\n");
    List<Channel> channels =
        List.of(
            slack(),
            pagerDuty(),
            generic(Optional.of(new Secret.Variable("SIGNING"))),
            new Channel.CloudEvent(
                new Secret.Given(SERVER.url("/SECRET")),
                Mode.STRUCTURED,
                Optional.of(new Secret.Content(file))));
    answers(500, ROUTING_KEY);

    for (Channel channel : channels) {
      String all =
          sender().shown(target(channel), NOTICE) + send(channel, NOTICE) + target(channel);
      assertThat(all)
          .doesNotContain(ROUTING_KEY, "wh_secret_of_16+", "t0ken-in-a-file", "SECRET", "t0ken\"");
    }
    assertThat(sent().getHeader("Authorization")).isEqualTo("Bearer t0ken-in-a-file");
  }

  @Test
  void aFileOfASecretThatCantBeReadIsNamed() throws Exception {
    Path large = Files.write(directory.resolve("large"), new byte[Secrets.MAX_BYTES + 1]);
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
    for (Path file : List.of(directory.resolve("none"), directory, large, binary)) {
      assertThat(send(new Channel.Slack(new Secret.Content(file)), NOTICE))
          .isInstanceOfSatisfying(
              Outcome.Waits.class, waits -> assertThat(waits.reason()).contains(file.toString()));
    }
  }

  /// A person can set it right: a notice is not given up for that.
  @Test
  void aSecretThatCantBeUsedIsWaitedFor() throws Exception {
    Path lines = Files.writeString(directory.resolve("lines"), "t0ken\nanother");
    environment.put("SIGNING", "too-short");
    Channel token =
        new Channel.CloudEvent(
            new Secret.Given(SERVER.url("/events/SECRET")),
            Mode.BINARY,
            Optional.of(new Secret.Content(lines)));
    Channel signed = generic(Optional.of(new Secret.Variable("SIGNING")));

    for (Channel channel : List.of(token, signed)) {
      assertThat(send(channel, NOTICE))
          .isInstanceOfSatisfying(
              Outcome.Waits.class,
              waits -> assertThat(waits.reason()).doesNotContain("t0ken", "too-short", "SECRET"));
    }
  }
}
