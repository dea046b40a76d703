package dev.gnomon.route.nativeimage;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.TargetClass;

/// What Lettuce itself answers where a transport is not there.
@TargetClass(className = "io.lettuce.core.resource.UnavailableResources")
final class NoResources {
  /// Stands for the field of that name there.
  @Alias
  @SuppressWarnings("NullAway")
  public static NoResources INSTANCE;
}
