/// Rollback of a resource or a group: intent, fence, undo point, restore, validate, release,
/// terminal. Every step is an effect with a name; run again, it finds its effect and goes on.
@NullMarked
package dev.gnomon.core.rollback;

import org.jspecify.annotations.NullMarked;
