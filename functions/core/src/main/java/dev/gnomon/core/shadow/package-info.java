/// Shadows: rollback points of resources in a cell's shadow store, and the ports to take, list,
/// compare, restore and expire them.
@NullMarked
package dev.gnomon.core.shadow;

import org.jspecify.annotations.NullMarked;
