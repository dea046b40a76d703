/// The keys that log lines carry beside their sentence (JSON: fields of `mdc`), so that one event,
/// resource, update or epoch can be followed through all functions.
@NullMarked
package dev.gnomon.runtime.logs;

import org.jspecify.annotations.NullMarked;
