package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.LetterSender;
import dev.gnomon.core.letters.LetterViews;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Dead letters in a control store, where no stack runs.
final class StoreLetters implements LetterDesk {
  /// Nothing comes or is forgotten here; only what is shown says how many are kept.
  private static final LetterLimits LIMITS =
      new LetterLimits(10_000, 1L << 30, Duration.ofDays(30));

  private final StoreUrl.Opened store;
  private final Letters letters;
  private Optional<URI> broker = Optional.empty();

  private StoreLetters(StoreUrl.Opened store) {
    this.store = store;
    this.letters =
        Letters.of(
            store.objects(),
            new ControlRecords(store.objects(), () -> UUID.randomUUID().toString()),
            this::send,
            Checkpoint.NONE,
            LIMITS,
            UUID.randomUUID().toString(),
            System::nanoTime);
  }

  static StoreLetters open(StoreAddress address) {
    return new StoreLetters(address.openExisting());
  }

  @Override
  public JsonNode overview(Filter filter, boolean resolved, Optional<String> behind) {
    Wanted wanted =
        new Wanted(
            Optional.ofNullable(filter.type), Optional.ofNullable(filter.destination), resolved);
    return Json.MAPPER.valueToTree(letters.views().overview(wanted, behind));
  }

  @Override
  public Optional<JsonNode> letter(String key) {
    return letters.views().of(checked(key)).map(Json.MAPPER::valueToTree);
  }

  @Override
  public JsonNode replay(String key, String by, boolean again, Optional<String> to) {
    broker =
        Optional.of(
            URI.create(
                to.orElseThrow(() ->
                    Failure.wrongUse(
                        "expected --broker URL: a store does not say where events are sent"))));
    return asked(() -> Json.MAPPER.valueToTree(letters.replays().replay(checked(key), by, again)));
  }

  @Override
  public JsonNode drop(String key, String by) {
    return asked(() -> {
      letters.replays().drop(checked(key), by);
      return Json.MAPPER.valueToTree(
          Map.of("letter", key, "state", LetterViews.State.DROPPED.text()));
    });
  }

  private static JsonNode asked(Supplier<JsonNode> work) {
    try {
      return work.get();
    } catch (Refusal e) {
      throw Failure.failed(String.valueOf(e.getMessage()));
    }
  }

  private void send(String event) {
    URI to = broker.orElseThrow();
    Http.Answer answer;
    try {
      answer = new Http(Path.of("")).post(to, "application/cloudevents+json; charset=utf-8", event);
    } catch (Failure e) {
      throw new LetterSender.NotTaken("the broker at %s did not answer".formatted(to), e);
    }
    if (!answer.ok()) {
      throw new LetterSender.NotTaken(
          "the broker at %s did not take it: %s".formatted(to, answer.reason()),
          new IllegalStateException());
    }
  }

  private static String checked(String key) {
    return Names.checked(key, text -> UUID.fromString(text).toString());
  }

  @Override
  public void close() {
    store.close();
  }
}
