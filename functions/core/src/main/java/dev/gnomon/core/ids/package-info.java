/// Typed identifiers. Each checks its own form, so a value of these types is safe to put into an
/// object name or a message. JSON form: the plain string (or number for an epoch).
@NullMarked
package dev.gnomon.core.ids;

import org.jspecify.annotations.NullMarked;
