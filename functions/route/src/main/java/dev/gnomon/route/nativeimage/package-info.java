/// What a native executable of this deployable leaves out of its libraries (ADR 36). Only
/// native-image reads it; on a JVM none of it is loaded.
@NullMarked
package dev.gnomon.route.nativeimage;

import org.jspecify.annotations.NullMarked;
