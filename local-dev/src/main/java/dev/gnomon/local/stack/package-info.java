/// The local stack: every function, the broker, an S3 server and a Redis in one process on
/// 127.0.0.1, over one data directory. [dev.gnomon.local.stack.Up] starts it; gnomon.json in the
/// data directory says where it is while it runs.
@NullMarked
package dev.gnomon.local.stack;

import org.jspecify.annotations.NullMarked;
