/// Scripted incidents in virtual time against the real code: raw samples are scored, fused to a
/// prediction, weighed and acted on by the same classes that run in an installation. A *scenario*
/// is what happens, a *script* says how it shows, the *plant* turns that into samples, a
/// *rehearsal* is one run of a scenario on an installation of its own.
@NullMarked
package dev.gnomon.bench.scenarios;

import org.jspecify.annotations.NullMarked;
