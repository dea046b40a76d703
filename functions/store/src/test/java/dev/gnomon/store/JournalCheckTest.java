package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.marks.Sufferers.Hurt;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A check finds what happened to the objects of a journal, and says which positions it hurts.
class JournalCheckTest {
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);

  /// A segment for each of the positions 1 to 5; bases at 2 and 4; batches of 6 and 7.
  @BeforeEach
  void aJournal() {
    journal.sevenTransactions(clock, "1".getBytes(UTF_8));
    assertThat(names("/batches/")).containsExactly(batch(6), batch(7));
    assertThat(names("/segments/"))
        .containsExactly(segment(1), segment(2), segment(3), segment(4), segment(5));
    assertThat(names("/bases/")).hasSize(2);
    assertThat(check().findings()).isEmpty();
    assertThat(check().clean()).isTrue();
  }

  @Test
  void aMissingSegment() {
    objects.delete(List.of(segment(3)));

    assertDamage(Kind.MISSING, batch(3), "the journal of orders at positions 3 to 3");
    assertThat(journal.at(4)).containsOnlyKeys("a", "c");
  }

  @Test
  void aMissingSegmentBehindTheNewestBase() {
    objects.delete(List.of(segment(5)));

    assertDamage(Kind.MISSING, batch(5), "the journal of orders from position 5 on");
  }

  @Test
  void aSegmentWithoutItsIndex() {
    objects.damage(segment(3), all -> Arrays.copyOf(all, all.length - 10));

    assertDamage(Kind.TRUNCATED, segment(3), "the journal of orders at positions 3 to 3");
  }

  @Test
  void aFlippedBitInAnIndex() {
    objects.damage(segment(5), flipped(-40));

    assertDamage(
        Kind.CHANGED,
        segment(5),
        "appends to the journal of orders, and undoing it to before position 5");
    assertThat(JournalFixture.on(objects, clock).at(7)).containsOnlyKeys("a", "c");
    assertThatThrownBy(
            () -> JournalFixture.on(objects, clock).append(transaction("t8", put("a", "8"))))
        .isInstanceOf(DamagedJournalException.class);
  }

  /// Each is whole by itself, and the index has its hash.
  @Test
  void anIndexOfAnotherSegment() {
    byte[] other = bytes(segment(5));
    objects.damage(
        segment(3),
        all -> {
          int end = framesEnd(all);
          int from = framesEnd(other);
          byte[] spliced = Arrays.copyOf(all, end + other.length - from);
          System.arraycopy(other, from, spliced, end, other.length - from);
          return spliced;
        });

    assertDamage(
        Kind.DISAGREES,
        segment(3),
        "appends to the journal of orders, and undoing it to before position 3");
  }

  @Test
  void aFlippedBitInAFrame() {
    objects.damage(segment(4), flipped(300));

    // To tell where a segment ends, the one behind it is read.
    assertDamage(Kind.CHANGED, segment(4), "the journal of orders at positions 3 to 3");
    assertThatThrownBy(() -> journal.at(3)).isInstanceOf(DamagedJournalException.class);
    assertThat(journal.at(4)).containsOnlyKeys("a", "c");
    objects.damage(segment(4), flipped(300));
    objects.damage(segment(5), flipped(300));
    assertDamage(Kind.CHANGED, segment(5), "the journal of orders from position 5 on");
  }

  @Test
  void exchangedSegments() {
    exchange(segment(3), segment(5));

    assertDamage(
        Kind.CHANGED,
        segment(3),
        "the journal of orders at positions 3 to 3",
        "the journal of orders from position 5 on");
    assertFound(check(), Kind.CHANGED, segment(5));
  }

  /// Each key's value before the undo is looked for in the segments, the newest first.
  @Test
  void exchangedSegmentsDoNotBringBackWrongValues() {
    exchange(segment(3), segment(5));

    assertThatThrownBy(() ->
            JournalFixture.on(objects, clock).replay().planUndo(5, new MapTarget(), step -> {}))
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("it is batch");
  }

  @Test
  void aMissingBatch() {
    objects.delete(List.of(batch(6)));

    assertDamage(Kind.MISSING, batch(6), "the journal of orders from position 5 on");
  }

  @Test
  void theNewestBatchWithoutItsEnd() {
    objects.damage(batch(7), all -> Arrays.copyOf(all, all.length - 1));

    assertDamage(Kind.TRUNCATED, batch(7), "the journal of orders at positions 7 to 7");
  }

  @Test
  void whatWasCutOffBeforeOthersWentOnHurtsNobody() {
    objects.damage(batch(7), all -> Arrays.copyOf(all, all.length - 1));
    JournalFixture.on(objects, clock).append(transaction("t8", put("a", "8")));

    CheckReport report = check();

    assertThat(report.clean()).isTrue();
    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.object()).isEqualTo(batch(7)));
  }

  @Test
  void exchangedBatches() {
    exchange(batch(6), batch(7));

    assertDamage(Kind.CHANGED, batch(6), "the journal of orders from position 5 on");
  }

  @Test
  void aChangedBase() {
    ObjectName base = names("/bases/").getFirst();
    objects.damage(base, flipped(100));

    assertDamage(Kind.CHANGED, base, "the journal of orders at positions 2 to 3");
  }

  private static int framesEnd(byte[] segment) {
    return ByteBuffer.wrap(segment).getInt(8 + 32 + 8);
  }

  private CheckReport check() {
    return journal.store().upkeep().check(new ReadSample(0, 0), bytes -> {});
  }

  /// @param hurt what is said to be hurt beside the object itself
  private void assertDamage(Kind kind, ObjectName object, String... hurt) {
    CheckReport report = check();
    assertFound(report, kind, object);
    assertThat(report.clean()).isFalse();
    assertThat(report.hurt())
        .filteredOn(one -> one.count() == 0)
        .extracting(Hurt::root)
        .containsExactly(hurt);
  }

  /// Once, and what is whole is not named.
  private static void assertFound(CheckReport report, Kind kind, ObjectName object) {
    assertThat(report.findings())
        .filteredOn(Finding::damage)
        .filteredOn(finding -> finding.object().equals(object))
        .extracting(Finding::kind)
        .containsExactly(kind);
  }

  private void exchange(ObjectName one, ObjectName other) {
    byte[] first = bytes(one);
    byte[] second = bytes(other);
    objects.damage(one, all -> second);
    objects.damage(other, all -> first);
  }

  /// @param at from the end if it is negative
  private static UnaryOperator<byte[]> flipped(int at) {
    return all -> {
      all[at < 0 ? all.length + at : at] ^= 4;
      return all;
    };
  }

  private List<ObjectName> names(String part) {
    return objects.names().stream().filter(name -> name.value().contains(part)).toList();
  }

  private byte[] bytes(ObjectName name) {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectName batch(long number) {
    return new ObjectName("store/journal/orders/batches/%020d".formatted(number));
  }

  private static ObjectName segment(long batch) {
    return new ObjectName("store/journal/orders/segments/%020d-%020d".formatted(batch, batch));
  }
}
