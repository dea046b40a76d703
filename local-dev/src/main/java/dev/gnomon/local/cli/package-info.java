/// The command line for people and scripts: one class a command. Commands talk to a running stack
/// by its HTTP addresses (gnomon.json), or to an object store alone. Words: a failure is an
/// expected fault with its exit code; the console decides between text for people and JSON.
@NullMarked
package dev.gnomon.local.cli;

import org.jspecify.annotations.NullMarked;
