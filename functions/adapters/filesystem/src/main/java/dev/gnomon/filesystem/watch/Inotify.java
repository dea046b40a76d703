package dev.gnomon.filesystem.watch;

import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Watches;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// One inotify instance of the kernel. The events that are read are in the kernel's form: int
/// watch, int mask, int cookie, int length, and so many bytes of a name that ends with NUL bytes.
interface Inotify extends AutoCloseable {
  int MODIFY = 0x2;
  int ATTRIB = 0x4;
  int CLOSE_WRITE = 0x8;
  int MOVED_FROM = 0x40;
  int MOVED_TO = 0x80;
  int CREATE = 0x100;
  int DELETE = 0x200;
  int DELETE_SELF = 0x400;
  int MOVE_SELF = 0x800;
  int UNMOUNT = 0x2000;
  int OVERFLOW = 0x4000;
  int IGNORED = 0x8000;
  int EXCL_UNLINK = 0x4000000;
  int IS_DIRECTORY = 0x40000000;

  /// All that changes an entry.
  int WANTED =
      MODIFY
          | ATTRIB
          | CLOSE_WRITE
          | MOVED_FROM
          | MOVED_TO
          | CREATE
          | DELETE
          | DELETE_SELF
          | MOVE_SELF
          | EXCL_UNLINK;

  /// Watches an open directory.
  ///
  /// @return its watch; the same one again if it is watched already
  int watch(int directory, String path) throws IOException;

  void unwatch(int watch);

  /// Whether there is something to read; waits for it.
  boolean await(long millis) throws IOException;

  /// @return bytes of whole events; 0 if there are none now
  int read(MemorySegment buffer) throws IOException;

  @Override
  void close();

  /// Makes an instance.
  interface Source {
    Inotify open() throws IOException;
  }

  /// That of the kernel.
  static Inotify ofKernel() throws IOException {
    int instance = Watches.watcher();
    return new Inotify() {
      @Override
      public int watch(int directory, String path) throws IOException {
        return Watches.watch(instance, directory, WANTED, path);
      }

      @Override
      public void unwatch(int watch) {
        Watches.unwatch(instance, watch);
      }

      @Override
      public boolean await(long millis) throws IOException {
        return Watches.await(instance, millis);
      }

      @Override
      public int read(MemorySegment buffer) throws IOException {
        return Watches.readNow(instance, buffer);
      }

      @Override
      public void close() {
        Descriptors.close(instance);
      }
    };
  }
}
