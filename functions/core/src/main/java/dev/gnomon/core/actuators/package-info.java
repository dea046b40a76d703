/// Ports that make a route true outside Gnomon: actuators apply a route, fences keep an old primary
/// from being written, checks look at the result, notifiers tell people.
@NullMarked
package dev.gnomon.core.actuators;

import org.jspecify.annotations.NullMarked;
