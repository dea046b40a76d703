package dev.gnomon.local.broker;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PingTimerTest {
  @TempDir Path directory;

  @Test
  void aSourceSendsItsEventToTheTriggersThatWantIt() throws Exception {
    String source =
        """
        ---
        apiVersion: sources.knative.dev/v1
        kind: PingSource
        metadata: {name: tick}
        spec:
          schedule: "0 0 1 1 *"
          contentType: application/json
          data: "{}"
          ceOverrides: {extensions: {gnomontype: dev.gnomon.sweep-due.v1}}
          sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: gnomon}}
        """;
    try (Subscribers subscribers = new Subscribers();
        BrokerServer server =
            new BrokerServer(
                directory,
                BrokerServer.broker("{retry: 0}")
                    + BrokerServer.trigger("t", PingSource.TYPE, "fn", "/tick", "")
                    + source,
                Map.of("fn", subscribers.address()));
        PingTimer timer =
            PingTimer.start(
                server.broker,
                ManifestReader.read(directory.resolve("manifests")),
                Optional.of(Duration.ofSeconds(1)),
                Clock.systemUTC())) {
      assertThat(timer).isNotNull();
      await().until(() -> subscribers.received("/tick").size() >= 2);
      var tick = subscribers.received("/tick").getFirst();
      assertThat(tick.header("ce-gnomontype")).isEqualTo("dev.gnomon.sweep-due.v1");
      assertThat(tick.header("ce-source")).isEqualTo("/apis/v1/namespaces/gnomon/pingsources/tick");
      assertThat(new String(tick.body())).isEqualTo("{}");
    }
  }
}
