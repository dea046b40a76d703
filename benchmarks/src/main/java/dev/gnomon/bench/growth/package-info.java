/// The bench `growth`: time and memory of a first shadow, an unchanged one and a restore as the
/// number of small files grows.
@NullMarked
package dev.gnomon.bench.growth;

import org.jspecify.annotations.NullMarked;
