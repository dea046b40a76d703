/// Logs as series: how many lines came, by severity and by template. A _template_ is what lines
/// have in common; what differs is masked, and so is what may be secret. Lines themselves are kept
/// nowhere.
@NullMarked
package dev.gnomon.core.logs;

import org.jspecify.annotations.NullMarked;
