/// Keeps a directory equal to another one: by stats and what is remembered of them, by content, or
/// by a list of what changed.
@NullMarked
package dev.gnomon.filesystem.mirror;

import org.jspecify.annotations.NullMarked;
