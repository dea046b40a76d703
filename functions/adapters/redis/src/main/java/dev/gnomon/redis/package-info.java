/// Redis as an index of routes and a memory of telemetry, on Lettuce: stand-alone, Sentinel or
/// Cluster, version 6.2 or later. Everything in it is a copy: a Redis that is away, flushed or full
/// costs time, never data. A link is one connection that mends itself; a reply says whether Redis
/// answered at all.
@NullMarked
package dev.gnomon.redis;

import org.jspecify.annotations.NullMarked;
