package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.images.reach.LookUp;
import dev.gnomon.images.reach.LookUpAgent;
import dev.gnomon.images.reach.LookUps;
import dev.gnomon.images.reach.NativeMetadata;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.routes.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import net.bytebuddy.agent.builder.AgentBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the deployable route looks up by name while it does its work, and which members it then
/// uses, is in the metadata that native-image is given. An approximation: what it does not do here
/// is not seen, nor what C code or method handles look up (ADR 36).
class NativeMetadataProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SOURCES = Deployable.ROUTE.app(CHECKOUT, "native-sources");

  /// Whose look-ups Quarkus' extensions see to: metadata, substitutions, what is done beforehand.
  private static final List<String> SUPPORTED =
      List.of(
          "com.fasterxml.jackson.",
          "io.grpc.",
          "io.micrometer.",
          "io.netty.",
          "io.opentelemetry.",
          "io.prometheus.",
          "io.quarkus.",
          "io.smallrye.",
          "io.vertx.",
          "jakarta.",
          "org.eclipse.",
          "org.jboss.",
          "org.slf4j.",
          "org.wildfly.");

  @TempDir Path directory;

  private static boolean supported(String name) {
    return SUPPORTED.stream().anyMatch(name::startsWith);
  }

  private static boolean ofJava(String name) {
    return List.of("java.", "javax.", "sun.", "com.sun.", "[").stream().anyMatch(name::startsWith)
        || !name.contains(".");
  }

  /// Of an extension's own concern; or of the search for functions, of which route has none, so
  /// that classes without methods are as good.
  private static boolean seenTo(LookUp lookUp) {
    return lookUp.caller().equals("dev.gnomon.runtime.gate.DeclaredFunctions")
        || supported(lookUp.caller())
            && (lookUp.kind().equals("resource")
                || ofJava(lookUp.target())
                || supported(lookUp.target()));
  }

  private Path record(Surroundings surroundings) throws Exception {
    Trainer.firstRoutes(CHECKOUT, surroundings, directory.resolve("first.log"));
    Path agent = jar("agent.jar", LookUpAgent.class.getName(), name -> !named(name, LookUps.class));
    Path lookUps = jar("look-ups.jar", "", name -> named(name, LookUps.class));
    Path file = Files.createDirectories(Path.of("target")).toAbsolutePath().resolve("look-ups.txt");
    Files.deleteIfExists(file);
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(Program.SERVER.options());
    command.add("-Xshare:off");
    command.add("-javaagent:" + agent + "=" + lookUps);
    command.add("-D" + LookUps.FILE + "=" + file);
    command.addAll(List.of("-jar", "quarkus-run.jar"));
    Path log = directory.resolve("route.log");
    try (RunningDeployable route =
        RunningDeployable.start(
            command,
            Deployable.ROUTE.app(CHECKOUT),
            surroundings.environment(Deployable.ROUTE),
            log)) {
      Caller caller = new Caller(route.address());
      caller.first(Deployable.ROUTE);
      assertThat(caller.get("/routes/site?fresh=true").statusCode()).isEqualTo(200);
      // The route moves and comes back: an epoch more each time.
      change(surroundings, "/rollback", "rollback-requested");
      assertThat(caller.get("/routes/site?fresh=true").statusCode()).isEqualTo(200);
      assertThat(caller.get("/routes/site").statusCode()).isEqualTo(200);
      assertThat(caller.get("/routes").statusCode()).isEqualTo(200);
      assertThat(caller.get("/routes?fresh=true").statusCode()).isEqualTo(200);
      assertThat(caller.get("/routes/none").statusCode()).isEqualTo(404);
      assertThat(caller.get("/routes/%20").statusCode()).isEqualTo(400);
      assertThat(caller.event("/rollback", "sweep-due", "{}").statusCode()).isBetween(400, 499);
      assertThat(caller.event("/routes", "telemetry-observed", "no").statusCode())
          .isBetween(400, 499);
      assertThat(caller.get("/q/health/ready").statusCode()).isEqualTo(200);
      assertThat(caller.get("/q/health/live").statusCode()).isEqualTo(200);
      assertThat(caller.get("/q/metrics").body()).contains("gnomon_route_requests");
      route.stop();
    }
    assertThat(file).as(Files.readString(log)).exists();
    return file;
  }

  /// Has PROTECT do something that moves routes, in a process of its own.
  private void change(Surroundings surroundings, String path, String type) throws Exception {
    Path log = Files.createTempFile(directory, "protect", ".log");
    try (RunningDeployable protect =
        RunningDeployable.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                "quarkus-run.jar"),
            Deployable.PROTECT.app(CHECKOUT),
            surroundings.environment(Deployable.PROTECT),
            log)) {
      Caller caller = new Caller(protect.address());
      caller.event(
          "/shadow", "shadow-requested", "{\"resource\": \"site\", \"kind\": \"command\"}");
      caller.event(path, type, "{\"resource\": \"site\", \"by\": \"person\"}");
      for (int sweep = 0; sweep < 5; sweep++) {
        caller.event("/rollback", "sweep-due", "{}");
      }
      protect.stop();
    }
  }

  private static boolean named(String name, Class<?> type) {
    return name.equals(type.getSimpleName() + ".class");
  }

  private Path jar(String name, String premain, Predicate<String> wanted) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!premain.isEmpty()) {
      attributes.putValue("Premain-Class", premain);
      attributes.putValue("Can-Retransform-Classes", "true");
      attributes.put(
          Attributes.Name.CLASS_PATH,
          AgentBuilder.class.getProtectionDomain().getCodeSource().getLocation().toString());
    }
    Path jar = directory.resolve(name);
    String folder = LookUps.class.getPackageName().replace('.', '/') + "/";
    Path classes = Path.of("target/test-classes").resolve(folder);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        var files = Files.list(classes)) {
      for (Path file : files.filter(one -> wanted.test(one.getFileName().toString())).toList()) {
        out.putNextEntry(new ZipEntry(folder + file.getFileName()));
        try (InputStream in = Files.newInputStream(file)) {
          in.transferTo(out);
        }
      }
    }
    return jar;
  }

  private void assertAllIsKnown(Surroundings surroundings) throws Exception {
    Path recorded = record(surroundings);
    List<LookUp> lookUps = LookUp.all(recorded);

    // The check of the check: the agent saw what is known to be looked up.
    assertThat(lookUps)
        .anyMatch(one -> one.target().startsWith("io.minio.messages."))
        .anyMatch(one -> one.kind().equals("method") && one.target().startsWith("io.lettuce."))
        .anyMatch(one -> one.kind().equals("invoked") && one.target().startsWith("dev.gnomon."))
        .anyMatch(one -> one.kind().equals("accessed") && one.target().startsWith("io.minio."))
        .anyMatch(one -> one.kind().equals("resource"))
        .anyMatch(one ->
            one.kind().equals("members") && one.target().equals("dev.gnomon.core.routes.Route"));
    try (NativeMetadata metadata = NativeMetadata.of(SOURCES, LookUp.loaded(recorded))) {
      assertThat(lookUps)
          .filteredOn(one -> !seenTo(one) && !metadata.beforehand(one))
          .as("looked up by name and not in META-INF/native-image of anything")
          .allMatch(metadata::covers);
    }
  }

  @Test
  void whatRouteLooksUpIsKnownToNativeImage() throws Exception {
    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectory(directory.resolve("surroundings")))) {
      assertAllIsKnown(surroundings);
    }
  }

  @Test
  void whatRouteLooksUpOnARealMinioIsKnownToNativeImage() throws Exception {
    S3TestServer server = S3TestServer.required("NativeMetadataProcessIT");
    String bucket = "native-" + UUID.randomUUID();
    server.bucket(bucket);
    try (RedisServer redis = RedisServer.start();
        Surroundings surroundings =
            RealSurroundings.of(
                Files.createDirectory(directory.resolve("surroundings")), server, bucket, redis)) {
      assertAllIsKnown(surroundings);
    }
  }
}
