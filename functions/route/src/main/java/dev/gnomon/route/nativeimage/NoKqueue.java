package dev.gnomon.route.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.lettuce.core.resource.EventLoopResources;

/// Lettuce without kqueue: it names classes of Netty 4.2, which are not here, and a native
/// executable is linked when it is made. On a JVM without these classes the answers are the same.
@TargetClass(className = "io.lettuce.core.resource.KqueueProvider")
@Substitute
final class NoKqueue {
  @Substitute
  public static boolean isAvailable() {
    return false;
  }

  @Substitute
  static void checkForKqueueLibrary() {}

  @Substitute
  public static EventLoopResources getResources() {
    return (EventLoopResources) (Object) NoResources.INSTANCE;
  }
}
