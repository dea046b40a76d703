/// How good a location of a resource is to serve from. _Merit_ is a number in [0,1]; 1 is a
/// location that nothing speaks against. It is made of _penalties_, one a _factor_, and of _trust_,
/// which errors wear down fast and time restores slowly. What is not known is no penalty, and
/// counts for neither side of a comparison. A candidate _outranks_ the serving location by a gap
/// that lasts.
@NullMarked
package dev.gnomon.core.merit;

import org.jspecify.annotations.NullMarked;
