package dev.gnomon.images.reach;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameMatches;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
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
/// proxies; which of these members are invoked, read and written; and what no native executable can
/// do: Java serialisation, classes that are made at run time.
public final class LookUpAgent {
  /// Of `Field`: what reads and writes.
  private static final String ACCESS = "[gs]et(Boolean|Byte|Char|Short|Int|Long|Float|Double)?";

  private LookUpAgent() {}

  /// @param lookUps jar that holds [LookUps] alone
  public static void premain(String lookUps, Instrumentation instrumentation) throws Exception {
    instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(lookUps));
    LookUps.writeAtTheEnd(instrumentation);
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
                .visit(
                    on(
                        LookUpAdvice.Named.class,
                        named("forName").and(ElementMatchers.returns(Class.class))))
                .visit(
                    on(
                        LookUpAdvice.Found.class,
                        named("getMethod")
                            .or(named("getDeclaredMethod"))
                            .or(named("getConstructor"))
                            .or(named("getDeclaredConstructor"))
                            .and(
                                takesArgument(0, Class[].class)
                                    .or(takesArgument(1, Class[].class)))))
                .visit(on(LookUpAdvice.Created.class, named("newInstance")))
                .visit(
                    on(
                        LookUpAdvice.FoundField.class,
                        named("getField")
                            .or(named("getDeclaredField"))
                            .and(takesArgument(0, String.class))))
                .visit(
                    on(
                        LookUpAdvice.All.class,
                        named("getMethods")
                            .or(named("getDeclaredMethods"))
                            .or(named("getConstructors"))
                            .or(named("getDeclaredConstructors"))
                            .or(named("getFields"))
                            .or(named("getDeclaredFields"))
                            .or(named("getRecordComponents"))
                            .and(takesNoArguments())))
                .visit(
                    on(
                        LookUpAdvice.Relative.class,
                        named("getResource").or(named("getResourceAsStream")))))
        .type(named(Method.class.getName()).or(named(Constructor.class.getName())))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(
                    LookUpAdvice.Invoked.class,
                    named("invoke").or(named("newInstance")).and(ElementMatchers.isPublic()))))
        .type(named(Field.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(
                    LookUpAdvice.Accessed.class,
                    nameMatches(ACCESS).and(ElementMatchers.isPublic()))))
        .type(named(ClassLoader.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder
                .visit(
                    on(
                        LookUpAdvice.Resource.class,
                        named("getResource")
                            .or(named("getResourceAsStream"))
                            .and(takesArgument(0, String.class))))
                .visit(on(LookUpAdvice.Resources.class, named("getResources")))
                .visit(
                    on(
                        LookUpAdvice.Defined.class,
                        named("defineClass").and(takesArgument(1, byte[].class)))))
        .type(named("io.quarkus.bootstrap.runner.AotRunnerClassLoader"))
        .transform((builder, type, loader, module, domain) ->
            builder
                .visit(
                    on(
                        LookUpAdvice.Resource.class,
                        named("getResource").or(named("getResourceAsStream"))))
                .visit(on(LookUpAdvice.Resources.class, named("getResources"))))
        .type(named(Proxy.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(
                on(
                    LookUpAdvice.Proxies.class,
                    named("newProxyInstance").and(takesArgument(1, Class[].class)))))
        .type(named(MethodHandles.Lookup.class.getName()))
        .transform((builder, type, loader, module, domain) ->
            builder
                .visit(
                    on(
                        LookUpAdvice.DefinedByLookup.class,
                        named("defineClass").or(named("defineHiddenClass"))))
                .visit(
                    on(
                        LookUpAdvice.Handle.class,
                        named("unreflect")
                            .or(named("unreflectConstructor"))
                            .or(named("unreflectSpecial"))
                            .and(ElementMatchers.isPublic())))
                .visit(
                    on(
                        LookUpAdvice.FieldHandle.class,
                        named("unreflectGetter")
                            .or(named("unreflectSetter"))
                            .or(named("unreflectVarHandle"))
                            .and(ElementMatchers.isPublic()))))
        .type(
            named(ObjectInputStream.class.getName()).or(named(ObjectOutputStream.class.getName())))
        .transform((builder, type, loader, module, domain) ->
            builder.visit(on(LookUpAdvice.Serialised.class, isConstructor())))
        .installOn(instrumentation);
  }

  private static ForDeclaredMethods on(
      Class<?> advice, ElementMatcher<? super MethodDescription> methods) {
    return Advice.to(advice).on(methods);
  }
}
