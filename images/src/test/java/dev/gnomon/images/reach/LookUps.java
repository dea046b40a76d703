package dev.gnomon.images.reach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Remembers what was looked up by name, and by whom. It lies on the boot class path, where the
/// classes of Java that call it see it, so it knows nothing but Java.
public final class LookUps {
  /// Where they are written when the process ends.
  public static final String FILE = "look-ups.file";

  /// What a line begins with that names a loaded class.
  static final String LOADED = "loaded\t";

  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final ThreadLocal<Boolean> BUSY = new ThreadLocal<>();

  /// Where a look-up begins, and what is harmless only further down the stack.
  private static final Set<String> TELLING =
      Set.of(LookUps.class.getName(), "java.lang.invoke.MethodHandles$Lookup");

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

  private static final Pattern PROXY = Pattern.compile("(.*\\.)?\\$Proxy\\d+");

  private LookUps() {}

  /// @param kind of the look-up
  /// @param target class, resource or interfaces
  /// @param member name and types of its parameters, or empty
  public static void seen(String kind, String target, String member) {
    if (BUSY.get() != null || target.startsWith("jdk.proxy")) {
      return;
    }
    BUSY.set(true);
    try {
      List<StackWalker.StackFrame> stack =
          StackWalker.getInstance()
              .walk(frames ->
                  frames.dropWhile(frame -> TELLING.contains(frame.getClassName())).toList());
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
            // Native-image registers with a proxy what its class looks up.
            || PROXY.matcher(name).matches() && frame.getMethodName().equals("<clinit>")
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
      SEEN.add(String.join("\t", kind, target, member, caller, initialised));
    } finally {
      BUSY.remove();
    }
  }

  /// Of Java; or of the class loader, which asks for others.
  static boolean isOfJava(String name) {
    return name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jdk.")
        || name.startsWith("sun.")
        || name.startsWith("com.sun.")
        || name.startsWith("io.quarkus.bootstrap.runner.")
        || name.startsWith("dev.gnomon.images.reach.")
        || name.startsWith("net.bytebuddy.");
  }

  /// @param kind method or invoked
  public static void seen(String kind, Executable member) {
    seen(
        kind,
        member.getDeclaringClass().getName(),
        member(member instanceof Method ? member.getName() : "<init>", member.getParameterTypes()));
  }

  /// @param kind field or accessed
  public static void seen(String kind, Field field) {
    seen(kind, field.getDeclaringClass().getName(), field.getName());
  }

  /// Name and types of parameters, as metadata has them.
  public static String member(String name, Class<?>[] types) {
    StringBuilder text = new StringBuilder(name).append('(');
    for (int i = 0; types != null && i < types.length; i++) {
      text.append(i == 0 ? "" : ",").append(types[i] == null ? "null" : types[i].getTypeName());
    }
    return text.append(')').toString();
  }

  /// @param instrumentation knows which classes are loaded
  public static void writeAtTheEnd(Instrumentation instrumentation) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              BUSY.set(true);
              try {
                Set<String> lines = new TreeSet<>(SEEN);
                for (Class<?> type : instrumentation.getAllLoadedClasses()) {
                  lines.add(LOADED + type.getName());
                }
                Files.write(Path.of(System.getProperty(FILE)), lines);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }
}
