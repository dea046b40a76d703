/// What is in points, without restoring them: every chunk read and checked, or a tree as a tar
/// archive on a stream. A **member** is one entry of an archive; a **record** one `key=value` of
/// its extended header.
@NullMarked
package dev.gnomon.store.contents;

import org.jspecify.annotations.NullMarked;
