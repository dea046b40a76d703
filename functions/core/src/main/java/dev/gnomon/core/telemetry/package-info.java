/// What is measured of cells and resources. A _sample_ is one value of a _series_, which a metric's
/// name and its labels tell apart; a _rule_ maps labels to the subject they speak of; an _aspect_
/// is what kind of health a metric tells. A series that stops is _missing_, which is neither good
/// nor bad. ADR 27.
@NullMarked
package dev.gnomon.core.telemetry;

import org.jspecify.annotations.NullMarked;
