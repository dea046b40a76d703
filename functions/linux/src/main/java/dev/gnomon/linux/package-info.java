/// Linux system calls on names as bytes, for what java.nio does not offer: entries relative to an
/// open directory, exact symbolic links, all extended attributes, holes, inode flags, inotify. The
/// one place where native functions are linked and error numbers are read.
///
/// A raw name is a String with one char (0 to 255) a byte; a raw path is raw names joined by `/`.
/// File descriptors are the caller's to close. Everything is thread-safe. Calls may be made only
/// where [Linux#isAvailable]; elsewhere they throw UnsupportedOperationException.
@NullMarked
package dev.gnomon.linux;

import org.jspecify.annotations.NullMarked;
