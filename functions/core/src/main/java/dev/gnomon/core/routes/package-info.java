/// Routes and their epochs. A route is resource -> primary location, state and epoch; the objects
/// routes/(resource)/(epoch) are the truth, a route index (Redis) is a copy that may be lost.
@NullMarked
package dev.gnomon.core.routes;

import org.jspecify.annotations.NullMarked;
