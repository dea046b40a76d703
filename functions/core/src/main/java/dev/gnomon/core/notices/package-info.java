/// Telling people, so that it is known who was told and who was not. A notice is kept before
/// anybody is told; a round tries to give it to one target, a bounded number of times; what a
/// target did not take is a dead letter, which a person sends again or drops.
@NullMarked
package dev.gnomon.core.notices;

import org.jspecify.annotations.NullMarked;
