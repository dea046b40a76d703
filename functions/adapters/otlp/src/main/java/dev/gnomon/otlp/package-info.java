/// Telemetry in the OpenTelemetry Protocol over HTTP, in protobuf and JSON. A _point_ that can't be
/// taken is counted and said in the answer (partial success); the others are taken.
@NullMarked
package dev.gnomon.otlp;

import org.jspecify.annotations.NullMarked;
