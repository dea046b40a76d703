/// Readiness: every module names what it depends on ([Dependencies]); the process is ready when all
/// that it can do nothing without answer. Liveness is only that the process answers at all:
/// restarting it does not bring back a store that is away.
@NullMarked
package dev.gnomon.runtime.health;

import org.jspecify.annotations.NullMarked;
