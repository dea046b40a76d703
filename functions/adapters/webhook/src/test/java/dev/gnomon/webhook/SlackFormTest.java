package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.actuators.Notice.Link;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Slack is sent, as its documentation says it, and what its answers mean.
class SlackFormTest extends NoticeForms {
  @Test
  void slackIsSentTextFieldsLinksAndTheColourOfTheSeverity() throws Exception {
    answers(200, "ok");

    assertThat(send(slack(), NOTICE)).isEqualTo(new Outcome.Taken(1));

    JsonNode body = sentJson();
    assertThat(body.path("text").asText()).isEqualTo("[CRITICAL] Rollback failed: site");
    JsonNode attachment = body.path("attachments").path(0);
    assertThat(attachment.path("color").asText()).isEqualTo("#d40e0d");
    JsonNode blocks = attachment.path("blocks");
    assertThat(blocks).hasSize(4);
    assertThat(blocks.path(0).at("/text/text").asText()).startsWith("Rollback site-e3 of site");
    assertThat(blocks.path(0).at("/text/verbatim").asBoolean()).isTrue();
    assertThat(blocks.path(1).at("/fields/1/text").asText()).isEqualTo("*Rollback*\nsite-e3");
    assertThat(blocks.path(2).at("/text/text").asText())
        .isEqualTo("<https://gnomon.example/rollbacks/site-e3|The rollback>");
    assertThat(blocks.path(3).path("type").asText()).isEqualTo("context");
  }

  @Test
  void whatIsOverIsGreenForSlack() throws Exception {
    answers(200, "ok");

    send(slack(), NOTICE.in("resource/site", Action.RESOLVE));

    assertThat(sentJson().at("/attachments/0/color").asText()).isEqualTo("#2eb67d");
  }

  @Test
  void slacksLimitsHoldWhateverNamesAndReasonsSay() throws Exception {
    answers(200, "ok");
    Notice wild = hostile();

    send(slack(), wild);

    JsonNode body = sentJson();
    assertThat(body.path("text").asText()).hasSizeLessThanOrEqualTo(300);
    JsonNode blocks = body.at("/attachments/0/blocks");
    assertThat(blocks.size()).isLessThanOrEqualTo(50);
    assertThat(blocks.path(0).at("/text/text").asText()).hasSizeBetween(2900, 3000);
    assertThat(blocks.path(1).path("fields")).hasSize(10);
    blocks
        .path(1)
        .path("fields")
        .forEach(field -> assertThat(field.path("text").asText()).hasSizeLessThanOrEqualTo(2000));
    assertThat(sent().getBodyAsString())
        .contains("&lt;!channel&gt; &amp; &lt;https")
        .doesNotContain("<!", "<https://evil", "\u202e", "\\u0000");
  }

  @Test
  void linksThatSlackHasNoRoomForAreLeftOut() throws Exception {
    answers(200, "ok");
    Link link = new Link("x".repeat(100), "https://gnomon.example/?" + "a=b&".repeat(490));

    send(slack(), NOTICE.linked(List.of(link, link, new Link("short", "https://gnomon.example/"))));

    assertThat(sentJson().at("/attachments/0/blocks/2/text/text").asText())
        .hasSizeLessThanOrEqualTo(3000)
        .isEqualTo("<https://gnomon.example/|short>");
  }

  @Test
  void entitiesAreNotCutInHalf() {
    assertThat(Mrkdwn.escaped("a<<<", 9)).isEqualTo("a&lt;…");
    assertThat(Mrkdwn.escaped("a<", 5)).isEqualTo("a&lt;");
    assertThat(Mrkdwn.escaped("😀😀", 4)).isEqualTo("😀😀");
    assertThat(Mrkdwn.escaped("😀😀x", 4)).isEqualTo("😀…");
  }

  @Test
  void slacksWordForARefusalIsShown() {
    answers(400, "invalid_blocks");
    assertThat(send(slack(), NOTICE))
        .isEqualTo(new Outcome.Refused(1, "it answered 400: invalid_blocks"));
    answers(403, "<html>SECRET</html>");
    assertThat(send(slack(), NOTICE)).isEqualTo(new Outcome.Refused(1, "it answered 403"));
  }

  @ParameterizedTest
  @CsvSource({"200, <html>log in</html>", "200, ''", "204, ''"})
  void garbageInPlaceOfSlacksOkIsNoDelivery(int status, String body) {
    answers(status, body);

    assertThat(send(slack(), NOTICE)).isInstanceOf(Outcome.Waits.class);
  }
}
