/// Tests of the command line: in this process against a stack that the test plays, and of the
/// launcher script with a JDK and a Maven that the test plays.
@NullMarked
package dev.gnomon.local.cli;

import org.jspecify.annotations.NullMarked;
