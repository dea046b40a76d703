/// What the ports of predictions must do.
@NullMarked
package dev.gnomon.verification.predictions;

import org.jspecify.annotations.NullMarked;
