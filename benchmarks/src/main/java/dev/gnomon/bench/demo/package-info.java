/// The bench `demo`: the whole main job, as a user runs it with `gnomon demo`, beside a backup and
/// a restore of the same files by a backup program.
@NullMarked
package dev.gnomon.bench.demo;

import org.jspecify.annotations.NullMarked;
