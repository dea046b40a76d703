package dev.gnomon.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.actuators.Actuator;
import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.secrets.Secrets;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Posts the route to an endpoint: the JSON form of the route (resource, epoch, state, primary,
/// shadows, fenced, cause, time), with an `Idempotency-Key` that is the same for repeats of the
/// same epoch.
///
/// 2xx is done. 409 says that the endpoint has applied a later epoch; it may name it as `epoch` in
/// a JSON body. 408, 425, 429, 5xx and no answer may be retried; other answers, redirects too, are
/// final.
public final class WebhookActuator implements Actuator<ActuatorSpec.Webhook> {
  private final AppliedEpochs epochs;
  private final Secrets secrets;
  private final WebhookClient client;

  /// @param environment looks up an environment variable
  public WebhookActuator(AppliedEpochs epochs, Function<String, Optional<String>> environment) {
    this.epochs = epochs;
    this.secrets = new Secrets(environment);
    this.client = new WebhookClient(environment);
  }

  @Override
  public Applied apply(ActuatorSpec.Webhook spec, Resource resource, Route route) {
    try {
      return epochs.inTurn(
          "webhook " + resource.name() + " " + spec.url(),
          route.epoch(),
          () -> post(spec, route),
          Applied.Outdated::new);
    } catch (UncheckedIOException | Unavailable e) {
      // The message may hold the key, and so the URL.
      return failed(spec, "its epoch can't be remembered now", true);
    }
  }

  private Applied post(ActuatorSpec.Webhook spec, Route route) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Idempotency-Key", "gnomon-route-" + route.resource() + "-" + route.epoch());
    if (spec.secretEnv().isPresent()) {
      try {
        Secret token = new Secret.Variable(spec.secretEnv().get());
        headers.put("Authorization", "Bearer " + secrets.token(token));
      } catch (Secrets.Unreadable e) {
        return failed(spec, String.valueOf(e.getMessage()), false);
      }
    }
    return switch (client.post(spec.url(), headers, json(route), spec.timeout())) {
      case WebhookClient.Answer.Answered answer -> judged(spec, route, answer);
      case WebhookClient.Answer.Unanswered(String reason) -> failed(spec, reason, true);
      case WebhookClient.Answer.Unsendable(String reason) -> failed(spec, reason, false);
    };
  }

  private static Applied judged(
      ActuatorSpec.Webhook spec, Route route, WebhookClient.Answer.Answered answer) {
    int status = answer.status();
    if (status / 100 == 2) {
      return new Applied.Done();
    }
    if (status == 409) {
      return new Applied.Outdated(laterEpoch(answer.body(), route.epoch()));
    }
    return failed(spec, "it answered " + status, StatusCodes.retryable(status));
  }

  private static long laterEpoch(String body, Epoch refused) {
    long atLeast = refused.next().value();
    try {
      JsonNode epoch = Json.MAPPER.readTree(body).path("epoch");
      return epoch.isIntegralNumber() ? Math.max(epoch.asLong(), atLeast) : atLeast;
    } catch (JsonProcessingException e) {
      return atLeast;
    }
  }

  private static Applied failed(ActuatorSpec.Webhook spec, String reason, boolean retryable) {
    return new Applied.Failed(
        "webhook " + WebhookClient.shown(spec.url()) + ": " + reason, retryable);
  }

  private static byte[] json(Route route) {
    try {
      return Json.MAPPER.writeValueAsBytes(route);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
