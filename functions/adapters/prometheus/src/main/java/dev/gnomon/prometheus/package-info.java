/// Telemetry from Prometheus and its exporters: reads the text formats of `/metrics` and asks the
/// HTTP API of a server. What is asked may lie, hang or send without end: everything is bounded.
@NullMarked
package dev.gnomon.prometheus;

import org.jspecify.annotations.NullMarked;
