package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.gnomon.s3.FaultyServer.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.s3.PolicyAccess.Trial;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trial writes of a fence against a server with faults: which of them are an answer.
class PolicyTrialsTest {
  private static final String TRIAL = ".*gnomon-trial.*";

  @TempDir static Path directory;
  private static FaultyServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new FaultyServer(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void forgetFaults() throws Exception {
    server.reset();
  }

  private static PolicyAccess access() {
    S3Settings settings = server.settings();
    Map<String, String> environment =
        Map.of(
            "AWS_ACCESS_KEY_ID",
            S3ProxyServer.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY",
            S3ProxyServer.SECRET_KEY);
    return new S3PolicyAccesses(name -> Optional.ofNullable(environment.get(name)))
        .apply(
            S3Prefix.of("s3+" + settings.endpoint() + "/" + settings.bucket() + "/data"),
            PrefixSpec.DEFAULT);
  }

  @Test
  void busyServerIsAskedAgain() {
    server.once("PUT", TRIAL, error(503, "SlowDown"));

    assertThat(access().writeAsSelf()).isEqualTo(new Trial.Accepted());
    server.wireMock().verify(2, putRequestedFor(urlMatching(TRIAL)));
  }

  @Test
  void refusalForWantOfRightsIsTheAnswer() {
    server.always("PUT", TRIAL, error(403, "AccessDenied"));

    assertThat(access().writeAsSelf()).isInstanceOf(Trial.Refused.class);
    server.wireMock().verify(1, putRequestedFor(urlMatching(TRIAL)));
  }

  @Test
  void otherRefusalIsNone() {
    server.always("PUT", TRIAL, error(403, "InvalidAccessKeyId"));

    assertThat(access().writeAsSelf()).isInstanceOf(Trial.Impossible.class);
  }

  @Test
  void trialThatCannotBeTakenAwayWasAcceptedAllTheSame() {
    server.always("DELETE", TRIAL, error(403, "AccessDenied"));

    assertThat(access().writeAsSelf()).isEqualTo(new Trial.Accepted());
  }
}
