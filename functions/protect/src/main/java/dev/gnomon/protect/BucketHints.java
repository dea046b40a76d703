package dev.gnomon.protect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.runtime.gate.BucketNotification;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.Listening;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Takes what servers tell of writes to their buckets and can't wrap into a CloudEvent, such as the
/// webhooks of MinIO.
@ApplicationScoped
class BucketHints implements ApiRoutes {
  private final FollowVersions followVersions;
  private final KeyHints keyHints;
  private final BearerDoor door;

  @Inject
  BucketHints(
      FollowVersions followVersions,
      KeyHints keyHints,
      ProtectSettings settings,
      Listening listening) {
    this.followVersions = followVersions;
    this.keyHints = keyHints;
    this.door = BearerDoor.of("notifications of buckets", settings.notificationToken());
    if (door.standsOpen() && !settings.onlyWebhooks()) {
      listening.warnIfReached(
          "what buckets notify (POST /bucket-notifications)",
          ProtectSettings.NOTIFICATION_TOKEN.key());
    }
  }

  @Override
  public void register(Api api) {
    api.post(
        "/bucket-notifications",
        door::admit,
        JsonNode.class,
        (request, body) -> {
          give(BucketNotification.read(body), followVersions::notified, keyHints::notified);
          return Answer.none();
        });
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
