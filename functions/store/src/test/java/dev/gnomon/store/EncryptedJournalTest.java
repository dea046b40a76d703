package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.delete;
import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.WrongKeyException;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The journal of a store with a key.
class EncryptedJournalTest {
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalModel model = new JournalModel();

  private JournalFixture with(MasterKey key) {
    return JournalFixture.on(objects, clock, Optional.of(key));
  }

  @Test
  void nothingOfItCanBeReadWithoutTheKeyAndAllOfItWith() throws IOException {
    List<Transaction> transactions =
        List.of(
            transaction("peculiar-id", put("peculiar-key", "peculiar-content".repeat(3))),
            transaction("t2", put("peculiar-key", "peculiar-content".repeat(3000))),
            transaction("t3", delete("peculiar-key"), put("other", "peculiar-content")));
    for (Transaction transaction : transactions) {
      with(EncryptedStoreTest.KEY).append(transaction);
      model.append(transaction, Map.of());
      with(EncryptedStoreTest.KEY).upkeep(JournalFixture.FOLD);
    }

    for (ObjectName name : objects.names()) {
      try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
        assertThat(new String(in.readAllBytes(), ISO_8859_1))
            .as(name.value())
            .doesNotContain("peculiar");
      }
    }
    for (long position = 0; position <= 3; position++) {
      assertThat(with(EncryptedStoreTest.KEY).at(position)).isEqualTo(model.at(position));
    }
    assertThat(with(EncryptedStoreTest.KEY).append(transactions.getFirst()))
        .isEqualTo(new Appended.Duplicate(1));
    assertThatThrownBy(() -> with(EncryptedStoreTest.OTHER).at(1))
        .isInstanceOf(WrongKeyException.class);
  }
}
