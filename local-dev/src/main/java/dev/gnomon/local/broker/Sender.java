package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;

/// Delivers one event once. Thread-safe; blocks for at most the subscription's time-out.
interface Sender {
  Outcome send(Subscription to, CloudEvent event) throws InterruptedException;
}
