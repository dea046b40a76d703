/// What a user declares in gnomon.yaml, as checked values: cells, resources, shadows, limits.
/// Reading and checking the file is the work of whoever loads it; nothing here knows YAML.
@NullMarked
package dev.gnomon.core.catalogue;

import org.jspecify.annotations.NullMarked;
