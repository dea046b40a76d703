package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.LetterViews.Wanted;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.core.letters.TakeLetters.Taken;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.ShippedModel;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.alerts.AlertLog;
import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.verification.buckets.S3TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The policies of who keeps notes in the control store, on a real MinIO: predict's use of models
/// and alerts, and the whole life of a dead letter. Everything else there is refused by the server.
class KeeperPoliciesIT {
  private static final String BUCKET = "keepers-" + UUID.randomUUID();
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final byte[] CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String ALERT =
      """
      {"version":"4","status":"firing","alerts":[
       {"status":"firing","labels":{"alertname":"DiskSlow","instance":"db1"},
        "startsAt":"2026-11-22T09:50:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"aa"}]}
      """;
  private static final List<ObjectName> OTHERS =
      List.of(
          new ObjectName("routes/site/00000000000000000001"),
          new ObjectName("decisions/site/key"),
          new ObjectName("open/updates/one"),
          new ObjectName("store/points/site/00000000000000000001"),
          new ObjectName("store/packs/one"));
  private static Optional<S3TestServer> server = Optional.empty();

  private final MinioCell cell = MinioCell.in(server.orElseThrow(), BUCKET);

  @BeforeAll
  static void findServer() throws Exception {
    server = Optional.of(S3TestServer.required("KeeperPoliciesIT"));
    server.get().bucket(BUCKET);
  }

  @Test
  void predictServesModelsAndKeepsAlertsAndChangesNothingElse() throws Exception {
    try (S3ObjectStore all = cell.objects();
        S3ObjectStore predict = cell.as("predict")) {
      fill(all);
      StoreIdentity identity = StoreIdentity.of(records(all), "fresh");
      ModelShelf shelf = new ModelShelf(records(predict), predict);
      assertThat(shelf.serving().model().name()).isEqualTo(ShippedModel.NAME);
      Duel duel = new Duel(ShippedModel.NAME, 0.1, 0.05, 0.01, 0.5, 0.6, 100, "", true);
      new ModelShelf(records(all), all).place(model(), duel, "a test", NOW);

      var taken = alerts(predict).take(Json.MAPPER.readTree(ALERT), Map.of("job", "a"), NOW);

      assertThat(taken).isPresent();
      FiringAlerts afterwards = alerts(predict);
      afterwards.learn(NOW);
      assertThat(afterwards.samples(NOW)).hasSize(1);
      assertThat(shelf.serving().model().name()).isEqualTo("failure-1");
      assertThat(shelf.serving().refused()).isEmpty();
      assertThat(StoreIdentity.find(records(predict))).contains(identity);
      assertThat(predict.read(OTHERS.getFirst(), ByteRange.ALL)).isPresent();
      List<ObjectName> told = names(predict, "alerts/");
      assertThat(told).hasSize(1);
      predict.delete(told);
      assertThat(names(all, "alerts/")).isEmpty();
      refused(() -> shelf.place(model(), duel, "an intruder", NOW));
      for (ObjectName name : OTHERS) {
        cannotChange(all, predict, name);
      }
      for (ObjectName name : OTHERS.subList(1, OTHERS.size())) {
        refused(() -> predict.read(name, ByteRange.ALL));
      }
    }
  }

  @Test
  void deadLettersAreKeptSentAgainDroppedAndForgottenAndNothingElseIsTouched() throws Exception {
    List<String> sent = new ArrayList<>();
    try (S3ObjectStore all = cell.objects();
        S3ObjectStore own = cell.as("dead-letters")) {
      fill(all);
      Letters letters = letters(own, sent, 2, Duration.ofDays(30));
      String first = kept(letters.take().take(dead("one")));
      String second = kept(letters.take().take(dead("two")));
      assertThat(letters.take().take(dead("three"))).isInstanceOf(Taken.Counted.class);
      assertThat(letters.sweep()).isEqualTo(2);

      var replayed = letters.replays().replay(first, "a test", false);

      assertThat(replayed.sent()).isTrue();
      assertThat(sent).hasSize(1);
      letters.replays().drop(second, "a test");
      assertThat(letters.views().of(first)).isPresent();
      assertThat(letters.views().overview(Wanted.ALL, Optional.empty())).isNotNull();
      assertThat(letters.sweep()).isZero();
      assertThat(names(all, "open/dead_events/")).isEmpty();
      assertThat(names(all, "open/replays/")).isEmpty();
      // There is no room, so another process forgets one that somebody has seen to.
      String fourth = kept(letters(own, sent, 2, Duration.ofDays(30)).take().take(dead("four")));
      assertThat(names(all, "dead-letters/letters/"))
          .hasSize(2)
          .contains(new ObjectName("dead-letters/letters/" + fourth));
      for (ObjectName name : OTHERS) {
        cannotChange(all, own, name);
        refused(() -> own.read(name, ByteRange.ALL));
      }
    }
  }

  private static void fill(S3ObjectStore all) {
    OTHERS.forEach(name -> all.create(name, CONTENT));
  }

  private static void cannotChange(S3ObjectStore all, S3ObjectStore role, ObjectName name) {
    refused(() -> role.create(new ObjectName(name.value() + "-more"), CONTENT));
    refused(() -> role.delete(List.of(name)));
    assertThat(all.stat(name)).as(name.value()).isPresent();
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageMatching("(?s).*(403|AccessDenied).*");
  }

  private static List<ObjectName> names(ObjectStore store, String prefix) {
    return records(store).names(prefix);
  }

  private static String kept(Taken taken) {
    return switch (taken) {
      case Taken.Kept(var letter, int deaths) -> letter.key();
      case Taken.Repeated other -> throw new AssertionError("expected a new letter, got " + other);
      case Taken.Counted other -> throw new AssertionError("expected a new letter, got " + other);
    };
  }

  private static DeadEvent dead(String id) {
    return new DeadEvent(
        "a-source",
        id,
        "a-type",
        Optional.empty(),
        "http://rollback.gnomon.svc/rollback",
        Optional.of("500"),
        Optional.empty(),
        "{\"id\":\"%s\"}".formatted(id),
        Optional.empty());
  }

  private static Letters letters(ObjectStore store, List<String> sent, int most, Duration kept) {
    return Letters.of(
        store,
        records(store),
        sent::add,
        Checkpoint.NONE,
        new LetterLimits(most, 1 << 20, kept),
        UUID.randomUUID().toString(),
        System::nanoTime);
  }

  private static FiringAlerts alerts(ObjectStore store) {
    return new FiringAlerts(
        new AlertLog(store, records(store), () -> UUID.randomUUID().toString()));
  }

  private static ModelForm model() {
    return new ModelForm(
        ModelForm.FORMAT,
        List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3)),
        List.of(),
        new ModelForm.TrainedOn("made up", "", 0, 0, 0, "nobody"),
        ModelForm.Quality.UNMEASURED);
  }

  private static ControlRecords records(ObjectStore store) {
    return new ControlRecords(store, () -> UUID.randomUUID().toString());
  }
}
