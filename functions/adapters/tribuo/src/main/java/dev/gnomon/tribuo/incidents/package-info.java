/// Simulated incidents to learn from. A _run_ is one service over some hours; a _script_ is what
/// happens to it. Whatever is calibrated here is calibrated on simulated incidents only. ADR 28.
@NullMarked
package dev.gnomon.tribuo.incidents;

import org.jspecify.annotations.NullMarked;
