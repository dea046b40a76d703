/// Whole processes and directories that are measured: a workplace is the temporary directory of one
/// bench with the programs that run there, a tree is a directory of input.
@NullMarked
package dev.gnomon.bench.work;

import org.jspecify.annotations.NullMarked;
