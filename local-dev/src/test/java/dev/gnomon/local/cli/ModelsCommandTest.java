package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.prediction.Duel;
import dev.gnomon.core.prediction.ModelContent;
import dev.gnomon.core.prediction.ModelForm;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.ModelShelf.Entry;
import dev.gnomon.core.prediction.Ramp;
import dev.gnomon.core.prediction.ShippedModel;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models on a control store in a directory.
class ModelsCommandTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path directory;
  private DirectoryObjectStore store;
  private ControlRecords records;
  private ModelShelf shelf;

  @BeforeEach
  void open() {
    store = DirectoryObjectStore.open(directory.resolve("control"), Clock.systemUTC());
    records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    shelf = new ModelShelf(records, store);
  }

  private Shell models(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "models";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--store";
    all[words.length + 2] = "file:" + directory.resolve("control");
    return Shell.run(all);
  }

  static ModelForm form(double weight) {
    return new ModelForm(
        ModelForm.FORMAT,
        List.of(new ModelForm.Horizon(300, -4), new ModelForm.Horizon(3_600, -3)),
        List.of(new Ramp("errors.now", 1, 5, weight)),
        new ModelForm.TrainedOn("made up", "f00", 100, 3, 7, "nobody"),
        new ModelForm.Quality(1_800, 100, 3, 0.02, 0.03, 0.04, 0.5, 600, 0.01));
  }

  private Duel duel(boolean won) {
    return new Duel(
        shelf.serving().model().name(), 0.1, 0.05, 0.01, 0.5, 0.6, 100, "abcdef0123456789", won);
  }

  private Numbered<Entry> place(double weight, boolean won) {
    return shelf.place(form(weight), duel(won), "a test", NOW);
  }

  @Test
  void anEmptyShelfSaysThatTheShippedModelServes() {
    Shell shell = models("list");

    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.out()).isEqualTo("%s serves.%n".formatted(ShippedModel.NAME));
  }

  @Test
  void saysWhichServesAndWhyTheOthersDoNot() {
    place(1, true);
    place(2, true);
    place(3, false);

    Shell shell = models("list");

    assertThat(shell.out())
        .containsPattern("failure-1 .* gave way to a later one")
        .containsPattern("failure-2 .* 0\\.0500 +0\\.1000 +0\\.6000 +serves")
        .containsPattern("failure-3 .* did not beat failure-2")
        .contains("failure-2 serves.");
  }

  @Test
  void aDamagedModelAndOneOfAnotherVersionAreRefusedAndTheOneBeforeServes() throws IOException {
    Numbered<Entry> first = place(1, true);
    Numbered<Entry> damaged = place(2, true);
    byte[] wrong = ModelContent.bytes(form(2));
    wrong[100] ^= 1;
    ObjectName blob = ObjectName.of("models/blobs", damaged.record().content().value());
    store.delete(List.of(blob));
    store.create(blob, wrong);
    byte[] other =
        new String(ModelContent.bytes(form(3)), StandardCharsets.UTF_8)
            .replace("\"format\" : 1", "\"format\" : 7")
            .getBytes(StandardCharsets.UTF_8);
    ContentHash hash = ModelContent.hash(other);
    store.create(ObjectName.of("models/blobs", hash.value()), other);
    new RecordLog<>(records, "models/failure", Entry.class)
        .append(3, new Entry(hash, other.length, NOW, "a later version", duel(true)));

    JsonNode listed = models("list", "--json").json();

    assertThat(listed.path("serves").asText()).isEqualTo("failure-1");
    assertThat(listed.path("models").path(0).path("serves").asBoolean()).isTrue();
    assertThat(listed.path("refused"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "model failure-3 has format 7, expected 1",
            "model failure-2 is damaged: expected SHA-256 %s, got %s"
                .formatted(damaged.record().content(), ModelContent.hash(wrong)));
    assertThat(models("show", "failure-2").err()).contains("failure-2 is damaged");
    assertThat(models("show", "failure-1").out())
        .contains(
            first.record().content().value(),
            "Beat " + ShippedModel.NAME + " on 100 runs",
            "made up");
  }

  @Test
  void saysWhatARunningStackMakesOfTheModel() throws IOException {
    Path data = directory.resolve("data");
    Files.writeString(
        directory.resolve("gnomon.yaml"),
        "cells:\n  - name: east\n  - { name: west, store: \"file:%s\" }\n"
            .formatted(directory.resolve("control")));
    place(1, true);
    String[] words = {
      "models",
      "list",
      "--config",
      directory.resolve("gnomon.yaml").toString(),
      "--data",
      data.toString()
    };
    assertThat(Shell.run(words).out()).contains("failure-1 serves.").doesNotContain("The stack");
    try (FakeStack stack = new FakeStack(data)) {
      stack.on(
          "/models",
          """
          {"model": "failure-1", "estimates": "plain-rule-1", "refused": [], "outcomes": 80,
           "brier": 0.2, "z": 4.26, "drifted": true}
          """);

      assertThat(Shell.run(words).out())
          .contains("The stack estimates by plain-rule-1; 80 outcomes of failure-1", "4.3 standard")
          .contains("failure-1 does not fit what happens here");
    }
  }

  @Test
  void showsAllNumbersOfAnyModel() throws IOException {
    assertThat(models("show", ShippedModel.NAME).out())
        .contains("Learnt from simulated incidents", "plain rule", "errors.level");
    assertThat(models("show", "plain-rule-1", "--json").json().at("/model/ramps")).isNotEmpty();
    assertThat(models("show", "failure-9").err()).contains("there is no model 'failure-9'");
  }

  @Test
  void aModelThatWinsItsDuelServesAndOneThatLosesDoesNot() throws IOException {
    JsonNode won = models("train", "--seed", "3", "--runs", "100", "--json").json();
    JsonNode lost = models("train", "--seed", "4", "--runs", "100", "--json").json();

    assertThat(won.path("name").asText()).isEqualTo("failure-1");
    assertThat(won.path("serves").asBoolean()).isTrue();
    assertThat(won.at("/duel/champion").asText()).isEqualTo(ShippedModel.NAME);
    assertThat(lost.path("name").asText()).isEqualTo("failure-2");
    assertThat(lost.path("serves").asBoolean()).isFalse();
    assertThat(lost.at("/duel/champion").asText()).isEqualTo("failure-1");
    assertThat(shelf.serving().model().name()).isEqualTo("failure-1");
    assertThat(shelf.serving().model().form()).isEqualTo(form(3));
  }

  @Test
  void aDryRunPlacesNothingAndMayWriteTheModel() throws IOException {
    Path file = directory.resolve("model.json");

    Shell shell = models("train", "--seed", "3", "--dry-run", "--write", file.toString());

    assertThat(shell.out()).contains("Nothing was placed.", "Beat " + ShippedModel.NAME);
    assertThat(shelf.all()).isEmpty();
    assertThat(Files.readAllBytes(file)).isEqualTo(ModelContent.bytes(form(3)));
    assertThat(models("train", "--seed", "-1").err()).contains("seed -1");
  }

  @Test
  void whatServesCarriesNoTraining() {
    assertThatThrownBy(() -> Class.forName("org.tribuo.Model"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
