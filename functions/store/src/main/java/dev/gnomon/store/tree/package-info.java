/// Manifests as Merkle trees: a directory is a list of entries, its content is stored as blobs, and
/// its parent names those by hash. Equal trees have equal hashes; equal subtrees are stored once.
@NullMarked
package dev.gnomon.store.tree;

import org.jspecify.annotations.NullMarked;
