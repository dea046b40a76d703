/// Updates: the barrier before a change. Every resource of the closure has a point before the
/// update is ready; heartbeats, completion and failure of the update are records too.
@NullMarked
package dev.gnomon.core.update;

import org.jspecify.annotations.NullMarked;
