package dev.gnomon.route.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.lettuce.core.resource.EventLoopResources;
import io.netty.bootstrap.Bootstrap;
import java.time.Duration;

/// Lettuce without epoll: it names classes of Netty 4.2, which are not here, and a native
/// executable is linked when it is made. On a JVM without these classes the answers are the same.
@TargetClass(className = "io.lettuce.core.resource.EpollProvider")
@Substitute
final class NoEpoll {
  @Substitute
  public static boolean isAvailable() {
    return false;
  }

  @Substitute
  static void checkForEpollLibrary() {}

  @Substitute
  public static EventLoopResources getResources() {
    return (EventLoopResources) (Object) NoResources.INSTANCE;
  }

  @Substitute
  public static void applyKeepAlive(
      Bootstrap bootstrap, int count, Duration idle, Duration interval) {}

  @Substitute
  public static void applyTcpUserTimeout(Bootstrap bootstrap, Duration timeout) {}
}
