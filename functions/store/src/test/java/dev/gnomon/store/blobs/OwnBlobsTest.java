package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.blobs.PackContents.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Who claims a blob, and who waits for whom.
class OwnBlobsTest {
  private static final int THREADS = 4;
  private static final int CLAIMS = 200_000;

  private final OwnBlobs own = new OwnBlobs();

  private static Hash hash(long number) {
    return new Hash(number, number, number, number);
  }

  private static PackContents pack(String id, long blob) {
    return new PackContents(id, List.of(new Piece(hash(blob), 0, 5, 5, Codec.NONE)));
  }

  /// A claim that comes to nothing completes for those who met it.
  @Test
  void manyWhoTakeAStoredBlobAtOnceAllGetIt() throws Exception {
    own.stored(pack("p", 1));
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        running.add(CompletableFuture.runAsync(this::claimAgainAndAgain, threads));
      }
      for (CompletableFuture<Void> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(own.contains(hash(1))).isTrue();
  }

  private void claimAgainAndAgain() {
    for (int i = 0; i < CLAIMS; i++) {
      CompletableFuture<Hash> got = own.claim(hash(1), new CompletableFuture<>()).orElseThrow();
      assertThat(got.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(hash(1));
    }
  }

  /// The pack of the first claim is stored between the two looks of the second one.
  @Test
  void aClaimThatIsOvertakenByItsPackIsGivenToWhoMetIt() {
    CompletableFuture<Hash> first = new CompletableFuture<>();
    assertThat(own.claim(hash(1), first)).isEmpty();
    assertThat(own.claim(hash(1), new CompletableFuture<>())).contains(first);
    first.complete(hash(1));
    own.stored(pack("p", 1));

    CompletableFuture<Hash> late = own.claim(hash(1), new CompletableFuture<>()).orElseThrow();
    assertThat(late).isCompletedWithValue(hash(1));
    assertThat(own.place(hash(1))).isPresent();
  }

  @Test
  void whatCouldNotBePublishedIsPublishedTheNextTime() {
    own.stored(pack("p1", 1));
    own.stored(pack("p2", 2));
    assertThatThrownBy(() ->
            own.publish(packs -> {
              throw new IllegalStateException("no answer");
            }))
        .hasMessage("no answer");
    List<PackContents> published = new ArrayList<>();
    own.publish(published::addAll);
    own.stored(pack("p3", 3));
    own.publish(published::addAll);

    assertThat(published).extracting(PackContents::pack).containsExactly("p1", "p2", "p3");
  }
}
