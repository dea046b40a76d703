/// What drives say of themselves (SMART, NVMe health, SCSI logs) as samples.
@NullMarked
package dev.gnomon.core.telemetry.hardware;

import org.jspecify.annotations.NullMarked;
