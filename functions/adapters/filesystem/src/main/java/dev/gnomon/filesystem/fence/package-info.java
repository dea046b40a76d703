/// Fences around directories: the tree is renamed to a hidden sibling and an empty, immutable
/// placeholder stands at its location (docs/adr/0003-directory-fence.md). Words: location (where
/// writers look), tree (what is protected), hidden (where the tree is while it is fenced), stray
/// (what writers put at the location meanwhile), holder (a process that can still write the tree).
@NullMarked
package dev.gnomon.filesystem.fence;

import org.jspecify.annotations.NullMarked;
