/// What every memory of telemetry must do.
@NullMarked
package dev.gnomon.verification.telemetry;

import org.jspecify.annotations.NullMarked;
