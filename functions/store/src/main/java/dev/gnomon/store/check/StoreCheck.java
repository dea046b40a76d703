package dev.gnomon.store.check;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.marks.IndexReading;
import dev.gnomon.store.marks.Marking;
import dev.gnomon.store.marks.PackTable;
import dev.gnomon.store.marks.Sufferers;
import dev.gnomon.store.marks.Sufferers.Hurt;
import dev.gnomon.store.points.PointRecords;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.store.roots.Flaws;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds every object that is missing, cut, exchanged or changed, and says which points it hurts.
/// Changes nothing; may run beside captures and collections. Memory is bounded as that of a
/// collection is.
public final class StoreCheck {
  private static final int MAX_PATHS = 10_000;

  private final StoreParts store;
  private final Path temporary;

  /// @param temporary where working files are made, about 100 bytes for each chunk of the store
  public StoreCheck(StoreParts store, Path temporary) {
    this.store = store;
    this.temporary = temporary;
  }

  /// Told of bytes of packs that were looked at.
  public interface Progress {
    void looked(long bytes);
  }

  public CheckReport run(ReadSample sample, Progress progress) {
    Findings findings = new Findings();
    try {
      store.format().checkReadable();
      if (holds(Names.PACKS) || holds(PointRecords.POINTS)) {
        store.format().get();
      }
    } catch (BlobFault e) { // without it nothing else can be read
      return unreadable(Kind.CHANGED, String.valueOf(e.getMessage()));
    } catch (ObjectStoreException e) {
      if (store.objects().stat(StoreFormat.NAME).isPresent()) {
        throw e; // of a version that this program can't read, or a wrong key
      }
      return unreadable(Kind.MISSING, String.valueOf(e.getMessage()));
    }
    return DeepStack.call("check", () -> run(sample, progress, findings).report());
  }

  private boolean holds(String prefix) {
    return !store.objects().list(prefix, Optional.empty(), 1).objects().isEmpty();
  }

  private static CheckReport unreadable(Kind kind, String what) {
    Finding finding = new Finding(kind, StoreFormat.NAME, what, true);
    return new CheckReport(0, 0, 0, 0, 0, "", List.of(finding), 1, 0, Set.of(), List.of(), 0, 0);
  }

  /// A check with what a repair needs of it.
  ///
  /// @param broken packs with something in them that can't be read
  /// @param live what is counted on in those packs
  /// @param unindexed packs that roots need and no index object names
  record Outcome(
      CheckReport report, Set<String> broken, List<Marking.Live> live, Set<String> unindexed) {}

  /// For a thread with a deep stack.
  Outcome run(ReadSample sample, Progress progress, Findings findings) {
    new RecordCheck(store, findings).run();
    Set<String> condemned = condemned(findings);
    try (Marking marking = Marking.of(store, temporary, condemned, new Note(findings))) {
      index(marking.index(), marking.packs(), findings);
      marking
          .missing()
          .forEach(
              hash -> findings.lost(Hash.read(ByteBuffer.wrap(HexFormat.of().parseHex(hash)))));
      PackCheck packCheck = new PackCheck(store, marking, findings, sample, progress::looked);
      packCheck.run();
      List<Hurt> hurt = new ArrayList<>();
      store.roots().kinds().forEach(kind -> kind.examine(new Found(findings, hurt)));
      hurt.addAll(0, hurt(marking, findings));
      return new Outcome(
          report(marking, packCheck, sample, findings, hurt),
          Set.copyOf(packCheck.broken()),
          live(marking, packCheck.broken()),
          unindexed(marking));
    }
  }

  private Set<String> condemned(Findings findings) {
    try {
      return store.condemned().packs();
    } catch (BlobFault e) {
      return Set.of(); // named by the look at all records
    }
  }

  /// Notes what a walk can't read and goes on.
  private static final class Note implements Marking.Faults {
    private final Findings findings;

    Note(Findings findings) {
      this.findings = findings;
    }

    @Override
    public void fault(Root root, String path, BlobFault fault) {
      findings.damage(
          Kind.CHANGED,
          root.object(),
          "what %s needs at '%s' can't be read: %s"
              .formatted(root.title(), RawName.display(path), fault.getMessage()));
    }

    @Override
    public void unreadable(RootKind kind, ObjectName name, BlobFault fault) {
      findings.damage(Kind.CHANGED, name, String.valueOf(fault.getMessage()));
    }

    @Override
    public void blob(Hash hash) {
      findings.lost(hash);
    }
  }

  /// What roots of one kind say together.
  private record Found(Findings findings, List<Hurt> hurt) implements Flaws {
    @Override
    public void damage(Flaw flaw, ObjectName object, String what) {
      findings.damage(kind(flaw), object, what);
    }

    @Override
    public void note(Flaw flaw, ObjectName object, String what) {
      findings.note(kind(flaw), object, what);
    }

    @Override
    public void hurt(String what) {
      hurt.add(new Hurt(what, Optional.empty(), List.of(), 0));
    }

    private static Kind kind(Flaw flaw) {
      return switch (flaw) {
        case MISSING -> Kind.MISSING;
        case TRUNCATED -> Kind.TRUNCATED;
        case CHANGED -> Kind.CHANGED;
        case DISAGREES -> Kind.DISAGREES;
      };
    }
  }

  /// A damaged index object hurts nobody while other objects and trailers say the same.
  private static void index(IndexReading index, PackTable packs, Findings findings) {
    boolean needed =
        index.unnamed().stream().anyMatch(pack -> packs.livePieces(packs.find(pack)) > 0);
    index
        .damaged()
        .forEach((id, why) -> {
          if (needed) {
            findings.damage(Kind.CHANGED, Names.index(id), why);
          } else {
            findings.note(
                Kind.CHANGED,
                Names.index(id),
                why + "; others name what is needed, and the next collection deletes it");
          }
        });
  }

  private List<Hurt> hurt(Marking marking, Findings findings) {
    if (findings.damaged() == 0 && findings.lost().isEmpty()) {
      return List.of();
    }
    BlobReader reader = marking.reader();
    Set<Hash> lost = new HashSet<>(findings.lost());
    return new Sufferers(
            store,
            reader::read,
            hash -> lost.contains(hash) || marking.missing().contains(hash.toString()),
            MAX_PATHS)
        .find();
  }

  private static List<Marking.Live> live(Marking marking, Set<String> broken) {
    List<Marking.Live> live = new ArrayList<>();
    if (!broken.isEmpty()) {
      marking.eachLive(blob -> {
        if (broken.contains(blob.place().pack())) {
          live.add(blob);
        }
      });
    }
    return live;
  }

  private static Set<String> unindexed(Marking marking) {
    Set<String> unindexed = new HashSet<>();
    PackTable packs = marking.packs();
    for (String pack : marking.index().unnamed()) {
      if (packs.livePieces(packs.find(pack)) > 0) {
        unindexed.add(pack);
      }
    }
    return unindexed;
  }

  private static CheckReport report(
      Marking marking, PackCheck packCheck, ReadSample sample, Findings findings, List<Hurt> hurt) {
    PackTable packs = marking.packs();
    long[] sums = new long[4];
    packs.each(pack -> {
      sums[0]++;
      sums[1] += packs.sizeBytes(pack);
      if (packs.livePieces(pack) == 0) {
        sums[2]++;
        sums[3] += packs.sizeBytes(pack);
      }
    });
    return new CheckReport(
        marking.roots(),
        sums[0],
        sums[1],
        packCheck.readPacks(),
        packCheck.readBytes(),
        sample.toString(),
        findings.list(),
        findings.damaged(),
        findings.notes(),
        findings.lost(),
        hurt,
        sums[2],
        sums[3]);
  }
}
