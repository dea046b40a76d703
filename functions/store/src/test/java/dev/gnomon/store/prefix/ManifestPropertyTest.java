package dev.gnomon.store.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.restore.DiffList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Manifests of random objects: canonical, found by key, compared by what differs.
class ManifestPropertyTest {
  private static final long SEED = Long.getLong("gnomon.seed", System.nanoTime());

  private final StoreWorkbench bench = new StoreWorkbench();
  private final Random random = new Random(SEED);

  ManifestPropertyTest() {
    System.out.println("ManifestPropertyTest: -Dgnomon.seed=" + SEED);
  }

  private static ObjectEntry entry(String key, long number) {
    return new ObjectEntry(
        key,
        number,
        "etag-" + number,
        number,
        true,
        "v" + number,
        Attributes.NONE,
        new Kept.Version());
  }

  private TreeMap<String, ObjectEntry> objects(int count) {
    TreeMap<String, ObjectEntry> objects = new TreeMap<>();
    while (objects.size() < count) {
      String key = Keys.raw("dir-%d/%d".formatted(random.nextInt(50), random.nextInt()));
      objects.put(key, entry(key, random.nextInt(1_000_000)));
    }
    return objects;
  }

  private PrefixRoot write(TreeMap<String, ObjectEntry> objects) {
    ManifestWriter writer = new ManifestWriter(bench.session(), Hash::of);
    objects.values().forEach(writer::add);
    return writer.finish();
  }

  private List<ObjectEntry> read(PrefixRoot root) {
    ManifestCursor cursor = new ManifestCursor(root, bench::read);
    List<ObjectEntry> entries = new ArrayList<>();
    while (cursor.peek().isPresent()) {
      entries.add(cursor.next());
    }
    return entries;
  }

  @Test
  void everyObjectIsReadBackAndFoundByItsKey() {
    for (int count : new int[] {0, 1, 2, 127, 1000, 20_000}) {
      TreeMap<String, ObjectEntry> objects = objects(count);

      PrefixRoot root = write(objects);

      assertThat(read(root)).isEqualTo(List.copyOf(objects.values()));
      assertThat(root.objects()).isEqualTo(count);
      assertThat(PrefixRoot.decode(root.encode())).isEqualTo(root);
      for (int i = 0; i < 20; i++) {
        String wanted = Keys.raw("dir-%d/%d".formatted(random.nextInt(60), random.nextInt()));
        ManifestCursor cursor = new ManifestCursor(root, bench::read);
        assertThat(cursor.seek(wanted).map(ObjectEntry::key).orElse(null))
            .isEqualTo(objects.ceilingKey(wanted));
      }
    }
  }

  @Test
  void diffFindsWhatChangedAndReadsLittleElse() {
    TreeMap<String, ObjectEntry> before = objects(20_000);
    TreeMap<String, ObjectEntry> after = new TreeMap<>(before);
    List<String> keys = List.copyOf(before.keySet());
    TreeMap<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      String changed = keys.get(random.nextInt(keys.size()));
      after.put(changed, entry(changed, 2_000_000 + i));
      expected.put(changed, "changed");
    }
    for (int i = 0; i < 10; i++) {
      String gone = keys.get(random.nextInt(keys.size()));
      after.remove(gone);
      expected.put(gone, "removed");
      String added = gone + "-added-" + i;
      after.put(added, entry(added, i));
      expected.put(added, "added");
    }
    PrefixRoot first = write(before);
    PrefixRoot second = write(after);
    AtomicInteger reads = new AtomicInteger();
    DiffList differences = new DiffList();

    new ManifestDiff(cursor(first, reads), cursor(second, reads), ManifestDiff.listing(differences))
        .run();

    PointDiff comparison = differences.diff();
    TreeMap<String, String> found = new TreeMap<>();
    comparison.added().forEach(key -> found.put(key, "added"));
    comparison.removed().forEach(key -> found.put(key, "removed"));
    comparison.changed().forEach(key -> found.put(key, "changed"));
    assertThat(found).isEqualTo(expected);
    // Of some 160 leaves each, at most the 30 that changed and their parents.
    assertThat(reads.get()).isLessThan(2 * 60);
  }

  private ManifestCursor cursor(PrefixRoot root, AtomicInteger reads) {
    return new ManifestCursor(
        root,
        hash -> {
          reads.incrementAndGet();
          return bench.read(hash);
        });
  }

  @Test
  void oneChangedObjectStoresOneNodeALevel() {
    TreeMap<String, ObjectEntry> objects = objects(20_000);
    Set<Hash> before = nodes(write(objects));
    String key = List.copyOf(objects.keySet()).get(random.nextInt(objects.size()));
    objects.put(key, entry(key, 3_000_000));

    PrefixRoot root = write(objects);

    Set<Hash> after = nodes(root);
    after.removeAll(before);
    assertThat(after.size()).isBetween(1, root.level() + 1);
  }

  private Set<Hash> nodes(PrefixRoot root) {
    Set<Hash> nodes = new HashSet<>();
    collect(root.node(), root.level(), nodes);
    return nodes;
  }

  private void collect(Hash node, int level, Set<Hash> nodes) {
    nodes.add(node);
    if (level > 0) {
      NodeCodec.readInner(bench.read(node), level)
          .forEach(child -> collect(child.node(), level - 1, nodes));
    }
  }

  @Test
  void damagedNodesAreFaultsAndNothingElse() {
    PrefixRoot root = write(objects(300));
    for (int i = 0; i < 10_000; i++) {
      int turn = i;
      Random damage = new Random(SEED + i);
      ManifestCursor cursor =
          new ManifestCursor(
              root,
              hash -> {
                byte[] node = bench.read(hash).clone();
                switch (turn % 3) {
                  case 0 -> node[damage.nextInt(node.length)] ^= (byte) (1 << damage.nextInt(8));
                  case 1 -> node = java.util.Arrays.copyOf(node, damage.nextInt(node.length));
                  default -> damage.nextBytes(node);
                }
                return node;
              });
      try {
        while (cursor.peek().isPresent()) {
          cursor.next();
        }
      } catch (BlobFault e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void keysOutOfOrderAreRefused() {
    ManifestWriter writer = new ManifestWriter(bench.session(), Hash::of);
    writer.add(entry("b", 1));

    assertThatThrownBy(() -> writer.add(entry("a", 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Whole by its hashes: 12 levels that name the same leaf 1000 times each.
  @Test
  void nodesThatNameTheSameOneOverAndOverAreRefused() {
    byte[] leaf = NodeCodec.leaf(List.of(NodeCodec.entry(entry("a", 1))));
    Map<Hash, byte[]> nodes = new HashMap<>();
    nodes.put(Hash.of(leaf), leaf);
    Hash below = Hash.of(leaf);
    for (int level = 1; level <= NodeCodec.MAX_LEVEL; level++) {
      List<NodeCodec.Child> children = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        children.add(new NodeCodec.Child("a%04d".formatted(i), below, below, 1, 1));
      }
      byte[] node = NodeCodec.inner(level, children);
      below = Hash.of(node);
      nodes.put(below, node);
    }
    PrefixRoot root =
        new PrefixRoot(NodeCodec.MAX_LEVEL, below, below, Long.MAX_VALUE, Long.MAX_VALUE);

    assertThatThrownBy(() -> ManifestCursor.count(root, nodes::get))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("does not hold the keys that the node above says");
  }

  @Test
  void emptyNodesBelowOthersAreRefused() {
    byte[] leaf = NodeCodec.leaf(List.of());
    byte[] node =
        NodeCodec.inner(1, List.of(new NodeCodec.Child("a", Hash.of(leaf), Hash.of(leaf), 0, 0)));
    Map<Hash, byte[]> nodes = Map.of(Hash.of(leaf), leaf, Hash.of(node), node);
    PrefixRoot root = new PrefixRoot(1, Hash.of(node), Hash.of(node), 0, 0);

    assertThatThrownBy(() -> ManifestCursor.count(root, nodes::get)).isInstanceOf(BlobFault.class);
  }
}
