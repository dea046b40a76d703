package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalStatus;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Appends by two processes, duplicates, deaths, upkeep, garbage collections and waiting in any
/// order: every position that the journal offers restores as a model says.
class JournalPropertyTest {
  private static final int STEPS = 150;
  private static final int KEYS = 30;

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalModel model = new JournalModel();
  private final Map<String, byte[]> contents = new HashMap<>();
  private final List<Transaction> appended = new ArrayList<>();
  private JournalFixture first = JournalFixture.on(objects, clock);
  private final JournalFixture second = JournalFixture.on(objects, clock);
  private int ids;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void everyPositionIsWhatTheModelSays(long fixed) {
    long seed = fixed == 0 ? Long.getLong("gnomon.seed", System.nanoTime()) : fixed;
    System.out.println("JournalPropertyTest: -Dgnomon.seed=" + seed);
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      String what = "seed " + seed + " step " + step;
      try {
        what += ": " + step(random);
        check(random, what);
      } catch (RuntimeException e) {
        throw new AssertionError(what, e);
      }
    }
    JournalFixture fresh = JournalFixture.on(objects, clock);
    JournalStatus status = fresh.journal().status();
    long oldest = status.bases().isEmpty() ? 0 : status.bases().getFirst().position();
    for (long position = oldest; position <= model.newest(); position++) {
      assertThat(fresh.at(position))
          .as("seed %d position %d", seed, position)
          .isEqualTo(model.at(position));
    }
    assertThat(model.newest()).as("transactions").isGreaterThan(STEPS / 3);
  }

  private String step(Random random) {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        return append(random, random.nextBoolean() ? first : second, transactions(random));
      }
      case 4 -> {
        return again(random);
      }
      case 5 -> {
        List<Transaction> transactions = transactions(random);
        try {
          return "died not: " + append(random, dying(random), transactions);
        } catch (ObjectStoreException e) {
          return "died, then " + append(random, JournalFixture.on(objects, clock), transactions);
        }
      }
      case 6, 7 -> {
        return first.upkeep(rules(random)).toString();
      }
      case 8 -> {
        try {
          return dying(random).upkeep(rules(random)).toString();
        } catch (ObjectStoreException e) {
          return "died in upkeep";
        }
      }
      case 9 -> {
        clock.advance(Duration.ofMinutes(random.nextInt(90)));
        return "waited";
      }
      case 10 -> {
        return first.store().expiry().collect(JournalFixture.GRACE).toString();
      }
      default -> {
        first = JournalFixture.on(objects, clock);
        return "started anew";
      }
    }
  }

  private void check(Random random, String what) {
    JournalFixture by = random.nextBoolean() ? JournalFixture.on(objects, clock) : second;
    JournalStatus status = by.journal().status();
    assertThat(status.newest()).as(what).isEqualTo(model.newest());
    assertThat(status.torn()).as(what).isEmpty();
    long oldest = status.bases().isEmpty() ? 0 : status.bases().getFirst().position();
    long position = oldest + random.nextInt((int) (model.newest() - oldest) + 1);
    assertThat(by.at(position)).as("%s, position %d", what, position).isEqualTo(model.at(position));
  }

  private String append(Random random, JournalFixture by, List<Transaction> transactions) {
    List<Appended> outcomes = by.journal().append(transactions);
    for (int i = 0; i < outcomes.size(); i++) {
      Transaction transaction = transactions.get(i);
      switch (outcomes.get(i)) {
        case Appended.At at -> {
          assertThat(model.holds(transaction.id())).as("%s twice", transaction.id()).isFalse();
          take(transaction);
          assertThat(at.position()).isEqualTo(model.newest());
        }
        case Appended.Duplicate duplicate -> {
          // It died behind the effect: what it appended stands where nothing of the model is yet.
          if (!model.holds(transaction.id())) {
            take(transaction);
          }
          assertThat(duplicate.position()).isEqualTo(model.position(transaction.id()));
        }
        case Appended.Early early -> assertThat(model.holds(early.awaited())).isFalse();
        case Appended.Contradicts contradicts ->
            throw new AssertionError(transaction.id() + " contradicts itself");
      }
    }
    return "appended " + outcomes;
  }

  private void take(Transaction transaction) {
    model.append(transaction, contents);
    appended.add(transaction);
  }

  private String again(Random random) {
    if (appended.isEmpty()) {
      return "nothing to repeat";
    }
    // Not older than what the journal still has: its ids are known for as long as its segments.
    List<Transaction> recent = appended.subList(Math.max(0, appended.size() - 5), appended.size());
    Transaction transaction = recent.get(random.nextInt(recent.size()));
    JournalFixture by = random.nextBoolean() ? first : second;
    long oldest =
        by.journal().entries(0, 1).stream()
            .mapToLong(e -> e.position())
            .findFirst()
            .orElse(Long.MAX_VALUE);
    if (model.position(transaction.id()) < oldest) {
      return "forgotten by now";
    }
    Transaction changed =
        JournalFixture.transaction(transaction.id(), JournalFixture.delete("other"));
    assertThat(by.append(changed))
        .isEqualTo(new Appended.Contradicts(model.position(transaction.id())));
    return append(random, by, List.of(transaction));
  }

  private List<Transaction> transactions(Random random) {
    List<Transaction> transactions = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      List<Write> writes = new ArrayList<>();
      for (int w = random.nextInt(5); w >= 0; w--) {
        writes.add(write(random));
      }
      Optional<String> after =
          switch (random.nextInt(6)) {
            case 0 -> Optional.of("nobody");
            case 1 -> appended.isEmpty() ? Optional.empty() : after(appended.getLast().id());
            default -> Optional.empty();
          };
      transactions.add(
          new Transaction(
              "/test",
              "t" + ids++,
              clock.instant().plusSeconds(random.nextInt(600) - 300L),
              after,
              writes));
    }
    return transactions;
  }

  private Optional<String> after(String id) {
    return first.journal().find(id).stream().findFirst().map(entry -> entry.transaction().id());
  }

  private Write write(Random random) {
    Key key = Key.utf8("k/" + random.nextInt(KEYS));
    if (random.nextInt(4) == 0) {
      return new Write.Delete(key, Optional.empty());
    }
    byte[] bytes = new byte[random.nextInt(5) == 0 ? random.nextInt(20_000) : random.nextInt(60)];
    new Random(random.nextInt(40)).nextBytes(bytes); // few contents: old blobs come back
    Content content = new Content.Inline(bytes);
    if (random.nextInt(10) == 0) {
      Content.Stored stored = first.journal().upload(new ByteArrayInputStream(bytes));
      contents.put(stored.reference(), bytes);
      content = stored;
    }
    return new Write.Put(key, Optional.of("v" + random.nextInt(9)), Map.of(), content);
  }

  private static Rules rules(Random random) {
    return new Rules(
        1 + random.nextInt(4000),
        Duration.ofMinutes(random.nextInt(30)),
        1 + random.nextInt(60),
        Duration.ofHours(random.nextInt(12)));
  }

  private JournalFixture dying(Random random) {
    FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
    Operation[] operations = {
      Operation.CREATE, Operation.PUT, Operation.READ, Operation.LIST, Operation.DELETE
    };
    Operation operation = operations[random.nextInt(operations.length)];
    int nth = 1 + random.nextInt(4);
    ObjectStore dying =
        random.nextBoolean()
            ? faults.failBefore(operation, nth, Kind.PERMANENT)
            : faults.failAfter(operation, nth, Kind.PERMANENT);
    return JournalFixture.on(dying, clock);
  }
}
