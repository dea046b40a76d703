/// Watches directories by inotify(7): names as bytes, whole trees, and what can't be told is told
/// as lost.
@NullMarked
package dev.gnomon.filesystem.watch;

import org.jspecify.annotations.NullMarked;
