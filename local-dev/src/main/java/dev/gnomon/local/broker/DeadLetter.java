package dev.gnomon.local.broker;

import java.time.Instant;

/// An event that could not be delivered. It is kept here only if no dead letter sink gets it.
///
/// @param code status of the last answer, or -1 if there was none
/// @param attempts how often it was tried
public record DeadLetter(
    Instant time,
    String trigger,
    String destination,
    String eventId,
    String eventSource,
    String eventType,
    int code,
    String reason,
    int attempts) {}
