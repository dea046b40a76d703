/// Entries of a catalogue for tests: what gnomon.yaml gives if it says nothing.
@NullMarked
package dev.gnomon.verification.catalogue;

import org.jspecify.annotations.NullMarked;
