package dev.gnomon.protect;

import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.notices.Undelivered;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What people may ask of notices that were not delivered, and do about them.
@ApplicationScoped
class NoticeQueries implements ApiRoutes {
  private final Undelivered undelivered;

  @Inject
  NoticeQueries(TellPeople people) {
    this.undelivered = people.undelivered();
  }

  /// @param target one of those that did not take it; absent for all
  record About(Optional<String> target) {}

  record Done(String notice, List<String> targets) {}

  @Override
  public void register(Api api) {
    api.get(
        "/notices",
        request -> Answer.of(undelivered.overview(request.query("behind", text -> text))));
    api.get(
        "/notices/:key",
        request -> {
          String key = request.path("key", NoticeQueries::key);
          return Answer.found(undelivered.of(key), "notice " + key);
        });
    api.post(
        "/notices/:key/replay",
        About.class,
        (request, about) -> {
          String key = request.path("key", NoticeQueries::key);
          return Answer.of(new Done(key, undelivered.replay(key, about.target())));
        });
    api.post(
        "/notices/:key/drop",
        About.class,
        (request, about) -> {
          String key = request.path("key", NoticeQueries::key);
          return Answer.of(new Done(key, undelivered.drop(key, about.target())));
        });
  }

  private static String key(String text) {
    return UUID.fromString(text).toString();
  }
}
