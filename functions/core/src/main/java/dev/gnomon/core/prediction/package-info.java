/// How likely cells and resources are to fail soon. A _subject_ is what telemetry speaks of; its
/// _vitals_ are what is known of its state now, its _estimate_ the probability of a failure within
/// the _horizon_, with what it rests on.
@NullMarked
package dev.gnomon.core.prediction;

import org.jspecify.annotations.NullMarked;
