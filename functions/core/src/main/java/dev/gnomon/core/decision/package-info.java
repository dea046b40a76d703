/// Decides by expected loss. An _option_ is something that can be done, its _cost_ what it is
/// expected to cost, in seconds of outage of a resource of priority normal; an _effort_ is an
/// estimated duration with what it rests on. The _weighing_ says all the numbers.
@NullMarked
package dev.gnomon.core.decision;

import org.jspecify.annotations.NullMarked;
