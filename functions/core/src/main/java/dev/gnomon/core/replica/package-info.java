/// FULL shadows of directories: generations of a servable replica. A log of control records orders
/// syncs and seals, so that a sync never writes into a generation that a switch has sealed.
@NullMarked
package dev.gnomon.core.replica;

import org.jspecify.annotations.NullMarked;
