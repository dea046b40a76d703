package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.WritesObserved;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Announced writes on their way into the journals of a resource.
class ObserveWritesTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final ResourceName PLAIN = new ResourceName("plain");
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");
  private static final Rules RULES = new Rules(1, Duration.ofMinutes(5), 1, Duration.ofDays(7));

  @TempDir Path directory;
  private final Map<CellName, ObjectStore> objects =
      Map.of(EAST, new InMemoryObjectStore(), WEST, new InMemoryObjectStore());

  private Catalogue catalogue() {
    return new Catalogue(
        List.of(new Cell(EAST, Optional.empty()), new Cell(WEST, Optional.empty())),
        EAST,
        List.of(
            resource(SITE, journaled(EAST), journaled(WEST)),
            resource(
                PLAIN,
                new ShadowSpec(WEST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty()))),
        Catalogue.DEFAULT_CLOCK_TOLERANCE,
        List.of());
  }

  private static ShadowSpec journaled(CellName cell) {
    return new ShadowSpec(
        cell,
        ShadowType.TRANSACTIONAL,
        Optional.empty(),
        Optional.empty(),
        Compression.ZSTD,
        RULES);
  }

  private Resource resource(ResourceName name, ShadowSpec... shadows) {
    return PlainResource.directory(name.value(), directory)
        .automation(Automation.OBSERVE)
        .shadows(shadows)
        .resource();
  }

  private StoreCells stores() {
    return new StoreCells(catalogue(), objects::get, Duration.ofHours(24));
  }

  private void observe(ResourceName name, String transactions) throws IOException {
    WritesObserved event =
        EventJson.MAPPER.readValue(
            "{\"resource\":\"%s\",\"transactions\":[%s]}".formatted(name, transactions),
            WritesObserved.class);
    new ObserveWrites(catalogue(), stores())
        .observed(name, ObservedTransactions.of("/app", event.transactions()));
  }

  private static String transaction(String id, String more) {
    return "{\"id\":\"%s\",\"time\":\"2026-01-01T00:00:00Z\",%s}".formatted(id, more);
  }

  private Journal journal(CellName cell) {
    return stores().journals(cell).of(SITE);
  }

  @Test
  void everyJournalOfTheResourceTakesThemOnce() throws IOException {
    String both =
        transaction("t1", "\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]")
            + ","
            + transaction("t2", "\"writes\":[{\"op\":\"delete\",\"keyBase64\":\"YQ==\"}]");
    observe(SITE, both);
    observe(SITE, both); // delivered again

    for (CellName cell : List.of(EAST, WEST)) {
      assertThat(journal(cell).entries(0, 10))
          .extracting(entry -> entry.transaction().id())
          .containsExactly("t1", "t2");
    }
  }

  @Test
  void aJournalBeginsOnTheNewestPoint() throws IOException {
    Files.writeString(directory.resolve("there"), "before");
    ShadowStore shadows = stores().shadows(WEST);
    CaptureRequest request =
        new CaptureRequest(
            "job",
            SITE,
            directory,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            1 << 20);
    List<Part> parts = shadows.planCapture(request);
    parts.forEach(part -> shadows.capturePart(request, part, Progress.NONE));
    assertThat(shadows.commit(request, parts, Progress.NONE))
        .isInstanceOf(CaptureOutcome.Taken.class);

    observe(SITE, transaction("t1", "\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]"));

    assertThat(journal(WEST).status().bases())
        .singleElement()
        .satisfies(base -> assertThat(base.from()).map(Object::toString).contains("site@1"));
    assertThat(journal(EAST).status().bases()).isEmpty();
  }

  @Test
  void whatComesTooEarlyIsAskedForAgain() throws IOException {
    String second =
        transaction(
            "t2", "\"after\":\"t1\",\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"2\"}]");
    assertThatThrownBy(() -> observe(SITE, second))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("'t2' after 't1'");

    observe(SITE, transaction("t1", "\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]"));
    observe(SITE, second);

    assertThat(journal(WEST).status().newest()).isEqualTo(2);
  }

  @Test
  void whatCanNeverBeIsRefused() throws IOException {
    String first = transaction("t1", "\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]");
    observe(SITE, first);

    assertRefused(PLAIN, first, "no shadow of type transactional");
    assertRefused(new ResourceName("other"), first, "unknown resource 'other'");
    assertRefused(
        SITE,
        transaction("t1", "\"writes\":[{\"op\":\"delete\",\"key\":\"b\"}]"),
        "'t1' (position 1)");
    assertRefused(
        SITE, transaction("t9", "\"writes\":[{\"op\":\"delete\",\"key\":\"../b\"}]"), "'t9'");
    assertRefused(
        SITE,
        transaction(
            "t9", "\"writes\":[{\"op\":\"put\",\"key\":\"b\",\"upload\":\"AAAA\",\"size\":9}]"),
        "9 bytes");
    assertThat(journal(EAST).status().newest()).isEqualTo(1);
  }

  private void assertRefused(ResourceName name, String transactions, String why) {
    assertThatThrownBy(() -> observe(name, transactions))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(why);
  }

  @Test
  void upkeepSealsAndFoldsEachJournal() throws IOException {
    observe(SITE, transaction("t1", "\"writes\":[{\"op\":\"put\",\"key\":\"a\",\"text\":\"1\"}]"));

    new ObserveWrites(catalogue(), stores()).upkeep(catalogue().resource(SITE).orElseThrow());

    assertThat(journal(EAST).status().bases()).hasSize(1);
    assertThat(journal(WEST).status().segments()).isEqualTo(1);
  }
}
