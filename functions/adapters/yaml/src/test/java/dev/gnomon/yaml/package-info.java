/// Tests of reading gnomon.yaml.
@NullMarked
package dev.gnomon.yaml;

import org.jspecify.annotations.NullMarked;
