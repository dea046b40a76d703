/// An object store in a directory: an object is a file, its name the path below the root. Created
/// by link(2), so that of racing writers one wins and readers see all of an object or nothing;
/// fsynced with its directories before anybody is told. Words as in dev.gnomon.core.objects.
@NullMarked
package dev.gnomon.filesystem.objects;

import org.jspecify.annotations.NullMarked;
