/// How tests wait: for a state, never for a time; and an address where nobody ever answers.
@NullMarked
package dev.gnomon.verification.waits;

import org.jspecify.annotations.NullMarked;
