package dev.gnomon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a receiver of CloudEvents is sent.
class CloudEventFormTest extends NoticeForms {
  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCloudEventIsReadByTheSdkInBothModes(Mode mode) throws Exception {
    answers(202, "");
    Notice hostile = hostile().about("sité \"x\" %41");

    assertThat(send(cloudEvent(mode), hostile)).isEqualTo(new Outcome.Taken(1));

    LoggedRequest sent = sent();
    assertThat(sent.getHeader("Authorization")).isEqualTo("Bearer t0ken");
    assertThat(sent.getHeader("Content-Type"))
        .startsWith(mode == Mode.BINARY ? "application/json" : "application/cloudevents+json");
    CloudEvent event =
        HttpMessageFactory.createReader(
                put ->
                    sent.getHeaders()
                        .all()
                        .forEach(header -> put.accept(header.key(), header.firstValue())),
                sent.getBody())
            .toEvent();
    assertThat(event.getId()).isEqualTo(hostile.key());
    assertThat(event.getType()).isEqualTo("dev.gnomon.notice.v1");
    assertThat(event.getSource()).hasToString("/gnomon/notify");
    assertThat(event.getTime()).isEqualTo(NOW.atOffset(java.time.ZoneOffset.UTC));
    assertThat(event.getDataSchema())
        .hasToString("https://gnomon.dev/schemas/notice.v1.schema.json");
    assertThat(event.getSubject())
        .isEqualTo(mode == Mode.BINARY ? "sit%C3%A9%20%22x%22%20%2541" : "sité \"x\" %41");
    byte[] data = Objects.requireNonNull(event.getData()).toBytes();
    assertThat(violations(new String(data, StandardCharsets.UTF_8))).isEmpty();
  }
}
