/// What `knative/` says, checked before a cluster sees it: every object against closed schemas,
/// every reference, filter, image and pod against rules. A rule names what it expected, what it
/// found, and the object. Fixtures below `manifests/` of the resources show that each rule refuses.
@NullMarked
package dev.gnomon.local.manifests;

import org.jspecify.annotations.NullMarked;
