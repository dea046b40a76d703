package dev.gnomon.verification.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.Ramp;
import dev.gnomon.core.prediction.Serving;
import dev.gnomon.core.prediction.ShippedModel;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelShelfTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final ModelShelf shelf = new ModelShelf(records, store);

  private static ModelForm form(double weight) {
    return new ModelForm(
        ModelForm.FORMAT,
        List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3)),
        List.of(new Ramp("errors.now", 1, 5, weight)),
        new ModelForm.TrainedOn("made up", "", 0, 0, 0, "nobody"),
        ModelForm.Quality.UNMEASURED);
  }

  private static Duel duel(String champion, boolean won) {
    return new Duel(champion, 0.1, 0.05, 0.01, 0.5, 0.6, 100, "", won);
  }

  private Numbered<ModelShelf.Entry> place(double weight, boolean won) {
    String champion = shelf.serving().model().name();
    return shelf.place(form(weight), duel(champion, won), "a test", NOW);
  }

  private static ObjectName blob(Numbered<ModelShelf.Entry> placed) {
    return ObjectName.of("models/blobs", placed.record().content().value());
  }

  private void replaceContent(Numbered<ModelShelf.Entry> placed, byte[] content) {
    store.delete(List.of(blob(placed)));
    store.create(blob(placed), content);
  }

  @Test
  void anEmptyShelfLetsTheShippedModelServe() {
    Serving serving = shelf.serving();

    assertThat(serving.model().name()).isEqualTo(ShippedModel.NAME);
    assertThat(serving.refused()).isEmpty();
  }

  @Test
  void theNewestThatWonItsDuelServes() {
    place(1, true);
    place(2, true);
    place(3, false);

    Serving serving = shelf.serving();

    assertThat(serving.model().name()).isEqualTo("failure-2");
    assertThat(serving.refused()).isEmpty();
    assertThat(shelf.all()).extracting(ModelShelf.Standing::number).containsExactly(1L, 2L, 3L);
  }

  @Test
  void equalModelsShareTheirContent() {
    Numbered<ModelShelf.Entry> one = place(1, true);
    Numbered<ModelShelf.Entry> two = place(1, true);

    assertThat(two.record().content()).isEqualTo(one.record().content());
    assertThat(shelf.read(2).orElseThrow()).isEqualTo(new ModelContent.Read.Whole(form(1)));
  }

  @Test
  void aModelOfAnotherVersionIsRefusedEvenIfItsHashIsRight() {
    byte[] content =
        new String(ModelContent.bytes(form(2)), StandardCharsets.UTF_8)
            .replace("\"format\" : 1", "\"format\" : 7")
            .getBytes(StandardCharsets.UTF_8);

    ModelContent.Read read =
        ModelContent.read("failure-5", ModelContent.hash(content), Optional.of(content));

    assertThat(read)
        .isEqualTo(new ModelContent.Read.Refused("model failure-5 has format 7, expected 1"));
  }

  @Test
  void whatIsNoModelAtAllIsRefusedWhateverItsHash() {
    for (String text :
        List.of(
            "",
            "null",
            "[]",
            "{\"format\":1}",
            "\u00ac\u00ed\u0000\u0005sr",
            "{\"format\":1,\"evil\":true}")) {
      byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(ModelContent.read("m", ModelContent.hash(content), Optional.of(content)))
          .as(text)
          .isInstanceOf(ModelContent.Read.Refused.class);
    }
    assertThat(ModelContent.read("m", new ContentHash("0".repeat(64)), Optional.empty()))
        .isInstanceOf(ModelContent.Read.Refused.class);
  }

  @Test
  void anOversizedModelIsRefusedBeforeItIsRead() {
    byte[] content = new byte[ModelContent.MOST_BYTES + 1];

    assertThat(ModelContent.read("m", ModelContent.hash(content), Optional.of(content)))
        .isEqualTo(
            new ModelContent.Read.Refused("model m: its content has more than 1048576 bytes"));
  }

  @Test
  void contentThatIsGoneAndARecordThatIsGarbageLetTheShippedModelServe() {
    Numbered<ModelShelf.Entry> first = place(1, true);
    store.delete(List.of(blob(first)));
    store.create(
        ObjectName.of("models/failure", "%020d".formatted(2)),
        "garbage".getBytes(StandardCharsets.UTF_8));

    Serving serving = new ModelShelf(records, store).serving();

    assertThat(serving.model().name()).isEqualTo(ShippedModel.NAME);
    assertThat(serving.refused()).hasSize(2);
    assertThat(serving.refused().getFirst()).startsWith("model failure-2: control record");
    assertThat(serving.refused().getLast()).contains("is not there");
  }

  @Test
  void theShippedModelIsWholeAndBeatThePlainRule() {
    assertThat(ShippedModel.read())
        .isInstanceOfSatisfying(
            ModelContent.Read.Whole.class,
            whole -> {
              ModelForm.Quality quality = whole.form().quality();
              assertThat(quality.brier()).isLessThan(quality.plainBrier() * (1 - Duel.MARGIN));
              assertThat(quality.brier()).isLessThan(quality.baseBrier());
              assertThat(whole.form().trainedOn().sha256()).hasSize(64);
              assertThat(whole.form().trainedOn().data()).contains("simulated");
            });
  }

  @Test
  void aChampionServesHoweverManyLostAgainstIt() {
    place(1, true);
    for (int i = 0; i < 150; i++) {
      place(2 + i % 10, false);
    }

    assertThat(new ModelShelf(records, store).serving().model().name()).isEqualTo("failure-1");
  }

  @Test
  void aModelThatBeatWhoServesNoLongerDoesNotServe() {
    String champion = shelf.serving().model().name();
    shelf.place(form(1), duel(champion, true), "a test", NOW);

    Numbered<ModelShelf.Entry> late =
        new ModelShelf(records, store).place(form(2), duel(champion, true), "another", NOW);

    assertThat(late.record().duel().won()).isFalse();
    assertThat(shelf.serving().model().name()).isEqualTo("failure-1");
  }

  @Test
  void aRecordThatSaysNothingOfItsDuelIsRefusedAndTheChampionServes() {
    place(1, true);
    store.create(
        ObjectName.of("models/failure", "%020d".formatted(2)),
        "{\"attempt\":\"a\",\"time\":\"2026-03-01T00:00:00Z\",\"record\":{}}"
            .getBytes(StandardCharsets.UTF_8));

    Serving serving = new ModelShelf(records, store).serving();

    assertThat(serving.model().name()).isEqualTo("failure-1");
    assertThat(serving.refused()).singleElement().asString().contains("failure-2");
  }
}
