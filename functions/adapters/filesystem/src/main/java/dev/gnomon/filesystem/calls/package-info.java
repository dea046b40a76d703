/// Linux system calls on names as bytes, relative to open directories. A raw name is a String with
/// one char (0 to 255) a byte; a raw path is raw names joined by `/`, without one at either end;
/// the empty path is the top directory.
@NullMarked
package dev.gnomon.filesystem.calls;

import org.jspecify.annotations.NullMarked;
