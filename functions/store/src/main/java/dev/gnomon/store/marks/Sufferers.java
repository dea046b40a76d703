package dev.gnomon.store.marks;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import dev.gnomon.store.roots.Roots;
import dev.gnomon.store.tree.BlobWalk;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Which roots need blobs that are lost, and at which paths. Walks every root from its top, so it
/// is for stores that are damaged. For a thread with a deep stack.
public final class Sufferers {
  private final StoreParts store;
  private final Contents.Blobs blobs;
  private final Predicate<Hash> lost;
  private final int maxPaths;

  /// One root that is hurt.
  ///
  /// @param root as people call it: `point site@7`, or a part of a journal without paths
  /// @param paths raw, the top of a tree is empty; at most as many as asked for
  /// @param count of all paths that are hurt; of a tree that can't be read one
  public record Hurt(String root, Optional<PointId> point, List<String> paths, long count) {
    public Hurt {
      paths = List.copyOf(paths);
    }
  }

  /// @param blobs reads the blobs of trees
  /// @param maxPaths how many paths of a root are named
  public Sufferers(StoreParts store, Contents.Blobs blobs, Predicate<Hash> lost, int maxPaths) {
    this.store = store;
    this.blobs = blobs;
    this.lost = lost;
    this.maxPaths = maxPaths;
  }

  public List<Hurt> find() {
    List<Hurt> hurt = new ArrayList<>();
    store
        .roots()
        .each(
            new Roots.Visitor() {
              @Override
              public void root(Root root) {
                of(root).ifPresent(hurt::add);
              }

              @Override
              public void damaged(RootKind kind, ObjectName name, BlobFault fault) {
                hurt.add(new Hurt(kind.word() + " '" + name + "'", kind.point(name), List.of(), 1));
              }
            });
    return hurt;
  }

  private Optional<Hurt> of(Root root) {
    Set<String> paths = new LinkedHashSet<>();
    long[] count = {0};
    String[] last = {null};
    BlobWalk.Visitor visitor =
        new BlobWalk.Visitor() {
          @Override
          public void blob(String path, Hash hash) {
            if (lost.test(hash)) {
              add(path);
            }
          }

          @Override
          public void hint(Hash hash) {}

          @Override
          public void fault(String path, BlobFault fault) {
            add(path);
          }

          private void add(String path) {
            if (!path.equals(last[0])) {
              last[0] = path;
              count[0]++;
              if (paths.size() < maxPaths) {
                paths.add(path);
              }
            }
          }
        };
    root.walk(new BlobWalk(blobs, visitor));
    return count[0] == 0
        ? Optional.empty()
        : Optional.of(new Hurt(root.title(), root.point(), List.copyOf(paths), count[0]));
  }
}
