package dev.gnomon.images.reach;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.util.Enumeration;
import net.bytebuddy.asm.Advice;

/// What [LookUpAgent] writes into the classes of Java.
final class LookUpAdvice {
  private LookUpAdvice() {}

  /// A type that was found by its name.
  static final class Named {
    @Advice.OnMethodExit
    static void after(@Advice.Return Class<?> found) {
      if (found != null) {
        LookUps.seen("type", found.getName(), "");
      }
    }
  }

  static final class Found {
    @Advice.OnMethodExit
    static void after(@Advice.Return Executable found) {
      LookUps.seen("method", found);
    }
  }

  /// By the constructor without parameters.
  static final class Created {
    @Advice.OnMethodEnter
    static void before(@Advice.This Class<?> type) {
      LookUps.seen("invoked", type.getName(), LookUps.member("<init>", null));
    }
  }

  static final class FoundField {
    @Advice.OnMethodExit
    static void after(@Advice.Return Field found) {
      LookUps.seen("field", found);
    }
  }

  static final class Invoked {
    @Advice.OnMethodEnter
    static void before(@Advice.This Executable invoked) {
      LookUps.seen("invoked", invoked);
    }
  }

  static final class Accessed {
    @Advice.OnMethodEnter
    static void before(@Advice.This Field accessed) {
      LookUps.seen("accessed", accessed);
    }
  }

  /// A method or constructor that is invoked by a handle.
  static final class Handle {
    @Advice.OnMethodEnter
    static void before(@Advice.Argument(0) Executable invoked) {
      LookUps.seen("invoked", invoked);
    }
  }

  static final class FieldHandle {
    @Advice.OnMethodEnter
    static void before(@Advice.Argument(0) Field accessed) {
      LookUps.seen("accessed", accessed);
    }
  }

  static final class All {
    @Advice.OnMethodExit
    static void after(@Advice.This Class<?> type, @Advice.Origin("#m") String method) {
      LookUps.seen("members", type.getName(), method);
    }
  }

  static final class Relative {
    @Advice.OnMethodExit
    static void after(
        @Advice.This Class<?> type, @Advice.Argument(0) String name, @Advice.Return Object found) {
      if (found != null) {
        LookUps.seen(
            "resource",
            name.startsWith("/")
                ? name.substring(1)
                : type.getPackageName().replace('.', '/') + "/" + name,
            "");
      }
    }
  }

  static final class Resource {
    @Advice.OnMethodExit
    static void after(@Advice.Argument(0) String name, @Advice.Return Object found) {
      if (found != null) {
        LookUps.seen("resource", name, "");
      }
    }
  }

  static final class Resources {
    @Advice.OnMethodExit
    static void after(@Advice.Argument(0) String name, @Advice.Return Enumeration<?> found) {
      if (found.hasMoreElements()) {
        LookUps.seen("resource", name, "");
      }
    }
  }

  static final class Proxies {
    @Advice.OnMethodExit
    static void after(@Advice.Argument(1) Class<?>[] types) {
      LookUps.seen("proxy", LookUps.member("", types), "");
    }
  }

  static final class Defined {
    @Advice.OnMethodExit
    static void after(@Advice.Argument(0) String name) {
      LookUps.seen("defined", String.valueOf(name), "");
    }
  }

  static final class DefinedByLookup {
    @Advice.OnMethodExit
    static void after(@Advice.This MethodHandles.Lookup lookup) {
      LookUps.seen("defined", lookup.lookupClass().getName(), "");
    }
  }

  static final class Serialised {
    @Advice.OnMethodExit
    static void after(@Advice.This Object stream) {
      LookUps.seen("serialised", stream.getClass().getName(), "");
    }
  }
}
