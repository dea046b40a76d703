package dev.gnomon.images.reach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Remembers what was looked up by name, and by whom. It lies on the boot class path, where the
/// classes of Java that call it see it, so it knows nothing but Java.
public final class LookUps {
  /// Where they are written when the process ends.
  public static final String FILE = "look-ups.file";

  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final ThreadLocal<Boolean> BUSY = new ThreadLocal<>();

  /// What native-image sees through by itself, or runs while it makes the executable.
  private static final List<String> HARMLESS =
      List.of(
          "java.util.concurrent.atomic.Atomic",
          "sun.reflect.annotation.",
          "java.lang.invoke.",
          "java.security.Provider",
          "jdk.internal.misc.Unsafe",
          "jdk.jfr.",
          "jdk.internal.reflect.");

  private LookUps() {}

  /// @param kind of the look-up
  /// @param target class, resource or interfaces
  /// @param member name of the method that gives members, or empty
  public static void seen(String kind, String target, String member) {
    seen(kind, target, member, "", false);
  }

  /// A method or a constructor that was found or is called.
  ///
  /// @param asked class that was asked for it
  public static void executable(Class<?> asked, Executable found) {
    seen(
        "method",
        asked.getName(),
        member(
            found instanceof Constructor ? "<init>" : found.getName(), found.getParameterTypes()),
        found.getDeclaringClass().getName(),
        Modifier.isPublic(found.getModifiers()));
  }

  /// A field that was found, or is read or written.
  ///
  /// @param asked class that was asked for it
  public static void field(Class<?> asked, Field found) {
    seen(
        "field",
        asked.getName(),
        found.getName(),
        found.getDeclaringClass().getName(),
        Modifier.isPublic(found.getModifiers()));
  }

  private static void seen(
      String kind, String target, String member, String declaring, boolean isPublic) {
    if (BUSY.get() != null || target.startsWith("jdk.proxy") || isOfJava(declaring)) {
      return;
    }
    BUSY.set(true);
    try {
      List<StackWalker.StackFrame> stack =
          StackWalker.getInstance().walk(frames -> frames.skip(1).toList());
      String caller = "";
      for (StackWalker.StackFrame frame : stack) {
        String name = frame.getClassName();
        // A class that is loaded, not made.
        if (kind.equals("defined")
            && List.of("loadClass", "findClass").contains(frame.getMethodName())) {
          return;
        }
        if (!kind.equals("proxy") && name.startsWith("java.lang.reflect.Proxy")
            || HARMLESS.stream().anyMatch(name::startsWith)
            || frame.getMethodName().startsWith("getEnumConstants")) {
          return;
        }
        if (!isOfJava(name)) {
          caller = name;
          break;
        }
      }
      if (caller.isEmpty()) {
        return;
      }
      String initialised =
          stack.stream()
              .filter(frame -> frame.getMethodName().equals("<clinit>"))
              .map(StackWalker.StackFrame::getClassName)
              .collect(Collectors.joining(","));
      SEEN.add(
          String.join(
              "\t",
              kind,
              target,
              member,
              declaring,
              isPublic ? "public" : "",
              caller,
              initialised));
    } finally {
      BUSY.remove();
    }
  }

  static boolean isOfJava(String name) {
    return name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jdk.")
        || name.startsWith("sun.")
        || name.startsWith("com.sun.")
        || name.startsWith("dev.gnomon.images.reach.")
        || name.startsWith("net.bytebuddy.");
  }

  /// Name and types of parameters, as metadata has them.
  public static String member(String name, Class<?>[] types) {
    StringBuilder text = new StringBuilder(name).append('(');
    for (int i = 0; types != null && i < types.length; i++) {
      text.append(i == 0 ? "" : ",").append(types[i] == null ? "null" : types[i].getTypeName());
    }
    return text.append(')').toString();
  }

  public static void writeAtTheEnd() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              BUSY.set(true);
              try {
                Files.write(Path.of(System.getProperty(FILE)), new TreeSet<>(SEEN));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }
}
