/// How long a deployable takes until its first caller has an answer, and how much memory it has
/// then: as its image starts it, as `fast-jar`, and native where one was built.
@NullMarked
package dev.gnomon.bench.startup;

import org.jspecify.annotations.NullMarked;
