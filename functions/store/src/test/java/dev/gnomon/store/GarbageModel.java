package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.capture.Capturing;
import dev.gnomon.store.capture.Commit;
import dev.gnomon.store.capture.NotKeptList;
import dev.gnomon.store.check.StoreRepair;
import dev.gnomon.store.garbage.CollectLimits;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.journal.StoreJournals;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.Manifests;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.prefix.PrefixWalk;
import dev.gnomon.store.tree.BlobWalk;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// One random life of a store on a virtual clock: writers of directories and prefixes, expiries,
/// collections, readers, and in some lives a journal that is written, sealed and compacted, and a
/// repair of a store that lost an index object: side by side, held up and killed between any two
/// calls. What runs is the program itself; only the source of captures is made up: a few files out
/// of a few contents, so that old chunks come back all the time. Transactions keep their contents
/// in frames, and bases keep them in packs.
final class GarbageModel {
  static final Duration GRACE = Duration.ofHours(2);

  /// What collectors would wait if no writer said that it counts on more.
  private static final Duration SHORT_GRACE = Duration.ofMinutes(10);

  private static final int SHORT_ONE_IN = 4;
  private static final int JOURNAL_ONE_IN = 3;
  private static final int REPAIR_ONE_IN = 6;
  private static final int PREFIX_ONE_IN = 3;
  private static final Rules SEAL_AND_FOLD = new Rules(1, Duration.ZERO, 2, Duration.ofHours(3));
  private static final int AGAIN_ONE_IN = 5;
  private static final CollectLimits LIMITS = new CollectLimits(50, 1, 1 << 20, 100, 100);
  private static final ResourceName SITE = new ResourceName("site");
  private static final ResourceName ORDERS = new ResourceName("orders");
  private static final int CONTENTS = 10;

  private final Path scratch;
  private final Random random;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final AtomicLong names = new AtomicLong();
  private final UnaryOperator<ObjectStore> writers;
  private final UnaryOperator<ObjectStore> collectors;
  private final Map<PointId, String> answered = new TreeMap<>();
  private final Map<String, Integer> appended = new TreeMap<>();
  private final Set<PointId> mayGo = new TreeSet<>();
  private final Duration collectorsGrace;
  private int deaths;
  private long jobs;

  /// @param writers how writers see the store; the identity unless a rule is to be broken
  /// @param collectors how collectors see it
  GarbageModel(
      long seed,
      Path scratch,
      UnaryOperator<ObjectStore> writers,
      UnaryOperator<ObjectStore> collectors) {
    this.random = new Random(seed);
    this.scratch = scratch;
    this.collectorsGrace = random.nextInt(SHORT_ONE_IN) == 0 ? SHORT_GRACE : GRACE;
    this.writers = writers;
    this.collectors = collectors;
  }

  /// Lives through one interleaving and looks at the whole store after it, and after the
  /// collections that follow.
  ///
  /// @throws AssertionError if a point can't be read
  /// @return how many actors died
  int live() throws Exception {
    for (int i = 2 + random.nextInt(4); i > 0; i--) {
      sequentially();
    }
    Actors actors = new Actors(objects, clock, random);
    actors.begin("writer-1", this::write);
    actors.begin("writer-2", this::write);
    actors.begin("collector-1", this::collect);
    actors.begin("collector-2", this::collect);
    actors.begin("expirer", this::expire);
    actors.begin("reader", this::read);
    if (random.nextInt(JOURNAL_ONE_IN) == 0) {
      actors.begin("appender", this::append);
      actors.begin("upkeep", this::keepJournal);
    }
    if (random.nextInt(REPAIR_ONE_IN) == 0) {
      loseAnIndexObject();
      actors.begin("repairer", this::repair);
    }
    actors.run();
    deaths = actors.deaths();
    check("after the interleaving");
    for (int i = 0; i < 3; i++) {
      clock.advance(GRACE.plusMinutes(1));
      collectOnce(objects);
      check("after collection " + i);
    }
    return deaths;
  }

  TreeMap<String, Integer> counts() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    objects.names().forEach(name -> counts.merge(name.value().split("/")[1], 1, Integer::sum));
    return counts;
  }

  private void sequentially() {
    switch (random.nextInt(5)) {
      case 0, 1 -> capture(objects, false);
      case 2 -> expireSome(objects);
      case 3 -> clock.advance(Duration.ofMinutes(random.nextInt(200)));
      default -> collectOnce(objects);
    }
  }

  private void write(ObjectStore own) {
    for (int i = 1 + random(2); i > 0; i--) {
      capture(writers.apply(own), random(AGAIN_ONE_IN) == 0);
    }
  }

  private void collect(ObjectStore own) {
    for (int i = 1 + random(3); i > 0; i--) {
      collectOnce(collectors.apply(own));
    }
  }

  private void expire(ObjectStore own) {
    for (int i = 1 + random(2); i > 0; i--) {
      expireSome(own);
    }
  }

  /// Reads a point that stays.
  private void read(ObjectStore own) {
    StoreParts parts = parts(own);
    for (StoredPoint point : parts.points().of(SITE)) {
      try {
        whole(parts, point);
      } catch (BlobFault e) {
        if (stays(point.point().id())) {
          throw new AssertionError("a point that stays could not be read", e);
        }
      }
    }
  }

  private synchronized int random(int bound) {
    return random.nextInt(bound);
  }

  /// @param again whether it is the job that was begun last, whose event came twice
  private void capture(ObjectStore own, boolean again) {
    StoreParts parts = parts(own);
    parts.format().ensureWritable();
    String job;
    synchronized (this) {
      jobs += again && jobs > 0 ? 0 : 1;
      job = "job-" + jobs;
    }
    CaptureRequest request =
        new CaptureRequest(
            job,
            SITE,
            Path.of("/source"),
            PointKind.UNDO,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            1);
    CaptureOutcome outcome = new Commit(parts, request, List.of(), this::see).run();
    if (outcome instanceof CaptureOutcome.Refused refused
        && !refused.reason().contains("could not be finished")
        && !refused.reason().contains("has expired")) {
      throw new AssertionError(refused.reason());
    }
    if (outcome instanceof CaptureOutcome.Taken taken) {
      synchronized (this) {
        answered.put(taken.point().id(), job);
      }
    }
  }

  /// Each transaction writes a key that says which content it has.
  private void append(ObjectStore own) {
    Journal journal = new StoreJournals(parts(writers.apply(own))).of(ORDERS);
    for (int i = 1 + random(4); i > 0; i--) {
      int content = random(CONTENTS);
      String key = "k%d-%d".formatted(names.incrementAndGet(), content);
      Write write =
          new Write.Put(
              Key.utf8(key), Optional.empty(), Map.of(), new Content.Inline(content(content)));
      Transaction transaction =
          new Transaction("/model", key, clock.instant(), Optional.empty(), List.of(write));
      unlessPassing(() -> {
        if (journal.append(List.of(transaction)).getFirst() instanceof Appended.At) {
          synchronized (this) {
            appended.put(key, content);
          }
        }
      });
    }
  }

  private void keepJournal(ObjectStore own) {
    StoreJournals journals = new StoreJournals(parts(writers.apply(own)));
    for (int i = 1 + random(3); i > 0; i--) {
      unlessPassing(() -> journals.upkeep(ORDERS).run(SEAL_AND_FOLD));
    }
  }

  /// Trailers say the same, so nothing is lost by it.
  private void loseAnIndexObject() {
    List<ObjectName> index =
        objects.names().stream().filter(name -> name.value().startsWith(Names.INDEX)).toList();
    if (!index.isEmpty()) {
      objects.delete(List.of(index.get(random.nextInt(index.size()))));
    }
  }

  /// Of a store that has begun.
  private void repair(ObjectStore own) {
    if (objects.stat(StoreFormat.NAME).isEmpty()) {
      return;
    }
    StoreRepair repair = new StoreRepair(parts(own), scratch);
    unlessPassing(() -> repair.execute(repair.plan(bytes -> {}), bytes -> {}));
  }

  /// Work may be told that it took too long, or that much changed meanwhile.
  private static void unlessPassing(Runnable work) {
    try {
      work.run();
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.TRANSIENT) {
        throw e;
      }
    }
  }

  private static byte[] content(int number) {
    return ("content " + number + " ").repeat(3 + number).getBytes(US_ASCII);
  }

  /// A few files.
  private Capturing.Seen see(BlobSession session, List<?> read) {
    Set<Integer> contents = new TreeSet<>();
    for (int i = 1 + random(4); i > 0; i--) {
      contents.add(random(CONTENTS));
    }
    return random(PREFIX_ONE_IN) == 0 ? prefix(session, contents) : directory(session, contents);
  }

  private static Capturing.Seen prefix(BlobSession session, Set<Integer> contents) {
    TreeMap<String, ContentRef> keys = new TreeMap<>();
    contents.forEach(content -> keys.put("f" + content, stored(session, content)));
    PrefixRoot root = Manifests.write(session, Hash::of, keys);
    return seen(
        root.encode(), root.content().toContentHash(), new Entry.Totals(contents.size(), 1, 0, 0));
  }

  private static Capturing.Seen directory(BlobSession session, Set<Integer> contents) {
    Encoder encoder = new Encoder();
    Meta meta = new Meta(0644, 0, 0, 0, 0, new TreeMap<>());
    for (int content : contents) {
      encoder.entry(new Entry.FileEntry("f" + content, meta, stored(session, content)));
    }
    byte[] directory = encoder.take();
    ContentRef tree = new ContentRef(directory.length, 0, List.of(stored(session, directory)));
    Entry.Totals totals = new Entry.Totals(contents.size(), 1, 0, 0);
    byte[] root = Encoder.encode(new Entry.DirEntry("", meta, tree, totals));
    return seen(root, Hash.of(root).toContentHash(), totals);
  }

  private static Capturing.Seen seen(byte[] root, ContentHash content, Entry.Totals totals) {
    byte[] hints = new Encoder().content(ContentRef.EMPTY).take();
    return new Capturing.Seen(
        root, content, hints, totals, true, new NotKeptList(), "/source", "1:1");
  }

  private static ContentRef stored(BlobSession session, int content) {
    byte[] bytes = content(content);
    return new ContentRef(bytes.length, 0, List.of(stored(session, bytes)));
  }

  private static Hash stored(BlobSession session, byte[] bytes) {
    return BlobSession.join(session.store(bytes, bytes.length, BlobSession.Kind.TREE));
  }

  private void expireSome(ObjectStore own) {
    StoreParts parts = parts(own);
    List<PointId> some = parts.points().all().stream().filter(id -> random(2) == 0).toList();
    if (!some.isEmpty()) {
      synchronized (this) {
        mayGo.addAll(some);
      }
      new Collector(parts, LIMITS, scratch).expire(some);
    }
  }

  /// A collection may find that it took too long, or that much changed; a damaged point is never
  /// expected.
  private void collectOnce(ObjectStore own) {
    try {
      new Collector(parts(own, collectorsGrace), LIMITS, scratch).collect(collectorsGrace);
    } catch (ObjectStoreException e) {
      if (e.kind() != ObjectStoreException.Kind.TRANSIENT) {
        throw e;
      }
    } catch (dev.gnomon.core.shadow.DamagedPointException e) {
      if (stays(e.point())) {
        throw new AssertionError("a collection found a damaged point", e);
      }
    } catch (BlobFault e) {
      if (!String.valueOf(e.getMessage()).contains("was needed")) {
        throw e;
      }
    }
  }

  private StoreParts parts(ObjectStore own) {
    return parts(own, GRACE);
  }

  private StoreParts parts(ObjectStore own, Duration grace) {
    StoreSettings settings =
        new StoreSettings(
            grace,
            clock,
            () ->
                new java.util.UUID(0x4000, names.incrementAndGet() * 0x9e3779b97f4a7c15L)
                    .toString(),
            StoreSettings.DEFAULT.files(),
            1,
            Optional.empty());
    return StoreParts.of(own, settings, Runnable::run);
  }

  private void check(String when) {
    StoreParts parts = parts(objects);
    Map<PointId, String> damaged = new TreeMap<>();
    for (PointId id : parts.points().all()) {
      try {
        whole(parts, parts.points().get(id).orElseThrow());
      } catch (BlobFault e) {
        damaged.put(id, String.valueOf(e.getMessage()));
      }
    }
    if (!damaged.isEmpty()) {
      throw new AssertionError(when + ": " + damaged);
    }
    answered.forEach((id, job) -> {
      if (!mayGo.contains(id)
          && parts.points().get(id).filter(there -> there.point().job().equals(job)).isEmpty()) {
        throw new AssertionError(when + ": " + id + " was answered for and is gone");
      }
    });
    checkJournal(when);
  }

  /// What was acknowledged is there, and all that is there has the content that it must have.
  private void checkJournal(String when) {
    StoreJournals journals = new StoreJournals(parts(objects));
    if (!journals.of(ORDERS).hasBegun()) {
      return;
    }
    MapTarget there = new MapTarget();
    try {
      journals.replay(ORDERS).restore(journals.of(ORDERS).status().newest(), there);
    } catch (DamagedJournalException e) {
      throw new AssertionError(when, e);
    }
    for (String key : there.contents().keySet()) {
      int content = Integer.parseInt(key.substring(key.indexOf('-') + 1));
      if (!Arrays.equals(there.get(Key.utf8(key)).orElseThrow(), content(content))) {
        throw new AssertionError(when + ": the journal has other content for " + key);
      }
    }
    if (!there.contents().keySet().containsAll(appended.keySet())) {
      throw new AssertionError(
          "%s: the journal has %s, acknowledged were %s"
              .formatted(when, there.contents().keySet(), appended));
    }
  }

  private boolean stays(PointId point) {
    return objects
        .stat(new ObjectName("store/points/" + point.resource() + "/" + point.paddedSequence()))
        .isPresent();
  }

  private static void whole(StoreParts parts, StoredPoint point) {
    BlobReader reader = parts.reader();
    List<BlobFault> faults = new ArrayList<>();
    BlobWalk walk =
        new BlobWalk(
            reader::read,
            new BlobWalk.Visitor() {
              @Override
              public void blob(String path, Hash hash) {
                reader.read(hash);
              }

              @Override
              public void fault(String path, BlobFault fault) {
                faults.add(fault);
              }
            });
    if (point.ofPrefix()) {
      PrefixWalk.lead(PrefixRoot.decode(point.root()), walk);
    } else {
      walk.tree(point.rootEntry());
    }
    if (!faults.isEmpty()) {
      throw faults.getFirst();
    }
  }
}
