/// Reads gnomon.yaml: safe parsing with line numbers, checks of its structure against
/// gnomon.schema.json, then checks of its meaning. Words: a problem is one mistake at one place;
/// all of them are reported together; a section is one mapping of the file.
@NullMarked
package dev.gnomon.yaml;

import org.jspecify.annotations.NullMarked;
