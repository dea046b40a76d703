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
import dev.gnomon.runtime.http.BearerToken;
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
  private final Optional<BearerToken> token;

  @Inject
  BucketHints(FollowVersions followVersions, KeyHints keyHints, ProtectSettings settings) {
    this.followVersions = followVersions;
    this.keyHints = keyHints;
    this.token = settings.notificationToken();
  }

  @Override
  public void register(Api api) {
    api.post(
        "/bucket-notifications",
        request -> token.ifPresent(one -> one.require(request)),
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
