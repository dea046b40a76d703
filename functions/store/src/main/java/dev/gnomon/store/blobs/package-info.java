/// Blobs: pieces of content named by their SHA-256, compressed, many to a pack. Index objects say
/// which blob lies where in which pack. Nothing here knows of files or points.
@NullMarked
package dev.gnomon.store.blobs;

import org.jspecify.annotations.NullMarked;
