package dev.gnomon.images;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Classes in the shape of those that Quarkus generates, with the configuration made in this order
/// or that.
class SettledBytecodeTest {
  private static final ClassDesc SHARED = ClassDesc.of("io.quarkus.runtime.generated.SharedConfig");
  private static final ClassDesc USER =
      ClassDesc.of("io.quarkus.runtime.generated.RunTimeConfigCustomizer");
  private static final ClassDesc MAPPINGS = ClassDesc.of("io.quarkus.Mappings");
  private static final MethodTypeDesc MAKE = MethodTypeDesc.of(CD_Object, CD_String, CD_String);
  private static final MethodTypeDesc HAND_ON = MethodTypeDesc.of(CD_void, CD_String, CD_Object);

  @TempDir Path directory;

  /// @param names what is made into the fields 0, 1, 2 ...
  /// @param more that the initialiser does after it has made two of them
  private static byte[] shared(List<String> names, Consumer<CodeBuilder> more) {
    return ClassFile.of()
        .build(
            SHARED,
            type -> {
              for (int i = 0; i < names.size(); i++) {
                type.withField(
                    "configClass$" + i, CD_Object, field -> field.withFlags(AccessFlag.STATIC));
              }
              type.withMethodBody(
                  "<clinit>",
                  MethodTypeDesc.of(CD_void),
                  ClassFile.ACC_STATIC,
                  code -> {
                    for (int i = 0; i < names.size(); i++) {
                      if (i == 2) {
                        more.accept(code);
                      }
                      code.ldc(names.get(i))
                          .ldc("prefix")
                          .invokestatic(MAPPINGS, "configClass", MAKE)
                          .putstatic(SHARED, "configClass$" + i, CD_Object);
                    }
                    code.return_();
                  });
            });
  }

  /// Hands each on by its name, as Quarkus does by a builder.
  private static byte[] user(ClassDesc at, List<String> names) {
    return ClassFile.of()
        .build(
            at,
            type ->
                type.withMethodBody(
                    "configure",
                    MethodTypeDesc.of(CD_void),
                    ClassFile.ACC_STATIC,
                    code -> {
                      for (int i = 0; i < names.size(); i++) {
                        code.getstatic(SHARED, "configClass$" + i, CD_Object)
                            .astore(0)
                            .ldc("builder")
                            .aload(0)
                            .invokestatic(MAPPINGS, "withMapping", HAND_ON);
                      }
                      code.return_();
                    }));
  }

  private byte[] settled(Map<String, byte[]> classes) throws IOException {
    Path jar = directory.resolve("generated.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> one : classes.entrySet()) {
        zip.putNextEntry(new ZipEntry(one.getKey() + ".class"));
        zip.write(one.getValue());
        zip.closeEntry();
      }
    }
    return Files.readAllBytes(SettledBytecode.settle(jar, directory.resolve("settled.jar")));
  }

  private static Map<String, byte[]> generated(String... names) {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    classes.put(internal(SHARED), shared(List.of(names), code -> {}));
    classes.put(internal(USER), user(USER, List.of(names)));
    return classes;
  }

  private static String internal(ClassDesc type) {
    return type.packageName().replace('.', '/') + "/" + type.displayName();
  }

  @Test
  void theOrderOfThreadsIsNotInWhatIsSettled() throws Exception {
    byte[] one = settled(generated("a", "b", "c"));

    assertThat(settled(generated("c", "a", "b"))).isEqualTo(one);
    assertThat(settled(generated("a", "b", "d"))).isNotEqualTo(one);
  }

  @Test
  void whatIsNotMadeInOneGoIsRefused() {
    Map<String, byte[]> classes = generated("a", "b", "c");
    classes.put(internal(SHARED), shared(List.of("a", "b", "c"), CodeBuilder::nop));

    assertThatIOException()
        .isThrownBy(() -> settled(classes))
        .withMessageContaining("declares [configClass$0, configClass$1, configClass$2]")
        .withMessageContaining("makes [configClass$0, configClass$1] in one go");
  }

  @Test
  void branchesAreRefused() {
    Map<String, byte[]> classes = generated("a", "b", "c");
    classes.put(
        internal(SHARED),
        shared(
            List.of("a", "b", "c"),
            code -> {
              Label next = code.newLabel();
              code.iconst_0()
                  .lookupswitch(next, List.of(SwitchCase.of(1, next)))
                  .labelBinding(next);
            }));

    assertThatIOException()
        .isThrownBy(() -> settled(classes))
        .withMessageContaining("has branches");
  }

  @Test
  void anotherClassThatKnowsTheFieldsIsRefused() {
    Map<String, byte[]> classes = generated("a", "b", "c");
    ClassDesc other = ClassDesc.of("io.quarkus.Other");
    classes.put(internal(other), user(other, List.of("a")));

    assertThatIOException()
        .isThrownBy(() -> settled(classes))
        .withMessageContaining("io/quarkus/Other.configure uses what SharedConfig makes");
  }
}
