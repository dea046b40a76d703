package dev.gnomon.protect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.runtime.gate.BucketNotification;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Takes what servers tell of writes to their buckets and can't wrap into a CloudEvent, such as the
/// webhooks of MinIO.
@ApplicationScoped
class BucketHints implements ApiRoutes {
  private final FollowVersions followVersions;
  private final KeyHints keyHints;
  private final Optional<KeyRing> token;

  @Inject
  BucketHints(FollowVersions followVersions, KeyHints keyHints, ProtectSettings settings) {
    this.followVersions = followVersions;
    this.keyHints = keyHints;
    this.token =
        settings
            .notificationToken()
            .map(secret ->
                new KeyRing(
                    "notifications of buckets",
                    List.of(secret),
                    new Secrets(name -> Optional.ofNullable(System.getenv(name)))));
  }

  @Override
  public void register(Api api) {
    api.post(
        "/bucket-notifications",
        this::door,
        JsonNode.class,
        (request, body) -> {
          give(BucketNotification.read(body), followVersions::notified, keyHints::notified);
          return Answer.none();
        });
  }

  private void door(ApiRequest request) {
    if (!token.map(key -> key.hasBearer(request.header("Authorization"))).orElse(true)) {
      throw Rejection.of(
          ProblemKind.UNAUTHORIZED, "expected the token, as Authorization: Bearer TOKEN");
    }
  }

  /// Somebody to whom it matters that objects of a bucket were written or deleted.
  interface Listener {
    void notified(String bucket, List<String> keys);
  }

  static void give(BucketChanged changed, Listener... listeners) {
    Map<String, List<String>> buckets =
        changed.objects().stream()
            .collect(
                Collectors.groupingBy(
                    ChangedObject::bucket,
                    Collectors.mapping(ChangedObject::key, Collectors.toList())));
    for (Listener listener : listeners) {
      buckets.forEach(listener::notified);
    }
  }
}
