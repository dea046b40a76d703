package dev.gnomon.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.catalogue.ActuatorSpec.Webhook;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.verification.catalogue.PlainResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookActuatorTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @RegisterExtension
  static final WireMockExtension SERVER =
      WireMockExtension.newInstance()
          .options(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  private long remembered;

  private final AppliedEpochs epochs =
      new AppliedEpochs() {
        @Override
        public <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
          if (remembered > epoch.value()) {
            return outdated.apply(remembered);
          }
          remembered = epoch.value();
          return work.get();
        }

        @Override
        public <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
          return remembered > epoch.value() ? outdated.apply(remembered) : work.get();
        }
      };

  @Test
  void sendsTheRouteWithItsKeyAndBearer() {
    answers(200);

    assertThat(apply(Optional.of("HOOK_TOKEN"))).isEqualTo(new Applied.Done());
    SERVER.verify(
        postRequestedFor(anyUrl())
            .withHeader("Idempotency-Key", equalTo("gnomon-route-site-3"))
            .withHeader("Authorization", equalTo("Bearer s3cret"))
            .withRequestBody(
                equalToJson(
                    """
                    {
                      "resource": "site", "epoch": 3, "state": "FROZEN",
                      "primary": {"cell": "west", "path": "/mnt/replica/7"},
                      "shadows": [{"cell": "east", "path": "/srv/site"}],
                      "fenced": "enforced", "cause": "test", "time": "1970-01-01T00:00:00Z"
                    }
                    """)));
  }

  @Test
  void withoutASecretNoAuthorizationIsSent() {
    answers(204);

    assertThat(apply(Optional.empty())).isEqualTo(new Applied.Done());
    SERVER.verify(postRequestedFor(anyUrl()).withoutHeader("Authorization"));
  }

  @Test
  void missingSecretIsFinalAndNothingIsSent() {
    assertFailed(apply(Optional.of("ABSENT")), false, "environment variable ABSENT is not set");
    SERVER.verify(0, postRequestedFor(anyUrl()));
  }

  @Test
  void secretWithALineBreakIsFinalAndNotShown() {
    assertFailed(apply(Optional.of("BROKEN")), false, "env:BROKEN has a line break");
  }

  @Test
  void conflictIsOutdatedByTheEpochThatTheEndpointNames() {
    SERVER.stubFor(
        post(anyUrl()).willReturn(aResponse().withStatus(409).withBody("{\"epoch\": 9}")));

    assertThat(apply(Optional.empty())).isEqualTo(new Applied.Outdated(9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "later", "{\"epoch\": 2}", "{\"epoch\": \"9\"}", "[]", "{"})
  void conflictWithoutAnEpochIsOutdatedByALaterOne(String body) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(409).withBody(body)));

    assertThat(apply(Optional.empty())).isEqualTo(new Applied.Outdated(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 401, 403, 404, 422})
  void otherAnswersAreFinal(int status) {
    answers(status);

    assertFailed(apply(Optional.empty()), false, "it answered " + status);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
  void passingTroubleMayBeRetried(int status) {
    answers(status);

    assertFailed(apply(Optional.empty()), true, "it answered " + status);
  }

  @Test
  void hangMayBeRetried() {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withFixedDelay(120_000)));

    assertFailed(apply(Optional.empty(), Duration.ofMillis(200)), true, "no answer within 200 ms");
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"})
  void brokenConnectionMayBeRetried(Fault fault) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withFault(fault)));

    assertFailed(apply(Optional.empty()), true, "the connection failed");
  }

  @Test
  void smallerEpochIsNotSent() {
    remembered = 7;

    assertThat(apply(Optional.empty())).isEqualTo(new Applied.Outdated(7));
    SERVER.verify(0, postRequestedFor(anyUrl()));
  }

  @Test
  void faultOfTheMemoryMayBeRetriedAndShowsNoSecret() {
    AppliedEpochs broken =
        new AppliedEpochs() {
          @Override
          public <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
            throw new UncheckedIOException(new IOException("busy: " + key));
          }

          @Override
          public <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
            return inTurn(key, epoch, work, outdated);
          }
        };

    assertFailed(apply(broken, Optional.empty(), LIMIT), true, "its epoch can't be remembered now");
  }

  private static void answers(int status) {
    SERVER.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status)));
  }

  private static void assertFailed(Applied applied, boolean retryable, String reason) {
    assertThat(applied)
        .isInstanceOfSatisfying(
            Applied.Failed.class,
            failed -> {
              assertThat(failed.reason()).contains(reason).doesNotContain("SECRET", "s3cret");
              assertThat(failed.retryable()).isEqualTo(retryable);
            });
  }

  private Applied apply(Optional<String> secretEnv) {
    return apply(secretEnv, LIMIT);
  }

  private Applied apply(Optional<String> secretEnv, Duration limit) {
    return apply(epochs, secretEnv, limit);
  }

  private Applied apply(AppliedEpochs memory, Optional<String> secretEnv, Duration limit) {
    Map<String, String> environment =
        Map.of("HOOK_TOKEN", "s3cret\n", "BROKEN", "s3cret\r\nX-Other: 1");
    WebhookActuator actuator =
        new WebhookActuator(memory, name -> Optional.ofNullable(environment.get(name)));
    Webhook spec = new Webhook(URI.create(SERVER.url("/hook/SECRET")), limit, secretEnv);
    return actuator.apply(spec, resource(spec), route());
  }

  private static Resource resource(Webhook spec) {
    return PlainResource.directory("site", Path.of("/srv/site"))
        .rollback(RollbackMode.SWITCH)
        .actuators(spec)
        .resource();
  }

  private static Route route() {
    return new Route(
        new ResourceName("site"),
        new Epoch(3),
        RouteState.FROZEN,
        new Location(new CellName("west"), "/mnt/replica/7"),
        List.of(new Location(new CellName("east"), "/srv/site")),
        Fenced.ENFORCED,
        "test",
        Instant.EPOCH);
  }
}
