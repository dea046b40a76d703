/// Plain HTTP of the functions: errors as RFC 9457 problem details, in one place for events and
/// queries, and a small way to answer JSON queries on virtual threads ([ApiRoutes]).
@NullMarked
package dev.gnomon.runtime.http;

import org.jspecify.annotations.NullMarked;
