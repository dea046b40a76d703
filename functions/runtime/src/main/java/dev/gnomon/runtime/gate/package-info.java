/// The gate in front of Funqy. It reads the CloudEvent (1.0, binary or structured), checks its data
/// against the contract of its type, and hands Funqy one normal form: structured, with the delivery
/// path as the extension attribute [Gate#PATH]. What is wrong is answered with a final 400 before
/// any function runs; what a function throws is answered by the rules of `dev.gnomon.runtime.http`.
@NullMarked
package dev.gnomon.runtime.gate;

import org.jspecify.annotations.NullMarked;
