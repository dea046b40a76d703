/// Blobs: pieces of content named by their hash, compressed, sealed, many to a pack. Index objects
/// say which blob lies where in which pack. Nothing here knows of files or points.
@NullMarked
package dev.gnomon.store.blobs;

import org.jspecify.annotations.NullMarked;
