package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Parts of journals from before writers counted what they would take in the end.
class UncountedIndexTest {
  private static final ResourceName ORDERS = new ResourceName("orders");
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aBatchThatIsTooBigWithItsIndexIsSealedAndRead() {
    InMemoryObjectStore objects = new InMemoryObjectStore(Clock.systemUTC());
    ShadowStores store = ShadowStores.open(objects, StoreSettings.DEFAULT);
    store.journals().of(ORDERS).append(List.of(deletes("first", 1, new Random(1))));
    LogObjects log = new LogObjects(objects, ORDERS, new StoreFormat(objects, Optional.empty()));
    BatchDraft draft = new BatchDraft(log, Tail.read(log).place());
    for (int i = 0; i < 100; i++) {
      draft.add(JournalEntry.Kind.OBSERVED, TIME, i, deletes("t" + i, 1500, new Random(i)));
    }
    assertThat(draft.sealedBytes()).isGreaterThan(LogObjects.MAX_BYTES);
    log.create(Layout.batch(ORDERS, 2), draft.object(Hash.of(new byte[1])));

    ShadowStores later = ShadowStores.open(objects, StoreSettings.DEFAULT);
    int sealed =
        later
            .journals()
            .upkeep(ORDERS)
            .run(new Rules(1, Duration.ZERO, 1_000_000, Duration.ofDays(7)))
            .sealed();

    Journal journal = later.journals().of(ORDERS);
    assertThat(sealed).isEqualTo(2);
    assertThat(log.layout().segments().getLast().stat().sizeBytes())
        .isBetween((long) LogObjects.MAX_BYTES, draft.sealedBytes());
    assertThat(journal.status().newest()).isEqualTo(101);
    assertThat(journal.position(new Moment.After("t3"))).isEqualTo(5);
    assertThat(later.journals().replay(ORDERS).beforeLast(1)).isEqualTo(100);
  }

  @Test
  void aPayloadThatWasWrittenBeforeTheBoundIsRead() {
    int bytes = Frame.MAX_RAW_BYTES + 1;

    assertThat(Frame.uncoded(Frame.coded(new byte[bytes]))).hasSize(bytes);
    byte[] tooLarge = Frame.coded(new byte[Frame.MAX_READ_BYTES + 1]);
    assertThatThrownBy(() -> Frame.uncoded(tooLarge)).isInstanceOf(BlobFault.class);
  }

  private static Transaction deletes(String id, int count, Random random) {
    List<Write> writes = new ArrayList<>();
    byte[] key = new byte[100];
    for (int i = 0; i < count; i++) {
      random.nextBytes(key);
      writes.add(new Write.Delete(new Key(new String(key, ISO_8859_1)), Optional.empty()));
    }
    return new Transaction("/test", id, TIME, Optional.empty(), writes);
  }
}
