/// Learns failure models with Tribuo. Only training needs it: what it learns is handed on as plain
/// numbers, which the core serves. ADR 28.
@NullMarked
package dev.gnomon.tribuo;

import org.jspecify.annotations.NullMarked;
