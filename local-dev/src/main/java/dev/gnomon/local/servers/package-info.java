/// The servers that the local stack brings along: an S3 server on a directory and a Redis. Both are
/// on 127.0.0.1, want credentials, take a free port and never outlive the JVM.
@NullMarked
package dev.gnomon.local.servers;

import org.jspecify.annotations.NullMarked;
