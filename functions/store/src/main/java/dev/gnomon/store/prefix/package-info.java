/// Manifests of prefixes of buckets: every object below a prefix with what it carries, sorted by
/// key in a search tree whose nodes are blobs. Where a node ends depends on the keys alone, so what
/// is equal in two manifests is the same blobs, and a diff enters only what differs. Keys are raw
/// names: the bytes of their UTF-8 form, one char a byte, below the prefix.
@NullMarked
package dev.gnomon.store.prefix;

import org.jspecify.annotations.NullMarked;
