package dev.gnomon.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressTest {
  @TempDir Path directory;
  private BrokerServer server;

  @BeforeEach
  void start() throws Exception {
    server = new BrokerServer(directory, BrokerServer.broker("{retry: 0}"), Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce-id=1|ce-source=/s|ce-type=t", // no specversion
        "ce-specversion=0.3|ce-id=1|ce-source=/s|ce-type=t",
        "ce-specversion=1.0|ce-source=/s|ce-type=t",
        "ce-specversion=1.0|ce-id=|ce-source=/s|ce-type=t",
        "ce-specversion=1.0|ce-id=1|ce-source=|ce-type=t",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-bad_ext=x",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-data=x",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-time=yesterday",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-subject=",
        "ce-specversion=1.0|ce-id=%ff|ce-source=/s|ce-type=t",
        "ce-specversion=1.0|ce-id=1|ce-id=2|ce-source=/s|ce-type=t",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-datacontenttype=text/plain",
        "ce-specversion=1.0|ce-id=1|ce-source=/s|ce-type=t|ce-dataschema=::not a uri",
      })
  void aMessageThatIsNoEventIs400(String headers) throws Exception {
    String[] pairs =
        java.util.Arrays.stream(headers.split("\\|"))
            .flatMap(pair -> java.util.Arrays.stream(pair.split("=", 2)))
            .toArray(String[]::new);
    var answer = server.postWith("{}", pairs);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "",
        "[]",
        "{}",
        "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\"}",
        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"Bad_ext\":\"x\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"time\":\"now\"}",
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"",
      })
  void aBodyThatIsNoStructuredEventIs400(String body) throws Exception {
    assertThat(server.postWith(body, "content-type", "application/cloudevents+json").statusCode())
        .isEqualTo(400);
  }

  @Test
  void batchesAndOtherFormatsAre400() throws Exception {
    assertThat(
            server
                .postWith("[]", "content-type", "application/cloudevents-batch+json")
                .statusCode())
        .isEqualTo(400);
    assertThat(server.postWith("<a/>", "content-type", "application/cloudevents+xml").statusCode())
        .isEqualTo(400);
    assertThat(server.postWith("{}", "content-type", "application/json").statusCode())
        .isEqualTo(400);
    assertThat(server.postWith("").statusCode()).isEqualTo(400);
  }

  @Test
  void eventsOverTheLimitAre413AndUpToItAreTaken() throws Exception {
    assertThat(server.post("1", "t", "x".repeat(BrokerRoutes.MAX_EVENT_BYTES)).statusCode())
        .isEqualTo(202);
    assertThat(server.post("1", "t", "x".repeat(BrokerRoutes.MAX_EVENT_BYTES + 1)).statusCode())
        .isEqualTo(413);
  }

  @Test
  void onlyPostIsAllowedAndOptionsSaysSo() throws Exception {
    var get = server.call("GET", server.ingress);
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("allow").orElseThrow()).contains("POST");
    var options = server.call("OPTIONS", server.ingress);
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("allow").orElseThrow()).contains("POST");
    assertThat(server.call("GET", server.ingress.resolve("/other")).statusCode()).isEqualTo(404);
  }
}
