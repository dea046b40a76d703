/// Garbage: which packs no point needs, the condemned lists that tell writers about it, and
/// deleting after the grace time. docs/PROTOCOLS.md, section Garbage, says why it is safe.
@NullMarked
package dev.gnomon.store.garbage;

import org.jspecify.annotations.NullMarked;
