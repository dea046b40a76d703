/// Programs that users declare (checks, hooks, commands), run with bounds: time, output, and a
/// process group of their own that is killed as a whole.
@NullMarked
package dev.gnomon.filesystem.programs;

import org.jspecify.annotations.NullMarked;
