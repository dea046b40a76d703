/// The object store on any S3, through the MinIO client without vendor extensions. The one
/// condition that everything rests on is `If-None-Match: *`. Every answer and every broken
/// connection is told apart here once: TRANSIENT, PERMANENT or OUTCOME_UNKNOWN.
@NullMarked
package dev.gnomon.s3;

import org.jspecify.annotations.NullMarked;
