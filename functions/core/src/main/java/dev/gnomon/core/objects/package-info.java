/// The object store port: create-only puts, ranged gets, lists, deletes, and the three kinds of
/// faults that every adapter tells apart. Everything that Gnomon must not lose is an object of such
/// a store.
@NullMarked
package dev.gnomon.core.objects;

import org.jspecify.annotations.NullMarked;
