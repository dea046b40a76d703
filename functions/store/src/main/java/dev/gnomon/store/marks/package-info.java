/// Marking: which blobs every root needs and where they lie, worked out beside memory in sorted
/// files. Words: a place is one entry of an index object or trailer; it is live if a root needs the
/// blob and counts on this place. Used by collections, checks and repairs.
@NullMarked
package dev.gnomon.store.marks;

import org.jspecify.annotations.NullMarked;
