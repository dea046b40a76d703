package dev.gnomon.images.reach;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.jar.JarFile;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper.ForDeclaredMethods;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/// Has the classes of Java tell [LookUps] what is looked up by name: types, members, resources,
/// proxies; which members are used that way, however they were found; and what no native executable
/// can do: Java serialisation, classes that are made at run time.
public final class LookUpAgent {
  private LookUpAgent() {}

  /// @param lookUps jar that holds [LookUps] alone
  public static void premain(String lookUps, Instrumentation instrumentation) throws Exception {
    instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(lookUps));
    LookUps.writeAtTheEnd();
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
        .with(AgentBuilder.InitializationStrategy.NoOp.INSTANCE)
        .with(AgentBuilder.TypeStrategy.Default.REDEFINE)
        .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
        .ignore(none())
        .type(named(Class.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder
                .visit(on(Named.class, named("forName").and(ElementMatchers.returns(Class.class))))
                .visit(
                    on(
                        FoundMethod.class,
                        named("getMethod")
                            .or(named("getDeclaredMethod"))
                            .and(takesArgument(1, Class[].class))))
                .visit(
                    on(
                        FoundConstructor.class,
                        named("getConstructor")
                            .or(named("getDeclaredConstructor"))
                            .and(takesArgument(0, Class[].class))))
                .visit(
                    on(
                        FoundField.class,
                        named("getField")
                            .or(named("getDeclaredField"))
                            .and(takesArgument(0, String.class))))
                .visit(
                    on(
                        All.class,
                        named("getMethods")
                            .or(named("getDeclaredMethods"))
                            .or(named("getConstructors"))
                            .or(named("getDeclaredConstructors"))
                            .or(named("getFields"))
                            .or(named("getDeclaredFields"))
                            .or(named("getRecordComponents"))
                            .and(takesNoArguments())))
                .visit(on(Relative.class, named("getResource").or(named("getResourceAsStream")))))
        .type(named(Method.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(on(Called.class, named("invoke").and(takesArguments(2)))))
        .type(named(Constructor.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(on(Called.class, named("newInstance"))))
        .type(named(Field.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(on(ReadOrWritten.class, namedOneOf("get", "set"))))
        .type(named(ClassLoader.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder
                .visit(
                    on(
                        Resource.class,
                        named("getResource")
                            .or(named("getResourceAsStream"))
                            .and(takesArgument(0, String.class))))
                .visit(on(Defined.class, named("defineClass").and(takesArgument(1, byte[].class)))))
        .type(named("io.quarkus.bootstrap.runner.AotRunnerClassLoader"))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(Resource.class, named("getResource").or(named("getResourceAsStream")))))
        .type(named(Proxy.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(Proxies.class, named("newProxyInstance").and(takesArgument(1, Class[].class)))))
        .type(named(MethodHandles.Lookup.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(DefinedByLookup.class, named("defineClass").or(named("defineHiddenClass")))))
        .type(
            named(ObjectInputStream.class.getName()).or(named(ObjectOutputStream.class.getName())))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(on(Serialised.class, isConstructor())))
        .installOn(instrumentation);
  }

  private static ForDeclaredMethods on(
      Class<?> advice, ElementMatcher<? super MethodDescription> methods) {
    return Advice.to(advice).on(methods);
  }

  /// A type that was found by its name.
  static final class Named {
    @Advice.OnMethodExit
    static void after(@Advice.Return Class<?> found) {
      if (found != null) {
        LookUps.seen("type", found.getName(), "");
      }
    }
  }

  static final class FoundMethod {
    @Advice.OnMethodExit
    static void after(@Advice.This Class<?> type, @Advice.Return Method found) {
      LookUps.executable(type, found);
    }
  }

  static final class FoundConstructor {
    @Advice.OnMethodExit
    static void after(@Advice.This Class<?> type, @Advice.Return Constructor<?> found) {
      LookUps.executable(type, found);
    }
  }

  static final class FoundField {
    @Advice.OnMethodExit
    static void after(@Advice.This Class<?> type, @Advice.Return Field found) {
      LookUps.field(type, found);
    }
  }

  /// However it was found, among all members as well.
  static final class Called {
    @Advice.OnMethodEnter
    static void before(@Advice.This Executable called) {
      LookUps.executable(called.getDeclaringClass(), called);
    }
  }

  static final class ReadOrWritten {
    @Advice.OnMethodEnter
    static void before(@Advice.This Field field) {
      LookUps.field(field.getDeclaringClass(), field);
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
