/// The bench `micro`: the parts of the store that work on every byte or every blob, each beside
/// what the machine can do at best. The classes with `@Benchmark` methods are run by JMH in
/// processes of their own; a method's score is bytes, or lookups, a second.
@NullMarked
package dev.gnomon.bench.micro;

import org.jspecify.annotations.NullMarked;
