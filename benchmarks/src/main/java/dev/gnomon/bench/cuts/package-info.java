/// How content is best cut and compressed: `gnomon bench cuts`. Behind docs/adr/0014.
@NullMarked
package dev.gnomon.bench.cuts;

import org.jspecify.annotations.NullMarked;
