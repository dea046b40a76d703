package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What PagerDuty is sent, as its documentation says it, and what its answers mean.
class PagerDutyFormTest extends NoticeForms {
  @Test
  void pagerDutyIsSentATriggerWithTheKeyOfTheEpisode() throws Exception {
    answers(202, "{\"status\": \"success\"}");

    assertThat(send(pagerDuty(), NOTICE)).isEqualTo(new Outcome.Taken(1));

    assertThat(sentJson())
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {
                  "routing_key": "R0UT1NGKEY0000000000000000000000",
                  "event_action": "trigger",
                  "dedup_key": "gnomon/resource/site",
                  "client": "Gnomon",
                  "client_url": "https://gnomon.example/rollbacks/site-e3",
                  "links": [{"href": "https://gnomon.example/rollbacks/site-e3", "text": "The rollback"}],
                  "payload": {
                    "summary": "Rollback failed: site: Rollback site-e3 of site failed: no point is left. Now: frozen",
                    "source": "site",
                    "severity": "critical",
                    "timestamp": "2026-03-01T10:20:30Z",
                    "component": "site",
                    "group": "gnomon",
                    "class": "rollback-failed",
                    "custom_details": {
                      "text": "Rollback site-e3 of site failed: no point is left. Now: frozen",
                      "Resource": "site",
                      "Rollback": "site-e3",
                      "notice": "%s"
                    }
                  }
                }
                """
                    .formatted(NOTICE.key())));
  }

  @Test
  void theEndHasTheKeyOfItsIncidentAndNoPayload() throws Exception {
    answers(202, "");

    send(pagerDuty(), NOTICE.in("resource/site", Action.CLOSE).alarming("resource/site/refused"));

    assertThat(sentJson())
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"routing_key": "%s", "event_action": "resolve", "dedup_key": "gnomon/resource/site/refused"}
                """
                    .formatted(ROUTING_KEY)));
  }

  @ParameterizedTest
  @CsvSource({"INFO, info", "WARNING, warning", "CRITICAL, critical"})
  void severitiesArePagerDutys(Severity severity, String said) throws Exception {
    answers(202, "");

    send(pagerDuty(), Notice.of("1", "k", severity, NOW, "t", "x"));

    assertThat(sentJson().at("/payload/severity").asText()).isEqualTo(said);
  }

  @Test
  void pagerDutysLimitsHold() throws Exception {
    answers(202, "");

    send(pagerDuty(), hostile().in("resource/" + "r".repeat(900), Action.TRIGGER));

    JsonNode body = sentJson();
    assertThat(body.at("/payload/summary").asText()).hasSizeBetween(900, 1024);
    assertThat(body.path("dedup_key").asText()).hasSizeLessThanOrEqualTo(255);
    assertThat(sent().getBody().length).isLessThan(512 * 1024);
  }

  @Test
  void aRefusalOfPagerDutyIsShownWithoutTheKey() {
    answers(
        400,
        "{\"status\": \"invalid event\", \"message\": \"Event object is invalid\", \"errors\": [\"bad key "
            + ROUTING_KEY
            + "\"]}");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(new Outcome.Refused(1, "it answered 400: Event object is invalid; bad key …"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "<html>"})
  void garbageFromPagerDutyIsARefusalWithoutWords(String body) {
    answers(400, body);

    assertThat(send(pagerDuty(), NOTICE))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.reason()).startsWith("it answered 400"));
  }

  @Test
  void onlyAnAcceptedEventIsTaken() {
    answers(200, "<html>log in</html>");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(new Outcome.Waits(2, "it answered 200, expected 202", Optional.empty()));
  }

  @Test
  void aRoutingKeyThatIsNotSetIsSaidByName() {
    environment.remove("PD_KEY");

    assertThat(send(pagerDuty(), NOTICE))
        .isEqualTo(
            new Outcome.Waits(0, "environment variable PD_KEY is not set", Optional.empty()));
  }

  @Test
  void whatIsAboutNothingWithANameHasASourceAllTheSame() throws Exception {
    answers(202, "");

    send(pagerDuty(), NOTICE.about(" "));

    assertThat(sentJson().path("payload").path("source").asText()).isEqualTo("gnomon");
    assertThat(sentJson().path("payload").path("component").asText()).isEqualTo("gnomon");
  }
}
