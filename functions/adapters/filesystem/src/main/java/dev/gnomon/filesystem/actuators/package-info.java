/// Actuators of this machine: a symbolic link that is swung, a program that is run; and the memory
/// of the greatest epoch that each was applied for.
@NullMarked
package dev.gnomon.filesystem.actuators;

import org.jspecify.annotations.NullMarked;
