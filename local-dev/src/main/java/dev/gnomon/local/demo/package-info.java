/// The demo: the whole main job on a copy of real data, watched from outside by a live reader and a
/// live writer, and checked byte for byte by code that shares nothing with the store.
@NullMarked
package dev.gnomon.local.demo;

import org.jspecify.annotations.NullMarked;
