/// What Gnomon does by itself: decisions on predictions and failed updates, the pause switch,
/// sweeps.
@NullMarked
package dev.gnomon.core.automation;

import org.jspecify.annotations.NullMarked;
