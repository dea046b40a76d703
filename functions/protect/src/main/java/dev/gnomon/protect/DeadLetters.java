package dev.gnomon.protect;

import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterViews;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.core.letters.TakeLetters.Taken;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.logs.Seldom;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/// Where a broker sends events that nobody could handle, and where people look at them and send
/// them again.
///
/// Whatever comes is kept and answered 202; it is answered otherwise only while it can't be kept
/// (then the broker tries again) or if it is larger than [#MAX_BYTES]. Nothing is sent from here by
/// itself, so a dead letter makes no further event.
@ApplicationScoped
class DeadLetters implements ApiRoutes {
  /// More than any function takes, so that what was too large for one has a letter.
  static final int MAX_BYTES = 8 << 20;

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);
  private static final int MAX_SHOWN = 200;
  private static final int MAX_BY = 200;
  private static final Answer TAKEN = new Answer(202, Optional.empty(), Map.of());

  private final Letters letters;
  private final LetterMeters meters;
  private final LetterNotices notices;
  private final DeadLetterDoor door;
  private final Seldom full = new Seldom(Duration.ofSeconds(10), System::nanoTime);

  @Inject
  DeadLetters(Letters letters, LetterMeters meters, LetterNotices notices, DeadLetterDoor door) {
    this.letters = letters;
    this.meters = meters;
    this.notices = notices;
    this.door = door;
  }

  /// @param by who asks; absent for somebody
  /// @param again whether to send what was replayed before
  record Replay(Optional<String> by, Optional<Boolean> again) {}

  record Drop(Optional<String> by) {}

  record Dropped(String letter, String state) {}

  @Override
  public void register(Api api) {
    api.raw(
        "/dead-letters",
        door::admit,
        MAX_BYTES,
        (request, body) -> take(DeadEvents.read(request.allHeaders(), body)));
    api.get("/dead-letters", request -> Answer.of(overview(request)));
    api.get(
        "/dead-letters/:key",
        request -> {
          String key = request.path("key", DeadLetters::key);
          return Answer.found(letters.views().of(key), "dead letter " + key);
        });
    api.post(
        "/dead-letters/:key/replay",
        Replay.class,
        (request, wanted) ->
            Answer.of(
                letters
                    .replays()
                    .replay(
                        request.path("key", DeadLetters::key),
                        by(wanted.by()),
                        wanted.again().orElse(false))));
    api.post(
        "/dead-letters/:key/drop",
        Drop.class,
        (request, wanted) -> {
          String key = request.path("key", DeadLetters::key);
          letters.replays().drop(key, by(wanted.by()));
          return Answer.of(new Dropped(key, LetterViews.State.DROPPED.text()));
        });
  }

  Answer take(DeadEvent event) {
    switch (letters.take().take(event)) {
      case Taken.Kept(var letter, int deaths) -> {
        LOG.errorf(
            "dead letter %s: event %s of type %s, last answer %s from %s, given up %d times: %s",
            letter.key(),
            shown(event.id()),
            shown(event.type()),
            event.code().orElse("(not given)"),
            shown(event.destination()),
            deaths,
            shown(event.reason().orElse("no reason is known")));
        meters.kept(event);
        notices.tell(letter, event);
      }
      // Whoever kept it may have been killed before people were told.
      case Taken.Repeated(var letter) -> notices.tell(letter, event);
      case Taken.Counted() -> {
        full.line(
                "dead letter of type %s for %s was only counted: all the room for letters is taken; see to them ('gnomon deadletters list')"
                    .formatted(shown(event.type()), shown(event.destination())))
            .ifPresent(LOG::error);
        meters.beyond(event);
        notices.full();
      }
    }
    return TAKEN;
  }

  private LetterViews.Overview overview(ApiRequest request) {
    return letters
        .views()
        .overview(
            new Wanted(
                request.query("type", text -> text),
                request.query("destination", text -> text),
                request.query("resolved", Boolean::parseBoolean).orElse(false)),
            request.query("behind", text -> text));
  }

  private static String by(Optional<String> given) {
    String by = given.orElse("").strip();
    return by.isEmpty() ? "somebody" : by.substring(0, Math.min(by.length(), MAX_BY));
  }

  private static String key(String text) {
    return UUID.fromString(text).toString();
  }

  private static String shown(String text) {
    String cut =
        text.substring(0, Math.min(text.length(), MAX_SHOWN)).replaceAll("\\p{Cntrl}", "?");
    return cut.isEmpty() ? "(not given)" : cut;
  }
}
