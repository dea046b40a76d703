/// Alerts that others raised, as series: 1 while one fires, 0 when it is resolved.
@NullMarked
package dev.gnomon.core.telemetry.alerts;

import org.jspecify.annotations.NullMarked;
