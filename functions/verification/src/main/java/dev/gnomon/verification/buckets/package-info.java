/// Buckets in memory, and what every client of buckets has to do.
@NullMarked
package dev.gnomon.verification.buckets;

import org.jspecify.annotations.NullMarked;
