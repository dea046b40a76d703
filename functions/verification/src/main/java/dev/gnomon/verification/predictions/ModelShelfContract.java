package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.ModelShelf.Entry;
import dev.gnomon.core.prediction.Ramp;
import dev.gnomon.core.prediction.Serving;
import dev.gnomon.core.prediction.ShippedModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Models on the shelf of any object store: which serves when some are damaged, of another version,
/// or placed at the same time.
public abstract class ModelShelfContract {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private ObjectStore store;
  private ControlRecords records;

  /// Opens a store that holds nothing.
  protected abstract ObjectStore openEmptyStore() throws Exception;

  @BeforeEach
  void openShelf() throws Exception {
    store = openEmptyStore();
    records = new ControlRecords(store, () -> UUID.randomUUID().toString());
  }

  private ModelShelf shelf() {
    return new ModelShelf(records, store);
  }

  private static ModelForm form(double weight) {
    return new ModelForm(
        ModelForm.FORMAT,
        List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3)),
        List.of(new Ramp("errors.now", 1, 5, weight)),
        new ModelForm.TrainedOn("made up", "", 0, 0, 0, "nobody"),
        ModelForm.Quality.UNMEASURED);
  }

  private Duel duel() {
    return new Duel(shelf().serving().model().name(), 0.1, 0.05, 0.01, 0.5, 0.6, 100, "", true);
  }

  private Numbered<Entry> place(double weight) {
    return shelf().place(form(weight), duel(), "a test", NOW);
  }

  private static ObjectName blob(ContentHash hash) {
    return ObjectName.of("models/blobs", hash.value());
  }

  @Test
  void anEmptyShelfLetsTheShippedModelServe() {
    assertThat(shelf().serving().model().name()).isEqualTo(ShippedModel.NAME);
  }

  @Test
  void aDamagedModelIsRefusedWithBothHashesAndTheOneBeforeServes() {
    place(1);
    Numbered<Entry> second = place(2);
    byte[] content = ModelContent.bytes(form(2));
    content[100] ^= 1;
    store.delete(List.of(blob(second.record().content())));
    store.create(blob(second.record().content()), content);

    Serving serving = shelf().serving();

    assertThat(serving.model().name()).isEqualTo("failure-1");
    assertThat(serving.model().form()).isEqualTo(form(1));
    assertThat(serving.refused())
        .containsExactly(
            "model failure-2 is damaged: expected SHA-256 %s, got %s"
                .formatted(second.record().content(), ModelContent.hash(content)));
  }

  @Test
  void aModelOfAnotherVersionIsRefusedWithBothVersionsAndTheOneBeforeServes() {
    place(1);
    byte[] other =
        new String(ModelContent.bytes(form(2)), StandardCharsets.UTF_8)
            .replace("\"format\" : 1", "\"format\" : 7")
            .getBytes(StandardCharsets.UTF_8);
    ContentHash hash = ModelContent.hash(other);
    store.create(blob(hash), other);
    new RecordLog<>(records, "models/failure", Entry.class)
        .append(2, new Entry(hash, other.length, NOW, "a later version", duel()));

    Serving serving = shelf().serving();

    assertThat(serving.model().name()).isEqualTo("failure-1");
    assertThat(serving.refused()).containsExactly("model failure-2 has format 7, expected 1");
  }

  @Test
  void modelsThatArePlacedAtTheSameTimeAllFindAPlaceAndOneServes() throws InterruptedException {
    Set<Long> numbers = ConcurrentHashMap.newKeySet();
    Set<Long> winners = ConcurrentHashMap.newKeySet();
    Duel sameChampion = duel();
    List<Thread> racers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int weight = i + 1;
      racers.add(
          Thread.ofVirtual()
              .unstarted(() -> {
                Numbered<Entry> placed = shelf().place(form(weight), sameChampion, "a test", NOW);
                numbers.add(placed.number());
                if (placed.record().duel().won()) {
                  winners.add(placed.number());
                }
              }));
    }
    racers.forEach(Thread::start);
    for (Thread racer : racers) {
      racer.join();
    }

    assertThat(numbers).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(winners).as("the others never fought the one that serves now").containsExactly(1L);
    assertThat(shelf().serving().model().name()).isEqualTo("failure-1");
    assertThat(shelf().serving().refused()).isEmpty();
  }
}
