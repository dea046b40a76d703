/// Makes the images of the deployables, and starts deployables as a cluster would. A layout is what
/// an image holds, by layers; a training run leaves the cache of its classes and methods (JEP 514,
/// 515); surroundings are the stores, the Redis and the catalogue that a deployable needs.
@NullMarked
package dev.gnomon.images;

import org.jspecify.annotations.NullMarked;
