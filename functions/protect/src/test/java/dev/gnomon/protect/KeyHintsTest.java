package dev.gnomon.protect;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a process that follows no prefix leaves for the one that does.
class KeyHintsTest {
  private static final CellName WEST = new CellName("west");
  private static final String MARK = "data.west";
  private static final int SENDERS = 20;

  private final FaultInjectingObjectStore store =
      new FaultInjectingObjectStore(new InMemoryObjectStore());
  private final OpenWork openWork =
      new OpenWork(store, new ControlRecords(store, () -> UUID.randomUUID().toString()));
  private final KeyHints hints =
      new KeyHints(
          new Catalogue(
              List.of(),
              WEST,
              List.of(
                  PlainResource.prefix(
                          "data",
                          S3Prefix.of("s3+http://east:9000/bucket/data"),
                          PrefixSpec.DEFAULT)
                      .shadows(
                          new ShadowSpec(
                                  WEST,
                                  ShadowType.FULL,
                                  Optional.empty(),
                                  Optional.empty(),
                                  Compression.ZSTD,
                                  JournalUpkeep.Rules.DEFAULT,
                                  Optional.of(Following.DEFAULT))
                              .served(S3Prefix.of("s3+http://west:9000/cell/serving/data")))
                      .resource()),
              Duration.ofSeconds(2),
              List.of()),
          openWork);

  private void tell() {
    hints.notified("bucket", List.of("data/key"));
  }

  private boolean isMarked() {
    return openWork.open(OpenWork.Kind.HINTS).contains(MARK);
  }

  /// A process that is killed right after it answered takes nothing along.
  @Test
  void whateverIsAnsweredIsMarked() {
    for (int i = 0; i < 5; i++) {
      tell();
      assertThat(isMarked()).isTrue();
      openWork.closed(OpenWork.Kind.HINTS, MARK); // as by who follows
    }
  }

  @Test
  void whatCantBeMarkedIsNotAnsweredAndToldAgainItIs() {
    store.goAway();
    assertThatThrownBy(this::tell).isInstanceOf(ObjectStoreException.class);
    assertThatThrownBy(this::tell).isInstanceOf(ObjectStoreException.class);
    store.heal();

    tell();

    assertThat(isMarked()).isTrue();
  }

  /// Asked in the middle of a call, they all wait for the same next one.
  private Queue<Optional<Throwable>> toldAtOnce(Runnable meanwhile) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    store.answerSlowly(() -> {
      begun.countDown();
      uninterrupted(goOn);
    });
    Queue<Optional<Throwable>> answers = new ConcurrentLinkedQueue<>();
    List<Thread> senders =
        IntStream.range(0, SENDERS)
            .mapToObj(any ->
                Thread.ofPlatform()
                    .unstarted(() -> {
                      answers.add(Optional.ofNullable(catchThrowable(this::tell)));
                    }))
            .toList();
    senders.getFirst().start();
    uninterrupted(begun);
    senders.stream().skip(1).forEach(Thread::start);
    await()
        .until(
            () -> senders.stream().skip(1).allMatch(one -> one.getState() == Thread.State.WAITING));
    meanwhile.run();
    goOn.countDown();
    await().until(() -> answers.size() == SENDERS);
    store.answerSlowly(() -> {});
    return answers;
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatManyAreToldAtOnceIsMarkedTogether() {
    assertThat(toldAtOnce(() -> {})).allMatch(Optional::isEmpty);

    assertThat(isMarked()).isTrue();
    assertThat(store.calls(Operation.CREATE)).isEqualTo(1);
    assertThat(store.calls(Operation.READ)).isEqualTo(2);
  }

  @Test
  void whileTheStoreIsAwayNobodyWaitsForTheTriesOfOthers() {
    assertThat(toldAtOnce(store::goAway)).allMatch(Optional::isPresent);

    assertThat(store.calls(Operation.READ)).isEqualTo(2);
    store.heal();
    tell();
    assertThat(isMarked()).isTrue();
  }
}
