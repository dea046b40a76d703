/// The broker of one machine. It reads the Broker, Triggers and PingSources of a cluster, keeps
/// what it has accepted in a durable queue and delivers it over HTTP, at least once, as Knative
/// does. A subscription is a Trigger whose subscriber's address is known; a lane is its part of the
/// queue; a dead letter is an event that a subscriber refused, or could not take until its retries
/// were up.
@NullMarked
package dev.gnomon.local.broker;

import org.jspecify.annotations.NullMarked;
