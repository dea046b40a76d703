/// The journal of single writes (docs/STORE-FORMAT.md, Journal). A *batch* is what one group of
/// appends made durable, a *segment* the frames of several batches under one name, a *frame* one
/// transaction, the *chain* a hash over all frames so far, a *base* the whole state at a position.
@NullMarked
package dev.gnomon.store.journal;

import org.jspecify.annotations.NullMarked;
