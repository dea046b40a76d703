/// What every deployable answers strangers.
@NullMarked
package dev.gnomon.verification.doors;

import org.jspecify.annotations.NullMarked;
