package dev.gnomon.filesystem.mirror;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Remembers which entries were made equal, and how both sides looked then: a table in a mapped
/// file, 32 bytes an entry, keyed by the inode of the source. It survives the process at once and
/// the machine only if it was closed: what the table says may have reached the disk before the
/// content did, so after an unclean end of the machine it is not believed. An entry too few costs a
/// comparison. Thread-safe.
///
/// The file: eight longs (magic with version, slots, used slots, round, both halves of the boot id,
/// 1 if it was closed, 0), then per slot inode, fingerprints of source and replica, and round.
final class Known implements AutoCloseable {
  private static final long MAGIC = 0x476e6f6d6f6e4b01L;
  private static final int HEADER_BYTES = 64;
  private static final int SLOT_BYTES = 32;
  private static final long FEWEST_SLOTS = 4096;
  private static final long MOST_SLOTS = 1L << 31;
  private static final int SLOTS = 8;
  private static final int USED = 16;
  private static final int ROUND = 24;
  private static final int BOOT = 32;
  private static final int CLOSED = 48;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path file;
  private Arena arena;
  private MemorySegment table;
  private long slots;

  private Known(Path file, Arena arena, MemorySegment table) {
    this.file = file;
    this.arena = arena;
    this.table = table;
    this.slots = table.get(JAVA_LONG, SLOTS);
  }

  /// Opens the table of a file, or an empty one if there is none that can be believed.
  static Known open(Path file) throws IOException {
    UUID boot = boot();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Arena arena = Arena.ofShared();
      if (channel.size() >= HEADER_BYTES) {
        MemorySegment table = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
        if (isWhole(table, channel.size())) {
          boolean closed = table.get(JAVA_LONG, CLOSED) == 1;
          if (closed) {
            table.set(JAVA_LONG, CLOSED, 0);
            table.asSlice(0, HEADER_BYTES).force();
          }
          if (closed || isOf(table, boot)) {
            sign(table, boot);
            return new Known(file, arena, table);
          }
        }
      }
      arena.close();
    } catch (NoSuchFileException e) {
      return create(file, FEWEST_SLOTS, boot).placed();
    }
    return create(file, FEWEST_SLOTS, boot).placed();
  }

  private static boolean isWhole(MemorySegment table, long size) {
    long slots = table.get(JAVA_LONG, SLOTS);
    return table.get(JAVA_LONG, 0) == MAGIC
        && slots >= FEWEST_SLOTS
        && slots <= MOST_SLOTS
        && Long.bitCount(slots) == 1
        && table.get(JAVA_LONG, USED) >= 0
        && table.get(JAVA_LONG, USED) < slots
        && size == HEADER_BYTES + slots * SLOT_BYTES;
  }

  private static boolean isOf(MemorySegment table, UUID boot) {
    return table.get(JAVA_LONG, BOOT) == boot.getMostSignificantBits()
        && table.get(JAVA_LONG, BOOT + 8) == boot.getLeastSignificantBits();
  }

  private static void sign(MemorySegment table, UUID boot) {
    table.set(JAVA_LONG, BOOT, boot.getMostSignificantBits());
    table.set(JAVA_LONG, BOOT + 8, boot.getLeastSignificantBits());
  }

  /// Where no boot id can be had, no table outlives its process.
  private static UUID boot() {
    try {
      return UUID.fromString(Files.readString(BOOT_ID).strip());
    } catch (IOException | IllegalArgumentException e) {
      return UUID.randomUUID();
    }
  }

  /// An empty table beside its place. Its blocks are written, so that a full disk is found now and
  /// not by a broken mapping.
  private static Known create(Path file, long slots, UUID boot) throws IOException {
    Path next = next(file);
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long size = HEADER_BYTES + slots * SLOT_BYTES;
      ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
      for (long at = 0; at < size; ) {
        zeros.position(0).limit((int) Math.min(zeros.capacity(), size - at));
        at += channel.write(zeros, at);
      }
      MemorySegment table = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      table.set(JAVA_LONG, 0, MAGIC);
      table.set(JAVA_LONG, SLOTS, slots);
      sign(table, boot);
      return new Known(file, arena, table);
    } catch (IOException e) {
      arena.close();
      Files.deleteIfExists(next);
      throw e;
    }
  }

  private Known placed() throws IOException {
    Files.move(
        next(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  private static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + ".next");
  }

  /// Whether two entries were made equal and neither was touched since.
  synchronized boolean equal(Stat source, Stat target) {
    long slot = slot(source.inode());
    if (inode(slot) != source.inode()
        || at(slot, 8) != print(source)
        || at(slot, 16) != print(target)) {
      return false;
    }
    table.set(JAVA_LONG, position(slot) + 24, table.get(JAVA_LONG, ROUND));
    return true;
  }

  /// The two entries are equal as they are now.
  synchronized void put(Stat source, Stat target) throws IOException {
    if (source.inode() == 0) {
      return;
    }
    long slot = slot(source.inode());
    if (inode(slot) == 0) {
      long used = table.get(JAVA_LONG, USED) + 1;
      if (used > slots / 2 + slots / 8) {
        resize(false);
        put(source, target);
        return;
      }
      table.set(JAVA_LONG, USED, used);
    }
    long at = position(slot);
    table.set(JAVA_LONG, at, source.inode());
    table.set(JAVA_LONG, at + 8, print(source));
    table.set(JAVA_LONG, at + 16, print(target));
    table.set(JAVA_LONG, at + 24, table.get(JAVA_LONG, ROUND));
  }

  /// A comparison of everything begins.
  synchronized void begin() {
    table.set(JAVA_LONG, ROUND, table.get(JAVA_LONG, ROUND) + 1);
  }

  /// A comparison of everything ended: what it did not meet is forgotten if it is much.
  ///
  /// @param met entries that it met
  synchronized void end(long met) throws IOException {
    if (table.get(JAVA_LONG, USED) > 2 * met + FEWEST_SLOTS) {
      resize(true);
    }
  }

  private void resize(boolean onlyMet) throws IOException {
    long round = table.get(JAVA_LONG, ROUND);
    long kept = 0;
    for (long slot = 0; slot < slots; slot++) {
      kept += inode(slot) != 0 && (!onlyMet || at(slot, 24) == round) ? 1 : 0;
    }
    long wanted = Math.max(FEWEST_SLOTS, Long.highestOneBit(Math.max(1, kept)) * 4);
    if (wanted > MOST_SLOTS) {
      throw new IOException("%s would remember more than %d entries".formatted(file, kept));
    }
    Known next = create(file, wanted, boot());
    next.table.set(JAVA_LONG, ROUND, round);
    for (long slot = 0; slot < slots; slot++) {
      if (inode(slot) != 0 && (!onlyMet || at(slot, 24) == round)) {
        MemorySegment.copy(
            table, position(slot), next.table, next.position(next.slot(inode(slot))), SLOT_BYTES);
      }
    }
    next.table.set(JAVA_LONG, USED, kept);
    arena.close();
    arena = next.placed().arena;
    table = next.table;
    slots = next.slots;
  }

  /// The slot of an inode, or the one where it belongs: a free one, unless another process counts
  /// in the same table.
  private long slot(long inode) {
    long mask = slots - 1;
    long slot = mix(inode) & mask;
    for (long probes = 0; probes < slots; probes++) {
      if (inode(slot) == 0 || inode(slot) == inode) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private long inode(long slot) {
    return at(slot, 0);
  }

  private long at(long slot, int field) {
    return table.get(JAVA_LONG, position(slot) + field);
  }

  private static long position(long slot) {
    return HEADER_BYTES + slot * SLOT_BYTES;
  }

  private static long print(Stat stat) {
    long print = mix(stat.inode());
    print = mix(print ^ stat.ctimeNanos());
    print = mix(print ^ stat.mtimeSeconds());
    print = mix(print ^ stat.mtimeNanos());
    print = mix(print ^ stat.size());
    return mix(print ^ stat.mode());
  }

  private static long mix(long value) {
    long z = (value + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 29)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 32);
  }

  /// For after everything that it knows of became durable.
  synchronized void closeDurably() {
    table.force();
    table.set(JAVA_LONG, CLOSED, 1);
    table.asSlice(0, HEADER_BYTES).force();
    close();
  }

  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
