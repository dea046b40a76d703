package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/// What a receiver of JSON is sent, and how it knows who sent it.
class GenericFormTest extends NoticeForms {
  @Test
  void aReceiverCanCheckWhoSentItAndWhen() throws Exception {
    answers(204, "");

    assertThat(send(generic(Optional.of(new Secret.Variable("SIGNING"))), NOTICE))
        .isEqualTo(new Outcome.Taken(1));

    LoggedRequest sent = sent();
    String timestamp = sent.getHeader("Gnomon-Timestamp");
    assertThat(Instant.ofEpochSecond(Long.parseLong(timestamp))).isEqualTo(NOW);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("wh_secret_of_16+".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update((timestamp + "." + sent.getBodyAsString()).getBytes(StandardCharsets.UTF_8));
    assertThat(sent.getHeader("Gnomon-Signature"))
        .isEqualTo("v1=" + java.util.HexFormat.of().formatHex(mac.doFinal()));
    assertThat(sent.getHeader("Idempotency-Key")).isEqualTo(NOTICE.key());
  }

  @Test
  void theSignatureOfAKnownBodyIsPinned() {
    // printf '1772360430.{}' | openssl dgst -sha256 -hmac wh_secret_of_16+
    assertThat(
            GenericForm.signature(
                "wh_secret_of_16+", "1772360430", "{}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("94923aaa594b348ac85d4e557a9e8aa66988b35a05ffe9d46951e15d097f4e0c");
  }

  @Test
  void withoutASecretNothingIsSigned() {
    answers(200, "");

    send(generic(Optional.empty()), NOTICE);

    assertThat(sent().containsHeader("Gnomon-Signature")).isFalse();
  }

  @Test
  void theBodyIsWhatItsSchemaSays() throws Exception {
    answers(200, "");
    send(generic(Optional.empty()), NOTICE);
    assertThat(violations(sent().getBodyAsString())).isEmpty();
    assertThat(sentJson().path("severity").asText()).isEqualTo("critical");

    SERVER.resetRequests();
    send(generic(Optional.empty()), hostile());
    assertThat(violations(sent().getBodyAsString())).isEmpty();
    assertThat(sentJson().path("text").asText()).hasSizeLessThanOrEqualTo(Notice.MAX_TEXT);

    assertThat(violations("{\"version\": 2}")).isNotEmpty();
  }
}
