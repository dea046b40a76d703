/// HTTP endpoints of other people: an actuator that tells them the route, a notifier that tells
/// people what happened. URLs may hold secrets (as Slack's do), so no message ever holds more of
/// one than scheme and host; redirects are not followed.
@NullMarked
package dev.gnomon.webhook;

import org.jspecify.annotations.NullMarked;
