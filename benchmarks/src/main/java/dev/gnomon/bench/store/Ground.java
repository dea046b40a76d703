package dev.gnomon.bench.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDamage;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.TreeSize;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/// The tree that everybody works on, one after the other: a copy of the input that is damaged,
/// restored, and looked at by an independent digest.
final class Ground {
  private final Path pristine;
  private final Path tree;
  private TreeDigest digest;
  private TreeDamage damage;

  private Ground(Path pristine, Path tree, TreeDigest digest, TreeDamage damage) {
    this.pristine = pristine;
    this.tree = tree;
    this.digest = digest;
    this.damage = damage;
  }

  /// @param pristine the input, which is only read
  /// @param tree an existing empty directory
  static Ground of(Path pristine, Path tree) throws IOException, InterruptedException {
    Trees.copy(pristine, Set.of(), tree);
    return new Ground(pristine, tree, TreeDigest.of(tree), TreeDamage.of(tree));
  }

  Path tree() {
    return tree;
  }

  Path pristine() {
    return pristine;
  }

  TreeDigest digest() {
    return digest;
  }

  TreeDamage damage() {
    return damage;
  }

  TreeSize size() throws IOException {
    return Trees.size(tree);
  }

  /// Makes sure that nobody left it different.
  void ready() throws IOException, InterruptedException {
    if (digest.differenceTo(TreeDigest.of(tree)).isPresent()) {
      Trees.delete(tree);
      Files.createDirectory(tree);
      Trees.copy(pristine, Set.of(), tree);
      digest = TreeDigest.of(tree);
      damage = TreeDamage.of(tree);
    }
  }

  /// Brings single entries back from the input.
  ///
  /// @param paths relative
  void mend(Collection<String> paths) throws IOException {
    for (String path : paths) {
      Path at = tree.resolve(path);
      if (Files.exists(pristine.resolve(path), NOFOLLOW_LINKS)) {
        Files.copy(pristine.resolve(path), at, COPY_ATTRIBUTES, NOFOLLOW_LINKS, REPLACE_EXISTING);
      } else {
        Files.deleteIfExists(at);
      }
    }
  }

  /// @param at what should be equal
  /// @throws RoundFailedException if it is not: whoever did half of the job has no figure
  static void requireEqual(String what, TreeDigest expected, Path at)
      throws RoundFailedException, IOException, InterruptedException {
    Optional<String> difference = expected.differenceTo(TreeDigest.of(at));
    if (difference.isPresent()) {
      throw new RoundFailedException(what + " left the wrong content: " + difference.get());
    }
  }
}
