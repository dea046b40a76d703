package dev.gnomon.store.marks;

import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.Visited;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/// The trees that a walk entered, exactly, with bounded memory: a hash table of 4 KiB pages in a
/// file that doubles as it fills, 32 bytes a tree at a load of at most 60 %. The first hundred
/// thousand are kept in memory.
final class VisitedOnDisk implements Visited {
  private static final int IN_MEMORY = 100_000;
  private static final int PAGE_BYTES = 4096;
  private static final int PER_PAGE = (PAGE_BYTES - Integer.BYTES) / Hash.BYTES;
  private static final int FIRST_PAGES = 4096;
  private static final double MAX_LOAD = 0.6;

  private final Scratch scratch;
  private final int inMemory;
  private Set<Hash> young = new HashSet<>();
  private int generation;
  private int pages;
  private long count;
  private ScratchFile file;
  private final byte[] page = new byte[PAGE_BYTES];

  VisitedOnDisk(Scratch scratch) {
    this(scratch, IN_MEMORY);
  }

  VisitedOnDisk(Scratch scratch, int inMemory) {
    this.scratch = scratch;
    this.inMemory = inMemory;
    this.file = scratch.file("visited-0");
  }

  @Override
  public boolean add(Hash tree) {
    if (pages == 0) {
      if (young.size() < inMemory) {
        return young.add(tree);
      }
      pages = FIRST_PAGES;
      file.write((long) pages * PAGE_BYTES - 1, new byte[1], 1);
      young.forEach(this::addOnDisk);
      young = Set.of();
    }
    return addOnDisk(tree);
  }

  private boolean addOnDisk(Hash tree) {
    if (count > MAX_LOAD * PER_PAGE * pages) {
      grow();
    }
    while (true) {
      long at = (tree.d() & (pages - 1)) * PAGE_BYTES;
      file.read(at, page, 0, PAGE_BYTES);
      ByteBuffer in = ByteBuffer.wrap(page);
      int held = in.getInt();
      for (int i = 0; i < held; i++) {
        if (Hash.read(in).equals(tree)) {
          return false;
        }
      }
      if (held < PER_PAGE) {
        tree.writeTo(in);
        in.putInt(0, held + 1);
        file.write(at, page, PAGE_BYTES);
        count++;
        return true;
      }
      grow();
    }
  }

  /// Page p becomes pages p and p + pages.
  private void grow() {
    ScratchFile next = scratch.file("visited-" + ++generation);
    byte[] from = new byte[PAGE_BYTES];
    for (int p = 0; p < pages; p++) {
      file.read((long) p * PAGE_BYTES, from, 0, PAGE_BYTES);
      ByteBuffer in = ByteBuffer.wrap(from);
      ByteBuffer low = ByteBuffer.allocate(PAGE_BYTES).putInt(0);
      ByteBuffer high = ByteBuffer.allocate(PAGE_BYTES).putInt(0);
      for (int i = in.getInt(); i > 0; i--) {
        Hash hash = Hash.read(in);
        ByteBuffer to = (hash.d() & pages) == 0 ? low : high;
        hash.writeTo(to);
        to.putInt(0, to.getInt(0) + 1);
      }
      next.write((long) p * PAGE_BYTES, low.array(), PAGE_BYTES);
      next.write((long) (p + pages) * PAGE_BYTES, high.array(), PAGE_BYTES);
    }
    file.drop();
    file = next;
    pages = Math.multiplyExact(pages, 2);
  }
}
