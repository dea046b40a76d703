/// The deployable that takes telemetry in: it scores samples, keeps what it learnt of their series,
/// posts how cells and resources are, and announces failures that are foreseen. It switches
/// nothing. Sources are what it stands on, given by whoever wires the process.
@NullMarked
package dev.gnomon.predict;

import org.jspecify.annotations.NullMarked;
