package dev.gnomon.images;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// What Quarkus 3.32 generated, with the two things settled that its threads decide by their turns:
/// the numbers of what recorders return (`proxykey12`), and the order in which `SharedConfig` makes
/// the configuration (`configClass$5`). Numbers are given anew by the order of use, and what is
/// made is sorted by its name; nothing else is touched, so that builds which differ in anything
/// else still do. What looks otherwise than what Quarkus 3.32 makes is refused, for a mapping under
/// a wrong name would be used without a word.
final class SettledBytecode {
  private static final String SHARED = "io/quarkus/runtime/generated/SharedConfig";
  private static final List<String> USERS =
      List.of(
          "io/quarkus/runtime/generated/RunTimeConfigCustomizer",
          "io/quarkus/runtime/generated/StaticInitConfigCustomizer");
  private static final Pattern KEY = Pattern.compile("proxykey[0-9]+");
  private static final String FIELD = "configClass$";

  /// Zip knows no zone; any fixed time will do.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, String> keys = new HashMap<>();
  private final Map<String, String> fields = new HashMap<>();

  private SettledBytecode() {}

  /// @param from jar that Quarkus generated
  /// @param to file for the settled one
  static Path settle(Path from, Path to) throws IOException {
    SettledBytecode settled = new SettledBytecode();
    try (ZipFile zip = new ZipFile(from.toFile())) {
      for (ZipEntry entry : zip.stream().filter(one -> !one.isDirectory()).toList()) {
        settled.files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    settled.numberKeys();
    settled.refuseOtherUses();
    settled.sortConfiguration();
    USERS.forEach(settled::sortUse);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to))) {
      for (Map.Entry<String, byte[]> file : settled.files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(
            file.getKey().endsWith(".class") ? settled.renamed(file.getValue()) : file.getValue());
        zip.closeEntry();
      }
    }
    return to;
  }

  private void numberKeys() {
    int number = 0;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (file.getKey().endsWith(".class")) {
        for (var entry : ClassFile.of().parse(file.getValue()).constantPool()) {
          if (entry instanceof StringEntry text
              && KEY.matcher(text.stringValue()).matches()
              && !keys.containsKey(text.stringValue())) {
            keys.put(text.stringValue(), "proxykey" + number++);
          }
        }
      }
    }
  }

  /// Only the static initialiser of the class itself and those who hand on may know the fields.
  private void refuseOtherUses() throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String name = file.getKey().replaceFirst("\\.class$", "");
      if (!file.getKey().endsWith(".class") || USERS.contains(name)) {
        continue;
      }
      for (MethodModel method : ClassFile.of().parse(file.getValue()).methods()) {
        if (!(name.equals(SHARED) && method.methodName().equalsString("<clinit>"))
            && method.code().stream()
                .flatMap(CodeModel::elementStream)
                .anyMatch(one -> !field(one).isEmpty())) {
          throw otherShape(name + "." + method.methodName() + " uses what SharedConfig makes");
        }
      }
    }
  }

  private static IOException otherShape(String found) {
    return new IOException(
        "expected bytecode as Quarkus 3.32 generates it, and its order can't be settled: " + found);
  }

  /// What is made into one field: the field, by what name, and the instructions.
  private record Made(String field, String name, List<CodeElement> code) {}

  /// The instructions in three parts, of which the second can be sorted.
  private record Parts(List<CodeElement> before, List<Made> made, List<CodeElement> after) {}

  private void sortConfiguration() throws IOException {
    byte[] shared = files.get(SHARED + ".class");
    if (shared == null) {
      return;
    }
    ClassModel model = ClassFile.of().parse(shared);
    Set<String> declared = new TreeSet<>();
    for (FieldModel field : model.fields()) {
      if (field.fieldName().stringValue().startsWith(FIELD)) {
        declared.add(field.fieldName().stringValue());
      }
    }
    for (MethodModel method : model.methods()) {
      if (method.methodName().equalsString("<clinit>") && method.code().isPresent()) {
        if (!isStraight(method.code().get())) {
          throw otherShape("the initialiser of SharedConfig has branches");
        }
        Parts parts = parts(method.code().get());
        parts.made().sort(Comparator.comparing(Made::name));
        for (int i = 0; i < parts.made().size(); i++) {
          fields.put(parts.made().get(i).field(), FIELD + i);
        }
        if (!fields.keySet().equals(declared) || !declared.containsAll(fields.values())) {
          throw otherShape(
              "SharedConfig declares %s, and makes %s in one go"
                  .formatted(declared, new TreeSet<>(fields.keySet())));
        }
        files.put(SHARED + ".class", inOrder(model, parts));
      }
    }
  }

  /// Has a class that hands on what was made do that in the order of the fields: only which field
  /// is handed on first is settled, all other uses keep their own.
  private void sortUse(String user) {
    byte[] bytes = files.get(user + ".class");
    if (bytes == null || fields.isEmpty()) {
      return;
    }
    ClassModel model = ClassFile.of().parse(bytes);
    List<String> used = new ArrayList<>();
    List<String> handedOn = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (MethodModel method : model.methods()) {
      List<CodeElement> all =
          method.code().stream()
              .flatMap(CodeModel::elementStream)
              .filter(Instruction.class::isInstance)
              .toList();
      for (int at = 0; at < all.size(); at++) {
        if (fields.containsKey(field(all.get(at)))) {
          String name = fields.get(field(all.get(at)));
          // Kept in a variable, which is given to withMapping with the builder.
          if (at + 4 < all.size() && calls(all.get(at + 4), "withMapping")) {
            places.add(used.size());
            handedOn.add(name);
          }
          used.add(name);
        }
      }
    }
    handedOn.sort(Comparator.comparingInt(SettledBytecode::number));
    for (int i = 0; i < places.size(); i++) {
      used.set(places.get(i), handedOn.get(i));
    }
    Iterator<String> next = used.iterator();
    files.put(
        user + ".class",
        ClassFile.of(ConstantPoolSharingOption.NEW_POOL)
            .transformClass(
                model,
                ClassTransform.transformingMethodBodies((code, one) -> {
                  if (one instanceof FieldInstruction field && !field(one).isEmpty()) {
                    code.fieldAccess(
                        field.opcode(), field.owner().asSymbol(), next.next(), field.typeSymbol());
                  } else {
                    put(code, one);
                  }
                })));
  }

  /// Name of the field that it uses, if it is one of those that are made.
  private static String field(CodeElement one) {
    return one instanceof FieldInstruction field
            && field.owner().asInternalName().equals(SHARED)
            && field.name().stringValue().startsWith(FIELD)
        ? field.name().stringValue()
        : "";
  }

  private static int number(String field) {
    return Integer.parseInt(field.substring(FIELD.length()));
  }

  private static boolean isStraight(CodeModel code) {
    return code.exceptionHandlers().isEmpty()
        && code.elementList().stream()
            .noneMatch(one ->
                one instanceof BranchInstruction
                    || one instanceof TableSwitchInstruction
                    || one instanceof LookupSwitchInstruction);
  }

  private static Parts parts(CodeModel code) {
    Parts parts = new Parts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    // Labels and lines say nothing where nobody jumps.
    List<CodeElement> all =
        code.elementList().stream().filter(Instruction.class::isInstance).toList();
    int at = 0;
    while (at < all.size() && !begins(all, at)) {
      parts.before().add(all.get(at++));
    }
    while (begins(all, at)) {
      int end = at + 4;
      while (end + 1 < all.size() && calls(all.get(end + 1), "ensureLoaded")) {
        end += 2;
      }
      parts
          .made()
          .add(
              new Made(
                  ((FieldInstruction) all.get(at + 3)).name().stringValue(),
                  text(all.get(at)) + " " + text(all.get(at + 1)),
                  all.subList(at, end)));
      at = end;
    }
    parts.after().addAll(all.subList(at, all.size()));
    return parts;
  }

  /// Whether something is made into a field here: its class, its prefix, the call, the field.
  private static boolean begins(List<CodeElement> all, int at) {
    return at + 3 < all.size()
        && all.get(at) instanceof LoadConstantInstruction
        && all.get(at + 1) instanceof LoadConstantInstruction
        && calls(all.get(at + 2), "configClass")
        && !field(all.get(at + 3)).isEmpty();
  }

  private static boolean calls(CodeElement one, String method) {
    return one instanceof InvokeInstruction call && call.name().equalsString(method);
  }

  private static String text(CodeElement one) {
    return String.valueOf(((LoadConstantInstruction) one).constantValue());
  }

  /// With a constant pool in the order of use.
  private byte[] inOrder(ClassModel model, Parts parts) {
    return ClassFile.of(ConstantPoolSharingOption.NEW_POOL)
        .transformClass(
            model,
            ClassTransform.transformingMethods(
                method -> method.methodName().equalsString("<clinit>"),
                (builder, element) -> {
                  if (element instanceof CodeModel) {
                    builder.withCode(code -> {
                      parts.before().forEach(one -> put(code, one));
                      parts.made().forEach(each -> each.code().forEach(one -> put(code, one)));
                      parts.after().forEach(one -> put(code, one));
                    });
                  } else {
                    builder.with(element);
                  }
                }));
  }

  private void put(CodeBuilder code, CodeElement one) {
    if (one instanceof LoadConstantInstruction constant) {
      code.ldc(constant.constantEntry()); // short or long as the new pool has it
    } else if (one instanceof FieldInstruction field && fields.containsKey(field(one))) {
      code.fieldAccess(
          field.opcode(), field.owner().asSymbol(), fields.get(field(one)), field.typeSymbol());
    } else {
      code.with(one);
    }
  }

  /// The class with other texts in its constant pool; nothing else of it depends on their length.
  private byte[] renamed(byte[] bytes) {
    ClassModel model = ClassFile.of().parse(bytes);
    Map<Integer, String> texts = new TreeMap<>();
    for (var entry : model.constantPool()) {
      if (entry instanceof Utf8Entry text && keys.containsKey(text.stringValue())) {
        texts.put(entry.index(), keys.get(text.stringValue()));
      }
    }
    return texts.isEmpty() ? bytes : ConstantTexts.replaced(bytes, texts);
  }

  /// Keys and fields are ASCII.
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
