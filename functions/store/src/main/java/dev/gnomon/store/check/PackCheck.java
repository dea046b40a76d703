package dev.gnomon.store.check;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.marks.IndexReading;
import dev.gnomon.store.marks.Marking;
import dev.gnomon.store.marks.PackTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Looks at every pack: whether it is as long as its pieces need, whether its trailer says what the
/// index says, and, of a sample, whether every piece has the content that its id names.
final class PackCheck {
  private final Marking marking;
  private final PackTable packs;
  private final Findings findings;
  private final ReadSample sample;
  private final BlobReader reader;
  private final Progress progress;
  private final BitSet looked = new BitSet();
  private final Set<String> broken = new HashSet<>();
  private long readPacks;
  private long readBytes;

  /// Told of each pack that was looked at.
  interface Progress {
    void looked(long bytes);
  }

  PackCheck(
      StoreParts store, Marking marking, Findings findings, ReadSample sample, Progress progress) {
    this.marking = marking;
    this.packs = marking.packs();
    this.findings = findings;
    this.sample = sample;
    this.reader = store.reader(marking.places());
    this.progress = progress;
  }

  void run() {
    IndexReading index = marking.index();
    for (String id : index.objects().keySet()) {
      for (PackContents contents : index.contents(id).orElse(List.of())) {
        named(id, contents);
      }
    }
    index.unnamed().forEach(this::unnamed);
  }

  /// Packs with something in them that can't be read.
  Set<String> broken() {
    return broken;
  }

  long readPacks() {
    return readPacks;
  }

  long readBytes() {
    return readBytes;
  }

  private void named(String index, PackContents contents) {
    int pack = packs.find(contents.pack());
    ObjectName name = Names.pack(contents.pack());
    if (pack < 0 || !packs.isListed(pack)) {
      Long lost = marking.lostPlaces().get(contents.pack());
      if (lost == null) {
        findings.note(
            Kind.MISSING, name, "index object " + index + " names it, and no root needs it");
      } else if (broken.add(contents.pack())) {
        findings.damage(Kind.MISSING, name, "%d chunks that roots need were in it".formatted(lost));
      }
      return;
    }
    if (looked.get(pack)) {
      return;
    }
    looked.set(pack);
    boolean whole = compare(index, contents, pack);
    if (sample.includes(contents.pack())) {
      read(contents);
    }
    if (!whole) {
      broken.add(contents.pack());
    }
    progress.looked(packs.sizeBytes(pack));
  }

  private boolean compare(String index, PackContents contents, int pack) {
    ObjectName name = Names.pack(contents.pack());
    Long lost = marking.lostPlaces().get(contents.pack());
    if (lost != null) {
      findings.damage(
          Kind.TRUNCATED,
          name,
          "it has %d bytes; %d chunks that roots need would lie behind its end"
              .formatted(packs.sizeBytes(pack), lost));
      return false;
    }
    Optional<PackContents> trailer = marking.index().trailer(contents.pack());
    if (trailer.isEmpty()) {
      String why = marking.index().damagedPacks().getOrDefault(contents.pack(), "");
      found(pack, Kind.CHANGED, "its trailer can't be read: " + why);
      return false;
    }
    if (!new HashSet<>(trailer.get().pieces()).containsAll(contents.pieces())) {
      found(
          pack,
          Kind.DISAGREES,
          "index object " + index + " names pieces that its trailer does not");
      return false;
    }
    return true;
  }

  /// Damage if roots count on what is in the pack.
  private void found(int pack, Kind kind, String what) {
    ObjectName name = Names.pack(packs.name(pack));
    if (packs.livePieces(pack) > 0) {
      findings.damage(kind, name, what);
    } else {
      findings.note(kind, name, what);
    }
  }

  /// No readable index object names it: a capture that died or goes on, unless it is needed.
  private void unnamed(String id) {
    int pack = packs.find(id);
    ObjectName name = Names.pack(id);
    String why = marking.index().damagedPacks().get(id);
    boolean needed = packs.livePieces(pack) > 0;
    if (needed) {
      findings.damage(Kind.MISSING, name, "no index object names it, and roots need what is in it");
    } else if (why != null) {
      findings.note(Kind.CHANGED, name, "no index object names it, and its trailer: " + why);
    }
    if (why == null && sample.includes(id)) {
      marking.index().trailer(id).ifPresent(this::read);
    }
    progress.looked(packs.sizeBytes(pack));
  }

  private void read(PackContents contents) {
    readPacks++;
    List<Piece> pieces = new ArrayList<>(contents.pieces());
    pieces.sort(java.util.Comparator.comparingInt(Piece::offset));
    List<Hash> bad = new ArrayList<>();
    BlobFault first = null;
    for (Piece piece : pieces) {
      try {
        reader.readAt(piece.hash(), piece.in(contents.pack()));
        readBytes += piece.storedBytes();
      } catch (BlobFault e) {
        first = first == null ? e : first;
        bad.add(piece.hash());
      }
    }
    if (first == null) {
      return;
    }
    long lost = bad.stream().filter(hash -> lost(hash, contents.pack())).count();
    String what =
        "%d of %d pieces can't be read, %d of them are lost for roots; the first: %s"
            .formatted(bad.size(), pieces.size(), lost, first.getMessage());
    broken.add(contents.pack());
    if (lost > 0) {
      findings.damage(Kind.CHANGED, Names.pack(contents.pack()), what);
    } else {
      found(packs.find(contents.pack()), Kind.CHANGED, what);
    }
  }

  /// Whether a root needs a blob that is damaged in one pack, and no other pack has it whole.
  private boolean lost(Hash hash, String pack) {
    if (!marking.isNeeded(hash)) {
      return false;
    }
    for (Location place : marking.placesOf(hash)) {
      if (!place.pack().equals(pack)) {
        try {
          reader.readAt(hash, place);
          return false;
        } catch (BlobFault e) {
          // not there either
        }
      }
    }
    findings.lost(hash);
    return true;
  }
}
