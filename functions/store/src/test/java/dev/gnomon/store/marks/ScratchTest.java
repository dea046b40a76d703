package dev.gnomon.store.marks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is worked out in files is what memory would give.
class ScratchTest {
  @TempDir Path directory;

  @Test
  void filesGoWithTheRunAndThoseOfAKilledRunWithTheNext() throws IOException {
    Path killed = Files.createDirectory(directory.resolve("gnomon-scratch-killed"));
    Files.createFile(killed.resolve("lock")); // nobody holds it
    Files.writeString(killed.resolve("places"), "left");
    Path halfMade = Files.createDirectory(directory.resolve("gnomon-scratch-half"));
    Files.setLastModifiedTime(halfMade, FileTime.from(Instant.EPOCH));
    Path young = Files.createDirectory(directory.resolve("gnomon-scratch-young"));
    try (Scratch first = Scratch.below(directory)) {
      assertThat(killed).doesNotExist();
      assertThat(halfMade).doesNotExist();
      assertThat(young).as("maybe about to be locked").exists();
      first.file("one").append(new byte[10], 10);
      try (Scratch second = Scratch.below(directory)) {
        assertThat(directories()).as("those in use stay").isEqualTo(3);
        second.file("one").append(new byte[10], 10);
      }
    }
    assertThat(directories()).isEqualTo(1);
  }

  private long directories() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    }
  }

  @Test
  void aTableOnDiskKnowsExactlyWhatWasAdded() {
    Random random = new Random(1);
    List<Hash> added = new ArrayList<>();
    try (Scratch scratch = Scratch.below(directory)) {
      VisitedOnDisk visited = new VisitedOnDisk(scratch, 10);
      Set<Hash> expected = new HashSet<>();
      for (int i = 0; i < 450_000; i++) { // so that it grows
        Hash hash =
            random.nextInt(4) == 0 && !added.isEmpty()
                ? added.get(random.nextInt(added.size()))
                : new Hash(
                    random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        assertThat(visited.add(hash)).isEqualTo(expected.add(hash));
        added.add(hash);
      }
    }
  }

  @Test
  void everyPlaceIsFoundAgain() {
    Random random = new Random(2);
    try (Scratch scratch = Scratch.below(directory)) {
      PackTable packs = new PackTable();
      SortedPlaces places = new SortedPlaces(scratch.file("places"), 4, packs);
      List<Piece> pieces = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        Hash hash =
            i % 10 == 1
                ? pieces.getLast().hash() // lies twice
                : new Hash(random.nextLong(), i, random.nextLong(), random.nextLong());
        pieces.add(new Piece(hash, i, 1, 2, Codec.LZ4));
      }
      for (int same = 0; same < 500; same++) { // beyond one window, and of one beginning
        pieces.add(new Piece(new Hash(7, 7, 7, same / 2), 30_000 + same, 1, 2, Codec.NONE));
      }
      places.add(new PackContents("p", pieces));
      packs.listed(
          new dev.gnomon.core.objects.ObjectStat(
              dev.gnomon.store.blobs.Names.pack("p"), 1 << 20, Instant.EPOCH));
      places.sort();
      for (Piece piece : pieces) {
        assertThat(places.all(piece.hash())).contains(piece.in("p"));
      }
      List<Location> none = places.all(new Hash(7, 7, 7, 10_000));
      assertThat(none).isEmpty();
    }
  }
}
