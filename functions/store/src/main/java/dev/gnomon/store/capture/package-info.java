/// Taking points: reading a directory in parts, recognising what did not change, making sure that
/// what was read is one state, and writing trees, index and point in the safe order.
@NullMarked
package dev.gnomon.store.capture;

import org.jspecify.annotations.NullMarked;
