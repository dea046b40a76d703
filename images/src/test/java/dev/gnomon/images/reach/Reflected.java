package dev.gnomon.images.reach;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// The types and members that native-image registers for reflection, found on the classes
/// themselves as native-image does it. A member is registered to be found, or also to be used:
/// invoked, read, written.
///
/// This is GraalVM 25.0 without `--exact-reachability-metadata`, as Quarkus runs it: a list of
/// members has those that some entry registered, and is silent about the rest. A type that
/// `reachability-metadata.json` names has all its members found (oracle/graal#7962, since GraalVM
/// for JDK 23); of one in `reflect-config.json` only what its flags and lists say, until GraalVM
/// 25.1 reads both alike (oracle/graal#12521). What each key does is in GraalVM's
/// `ReflectionMetadataParser`, `LegacyReflectionConfigurationParser` and `ReflectionDataBuilder`.
final class Reflected {
  /// What the keys that begin with all or queryAll register.
  private static final Map<String, Function<Class<?>, Member[]>> LISTS =
      Map.of(
          "DeclaredConstructors", Class::getDeclaredConstructors,
          "PublicConstructors", Class::getConstructors,
          "DeclaredMethods", Class::getDeclaredMethods,
          "PublicMethods", Class::getMethods,
          "DeclaredFields", Class::getDeclaredFields,
          "PublicFields", Class::getFields);

  private final ClassLoader classes;
  private final Set<String> types = new HashSet<>();
  private final Set<Member> found = new HashSet<>();
  private final Set<Member> used = new HashSet<>();
  private final Set<Class<?>> withComponents = new HashSet<>();

  /// @param classes has the classes that entries name; none of them is initialised
  Reflected(ClassLoader classes) {
    this.classes = classes;
  }

  /// @param name of the class, or of an array as `X[]` or `[LX;`
  /// @param complete whether naming a type is enough to find its members
  void add(String name, JsonNode entry, boolean complete) {
    types.add(typeName(name));
    load(name).ifPresent(type -> add(type, entry, complete));
  }

  private void add(Class<?> type, JsonNode entry, boolean complete) {
    LISTS.forEach((kind, list) -> {
      if (entry.path("all" + kind).asBoolean()) {
        use(members(list, type));
      }
      // There are no such keys for fields.
      if (complete || !kind.endsWith("Fields") && entry.path("queryAll" + kind).asBoolean()) {
        found.addAll(members(list, type));
      }
    });
    if (complete || entry.path("allRecordComponents").asBoolean()) {
      withComponents.add(type);
    }
    entry.path("methods").forEach(method -> use(listed(type, method)));
    if (!complete) {
      entry.path("queriedMethods").forEach(method -> found.addAll(listed(type, method)));
    }
    entry.path("fields").forEach(field -> use(fields(type, field.path("name").asText())));
  }

  /// A proxy finds the methods of its interfaces and gives them to its handler: they are registered
  /// with it (`DynamicProxySupport`).
  void addProxy(List<String> interfaces) {
    for (String name : interfaces) {
      load(name).ifPresent(type -> use(members(Class::getMethods, type)));
    }
  }

  private void use(Collection<? extends Member> members) {
    found.addAll(members);
    used.addAll(members);
  }

  boolean type(String name) {
    return types.contains(typeName(name));
  }

  /// @param method name and types of parameters
  boolean finds(String declaring, String method) {
    return load(declaring).stream()
        .flatMap(type -> executables(type, method).stream())
        .anyMatch(found::contains);
  }

  /// @param method name and types of parameters
  boolean invokes(String declaring, String method) {
    return load(declaring).stream()
        .flatMap(type -> executables(type, method).stream())
        .anyMatch(used::contains);
  }

  boolean findsField(String declaring, String field) {
    return load(declaring).stream()
        .flatMap(type -> fields(type, field).stream())
        .anyMatch(found::contains);
  }

  boolean accesses(String declaring, String field) {
    return load(declaring).stream()
        .flatMap(type -> fields(type, field).stream())
        .anyMatch(used::contains);
  }

  /// @param query name of the method of `Class` that lists members
  boolean lists(String name, String query) {
    return load(name).filter(type -> lists(type, query)).isPresent();
  }

  private boolean lists(Class<?> type, String query) {
    try {
      return query.equals("getRecordComponents")
          ? components(type)
          : found.containsAll(List.of(list(query).apply(type)));
    } catch (LinkageError e) {
      return false;
    }
  }

  private static Function<Class<?>, Member[]> list(String query) {
    String kind = query.substring("get".length());
    Function<Class<?>, Member[]> list =
        LISTS.get(kind.startsWith("Declared") ? kind : "Public" + kind);
    if (list == null) {
      throw new IllegalArgumentException("not a method of Class that lists members: " + query);
    }
    return list;
  }

  /// Components are also there if all their accessors were registered.
  private boolean components(Class<?> type) {
    return !type.isRecord()
        || withComponents.contains(type)
        || Stream.of(type.getRecordComponents())
            .map(RecordComponent::getAccessor)
            .allMatch(found::contains);
  }

  /// Nothing if a class is missing that a member names: native-image has that query fail.
  private static List<Member> members(Function<Class<?>, Member[]> list, Class<?> type) {
    try {
      return List.of(list.apply(type));
    } catch (LinkageError e) {
      return List.of();
    }
  }

  private static List<Member> fields(Class<?> type, String name) {
    return members(Class::getDeclaredFields, type).stream()
        .filter(field -> field.getName().equals(name))
        .toList();
  }

  /// Without types of parameters it is every method of that name.
  private List<Member> listed(Class<?> type, JsonNode method) {
    String name = method.path("name").asText();
    if (method.has("parameterTypes")) {
      List<String> parameters = new ArrayList<>();
      method.path("parameterTypes").forEach(one -> parameters.add(typeName(one.asText())));
      return executables(type, name + "(" + String.join(",", parameters) + ")");
    }
    return executables(type).stream().filter(one -> text(one).startsWith(name + "(")).toList();
  }

  /// One, that with the most special return type.
  private static List<Member> executables(Class<?> type, String text) {
    List<Member> same = executables(type).stream().filter(one -> text(one).equals(text)).toList();
    return same.size() < 2 ? same : same.stream().filter(one -> !one.isSynthetic()).toList();
  }

  private static List<Member> executables(Class<?> type) {
    return Stream.of(
            members(Class::getDeclaredConstructors, type), members(Class::getDeclaredMethods, type))
        .flatMap(List::stream)
        .toList();
  }

  private static String text(Member member) {
    return LookUps.member(
        member instanceof Method ? member.getName() : "<init>",
        ((Executable) member).getParameterTypes());
  }

  private Optional<Class<?>> load(String name) {
    if (name.endsWith("[]")) {
      return load(name.substring(0, name.length() - 2)).map(Class::arrayType);
    }
    try {
      Class<?> primitive = Class.forPrimitiveName(name);
      return Optional.of(primitive != null ? primitive : Class.forName(name, false, classes));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  private String typeName(String name) {
    return name.startsWith("[") ? load(name).map(Class::getTypeName).orElse(name) : name;
  }
}
