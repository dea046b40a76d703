package dev.gnomon.store.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The table finds what a map of lists would find.
class PlaceTableTest {
  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);

  PlaceTableTest() {
    System.out.println("PlaceTableTest: -Dgnomon.seed=" + seed);
  }

  @Test
  void findsEveryPlaceOfEveryBlobAndNoOther() {
    PlaceTable table = new PlaceTable();
    Map<Hash, Set<Location>> model = new HashMap<>();
    List<PackContents> packs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      boolean again = i > 0 && random.nextInt(10) == 0;
      PackContents pack = again ? packs.get(random.nextInt(packs.size())) : pack("p" + i);
      packs.add(pack);
      table.add(pack);
      for (Piece piece : pack.pieces()) {
        model
            .computeIfAbsent(piece.hash(), hash -> new LinkedHashSet<>())
            .add(piece.in(pack.pack()));
      }
    }
    Set<String> avoided = Set.of("p3", "p7", "p9", "p100");
    model.forEach((hash, places) -> {
      List<Location> all = table.all(hash, avoided);
      assertThat(all).containsExactlyInAnyOrderElementsOf(places);
      Location found = table.find(hash, avoided).orElseThrow();
      assertThat(all.getFirst()).isEqualTo(found);
      if (avoided.contains(found.pack())) {
        assertThat(places).allMatch(place -> avoided.contains(place.pack()));
      }
    });
    assertThat(table.size()).isEqualTo(model.values().stream().mapToInt(Set::size).sum());
    for (int i = 0; i < 10_000; i++) {
      Hash stranger = hash();
      assertThat(table.find(stranger, Set.of())).isEmpty();
      assertThat(table.all(stranger, Set.of())).isEmpty();
    }
  }

  @Test
  void whatWasAddedComesOutAgainPackByPack() {
    PlaceTable table = new PlaceTable();
    List<PackContents> packs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      packs.add(pack("p" + i));
      table.add(packs.getLast());
    }
    packs.removeIf(pack -> pack.pieces().isEmpty());

    assertThat(table.packs(0)).isEqualTo(packs);
    int rows = table.rows();
    assertThat(table.packs(rows)).isEmpty();
    PackContents later = new PackContents("later", List.of(new Piece(hash(), 3, 4, 5, Codec.LZ4)));
    table.add(later);
    assertThat(table.packs(rows)).containsExactly(later);
    assertThat(table.packNames()).hasSize(rows + 1).contains("later", "p39");
  }

  /// Blobs whose slots are all the same stand in a row and are told apart.
  @Test
  void hashesThatBeginAlikeAreToldApart() {
    PlaceTable table = new PlaceTable();
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      pieces.add(new Piece(new Hash(7, 7, 7, i), i, 1, 2, Codec.ZSTD));
    }
    table.add(new PackContents("p", pieces));
    for (Piece piece : pieces) {
      assertThat(table.find(piece.hash(), Set.of())).isEqualTo(Optional.of(piece.in("p")));
    }
    assertThat(table.find(new Hash(7, 7, 7, 2000), Set.of())).isEmpty();
  }

  @Test
  void aBlobTakesAboutFiftyBytes() {
    PlaceTable table = new PlaceTable();
    long worst = 0;
    for (int i = 0; i < 1500; i++) {
      table.add(pack("pack-" + i));
      if (table.size() > 20_000) {
        worst = Math.max(worst, table.bytes() / table.size());
      }
    }
    System.out.println(
        "PlaceTableTest: " + table.size() + " places, at most " + worst + " bytes each");
    assertThat(worst).isBetween(40L, 66L);
  }

  @Test
  void whoLooksUpWhileOthersAddSeesWholeEntriesOnly() {
    PlaceTable table = new PlaceTable();
    List<PackContents> packs = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      packs.add(pack("p" + i));
    }
    AtomicInteger added = new AtomicInteger();
    CompletableFuture<Integer> reader =
        CompletableFuture.supplyAsync(() -> {
          int seen = 0;
          Random own = new Random(seed);
          int upTo = 0;
          while (upTo < packs.size()) {
            upTo = added.get();
            if (upTo > 0) {
              PackContents pack = packs.get(own.nextInt(upTo));
              Piece piece = pack.pieces().get(own.nextInt(pack.pieces().size()));
              assertThat(table.all(piece.hash(), Set.of())).contains(piece.in(pack.pack()));
              seen++;
            }
          }
          return seen;
        });
    packs.forEach(pack -> {
      table.add(pack);
      added.incrementAndGet();
    });
    assertThat(reader.join()).isPositive();
  }

  private final List<Hash> common = new ArrayList<>();

  private PackContents pack(String id) {
    List<Piece> pieces = new ArrayList<>();
    int offset = 0;
    for (int i = 1 + random.nextInt(150); i > 0; i--) {
      boolean again = !common.isEmpty() && random.nextInt(20) == 0;
      Hash hash = again ? common.get(random.nextInt(common.size())) : hash();
      if (common.size() < 100) {
        common.add(hash);
      }
      int raw = 2 + random.nextInt(PackFormat.MAX_BLOB_BYTES - 1);
      int stored = 1 + random.nextInt(raw - 1);
      pieces.add(new Piece(hash, offset, stored, raw, Codec.of(random.nextInt(3))));
      offset = random.nextInt(1 << 30);
    }
    return new PackContents(id, pieces);
  }

  private Hash hash() {
    return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
