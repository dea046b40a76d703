/// Making a cell ready: its bucket, whether its server keeps what Gnomon relies on, and what it
/// offers beyond that. Whatever is there already stays as it is.
@NullMarked
package dev.gnomon.core.cells;

import org.jspecify.annotations.NullMarked;
