/// The deployable that protects: functions that take shadows, keep the barrier of updates, roll
/// back and notify. A function decodes an event, calls one use case of core and encodes what became
/// true. Everything is put together in [dev.gnomon.protect.Wiring].
@NullMarked
package dev.gnomon.protect;

import org.jspecify.annotations.NullMarked;
