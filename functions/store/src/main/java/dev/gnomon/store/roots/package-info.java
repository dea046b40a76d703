/// Roots: what keeps blobs alive. Each kind of object whose blobs must stay (points, and whatever
/// else names content) is registered once in StoreParts; collections, checks and repairs ask here
/// and nowhere else. A kind that is not registered loses its blobs.
@NullMarked
package dev.gnomon.store.roots;

import org.jspecify.annotations.NullMarked;
