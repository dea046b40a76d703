package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.BlobSession.Kind;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What a session knows of its own blobs: on their way, in a pack that is not stored, and stored.
class BlobSessionTest {
  private static final int BLOB_BYTES = 1 << 20;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreParts parts = StoreWorkbench.parts(objects, StoreSettings.DEFAULT);

  private static byte[] blob(int number) {
    byte[] blob = new byte[BLOB_BYTES];
    new Random(number).nextBytes(blob);
    return blob;
  }

  private BlobSession session() {
    parts.format().ensureWritable();
    return parts.session(Compression.ZSTD);
  }

  private static Hash store(BlobSession session, int number) {
    byte[] blob = blob(number);
    return BlobSession.join(session.store(blob, blob.length, Kind.DATA));
  }

  @Test
  void everyBlobIsReadAndTakenOnceWhereverItIs() {
    BlobSession session = session();
    List<Hash> hashes = new ArrayList<>();
    for (int i = 0; i < 40; i++) { // two packs and a half
      hashes.add(store(session, i));
    }
    for (int i = 0; i < 40; i++) {
      assertThat(session.read(hashes.get(i))).isEqualTo(blob(i));
      assertThat(session.reuse(hashes.get(i))).isTrue();
      assertThat(store(session, i)).isEqualTo(hashes.get(i));
    }
    session.publish();
    assertThat(session.reusedPacks()).isEmpty();
    assertThat(session.ownPacks()).hasSize(3);
    assertThat(session.storedBytes()).isBetween(40L * BLOB_BYTES, 41L * BLOB_BYTES);
    assertThat(packsOfIndex()).isEqualTo(session.ownPacks());
  }

  @Test
  void aSecondPublishingNamesOnlyWhatCameSince() {
    BlobSession session = session();
    Hash first = store(session, 1);
    session.publish();
    Set<String> packs = session.ownPacks();
    Set<String> index = indexObjects();
    session.publish();
    assertThat(indexObjects()).isEqualTo(index);
    assertThat(store(session, 1)).isEqualTo(first);
    Hash second = store(session, 2);
    session.publish();

    assertThat(session.ownPacks()).hasSize(2).containsAll(packs);
    assertThat(indexObjects()).hasSize(2).containsAll(index);
    assertThat(session.read(first)).isEqualTo(blob(1));
    assertThat(session.read(second)).isEqualTo(blob(2));
    assertThat(parts.reader().read(second)).isEqualTo(blob(2));
  }

  @Test
  void equalBlobsOfManyThreadsAreStoredOnce() {
    BlobSession session = session();
    Set<Hash> hashes = ConcurrentHashMap.newKeySet();
    AtomicReference<Throwable> fault = new AtomicReference<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        running.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    Hash hash = store(session, i);
                    hashes.add(hash);
                    byte[] read = session.read(hash);
                    if (read.length != BLOB_BYTES) {
                      fault.set(new AssertionError("read " + read.length));
                    }
                  }
                },
                threads));
      }
      running.forEach(BlobSession::join);
    }
    session.publish();

    assertThat(fault.get()).isNull();
    assertThat(hashes).hasSize(40);
    List<Hash> stored = new ArrayList<>();
    contents().forEach(pack -> pack.pieces().forEach(piece -> stored.add(piece.hash())));
    assertThat(stored).hasSize(40).containsExactlyInAnyOrderElementsOf(hashes);
  }

  /// A limit of processes is reached: nobody waits for what will never be done.
  @Test
  void aPackWhoseThreadCantStartIsAFaultForWhoeverComesNext() throws Exception {
    BlobSession session = session(Runnable::run, NoThread::new);
    List<byte[]> blobs = new ArrayList<>();
    for (int i = 0; i < 60; i++) { // more than three packs
      blobs.add(blob(i));
    }
    CompletableFuture<Integer> refused =
        inTheBackground(() -> {
          int count = 0;
          for (byte[] blob : blobs) {
            try {
              Hash ignored = BlobSession.join(session.store(blob, blob.length, Kind.DATA));
            } catch (OutOfMemoryError e) {
              count++;
            }
          }
          return count;
        });

    assertThat(refused.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isGreaterThan(40);
    CompletableFuture<Boolean> published =
        inTheBackground(() -> {
          session.publish();
          return true;
        });
    assertThatThrownBy(() -> published.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(indexObjects()).isEmpty();
  }

  @Test
  void whoeverFindsNoWorkerLeavesRoomForOthers() throws Exception {
    BlobSession session =
        session(
            work -> {
              throw new OutOfMemoryError("unable to create native thread");
            },
            Thread::new);
    byte[] blob = blob(1);
    CompletableFuture<Integer> refused =
        inTheBackground(() -> {
          int count = 0;
          for (int i = 0; i < 100; i++) { // more than may be on its way
            try {
              session.store(blob, blob.length, Kind.DATA).join();
            } catch (OutOfMemoryError e) {
              count++;
            }
          }
          return count;
        });

    assertThat(refused.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(100);
  }

  private BlobSession session(Executor workers, ThreadFactory packThreads) {
    parts.format().ensureWritable();
    return new BlobSession(
        objects,
        parts.table(),
        parts.format().get(),
        Compression.NONE,
        Set.of(),
        workers,
        () -> UUID.randomUUID().toString(),
        packThreads);
  }

  private static <T> CompletableFuture<T> inTheBackground(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread ignored =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                result.complete(work.get());
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static final class NoThread extends Thread {
    NoThread(Runnable work) {
      super(work);
    }

    @Override
    public void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  private Set<String> indexObjects() {
    Set<String> ids = new HashSet<>();
    Names.eachIndex(objects, object -> ids.add(Names.last(object.name())));
    return ids;
  }

  private List<PackContents> contents() {
    List<PackContents> contents = new ArrayList<>();
    indexObjects()
        .forEach(id ->
            contents.addAll(BlobTable.index(objects, parts.format().get(), id).orElseThrow()));
    return contents;
  }

  private Set<String> packsOfIndex() {
    Set<String> packs = new HashSet<>();
    contents().forEach(pack -> packs.add(pack.pack()));
    return packs;
  }
}
