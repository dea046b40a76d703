package dev.gnomon.local;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.gnomon.runtime.http.Api;
import io.vertx.ext.web.Router;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrows of ARCHITECTURE.md. This module sees all others, so they are checked here.
class ArchitectureTest {
  private static final String CORE = "dev.gnomon.core..";
  private static final String EVENTS = "dev.gnomon.events..";
  private static final String LINUX = "dev.gnomon.linux..";
  private static final String STORE = "dev.gnomon.store..";
  private static final String RUNTIME = "dev.gnomon.runtime..";
  private static final String LOCAL = "dev.gnomon.local..";
  private static final List<String> ADAPTERS =
      List.of(
          "dev.gnomon.filesystem..",
          "dev.gnomon.otlp..",
          "dev.gnomon.prometheus..",
          "dev.gnomon.redis..",
          "dev.gnomon.s3..",
          "dev.gnomon.webhook..",
          "dev.gnomon.yaml..");
  private static final List<String> DEPLOYABLES =
      List.of("dev.gnomon.route..", "dev.gnomon.predict..", "dev.gnomon.protect..");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.gnomon");
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }

  /// All of our packages but the given ones.
  private static String[] oursBut(String... allowed) {
    return Stream.of(
            Stream.of(CORE, EVENTS, LINUX, STORE, RUNTIME, LOCAL, "dev.gnomon.verification.."),
            ADAPTERS.stream(),
            DEPLOYABLES.stream())
        .flatMap(each -> each)
        .filter(each -> !Arrays.asList(allowed).contains(each))
        .toArray(String[]::new);
  }

  @Test
  void coreIsPlainJavaWithJson() {
    check(
        classes()
            .that(resideInAPackage(CORE))
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(
                    CORE,
                    "java..",
                    "javax.crypto..",
                    "javax.net.ssl..",
                    "org.jspecify..",
                    "com.fasterxml.jackson..")));
  }

  @Test
  void coreAsksNeitherTheEnvironmentNorTheSystemClock() {
    check(
        noClasses()
            .that(resideInAPackage(CORE))
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now"));
  }

  @Test
  void systemCallsStandOnNothing() {
    check(
        classes()
            .that(resideInAPackage(LINUX))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(LINUX, "java..", "org.jspecify..")));
  }

  @Test
  void nativeFunctionsAreLinkedInOnePlace() {
    check(
        noClasses()
            .that(resideInAPackage("dev.gnomon.."))
            .and()
            .resideOutsideOfPackage(LINUX)
            .should()
            .dependOnClassesThat(
                com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                    java.lang.foreign.Linker.class)));
  }

  @Test
  void eventsAndTheShadowStoreStandOnCoreAtMost() {
    check(
        noClasses()
            .that(resideInAPackage(EVENTS))
            .should()
            .dependOnClassesThat(resideInAnyPackage(oursBut(EVENTS, CORE))));
    check(
        noClasses()
            .that(resideInAPackage(STORE))
            .should()
            .dependOnClassesThat(resideInAnyPackage(oursBut(STORE, CORE, LINUX))));
    check(
        noClasses()
            .that(resideInAnyPackage(CORE, EVENTS, STORE))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("io.quarkus..", "jakarta..", "io.vertx..", "io.lettuce..")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.gnomon.filesystem..",
        "dev.gnomon.otlp..",
        "dev.gnomon.prometheus..",
        "dev.gnomon.redis..",
        "dev.gnomon.s3..",
        "dev.gnomon.webhook..",
        "dev.gnomon.yaml.."
      })
  void anAdapterKnowsCoreAndNoOtherAdapterOrFramework(String adapter) {
    check(
        noClasses()
            .that(resideInAPackage(adapter))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    adapter.equals("dev.gnomon.filesystem..")
                        ? oursBut(adapter, CORE, LINUX)
                        : oursBut(adapter, CORE))));
    check(
        noClasses()
            .that(resideInAPackage(adapter))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.quarkus..", "jakarta.enterprise..")));
  }

  @Test
  void runtimeKnowsCoreAndEventsOnly() {
    check(
        noClasses()
            .that(resideInAPackage(RUNTIME))
            .should()
            .dependOnClassesThat(resideInAnyPackage(oursBut(RUNTIME, CORE, EVENTS))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.gnomon.route..", "dev.gnomon.predict..", "dev.gnomon.protect.."})
  void aDeployableKnowsNoOtherDeployable(String deployable) {
    String[] others =
        Stream.concat(
                DEPLOYABLES.stream().filter(each -> !each.equals(deployable)), Stream.of(LOCAL))
            .toArray(String[]::new);
    check(
        noClasses()
            .that(resideInAPackage(deployable))
            .should()
            .dependOnClassesThat(resideInAnyPackage(others)));
  }

  @Test
  void nobodyKnowsTheLocalStackOrTheTestSupport() {
    check(
        noClasses()
            .that(resideInAnyPackage(oursBut(LOCAL, "dev.gnomon.verification..")))
            .should()
            .dependOnClassesThat(resideInAnyPackage(LOCAL, "dev.gnomon.verification..")));
  }

  @Test
  void theBrokerAndTheServersKnowNothingOfTheFunctions() {
    check(
        noClasses()
            .that(resideInAnyPackage("dev.gnomon.local.broker..", "dev.gnomon.local.servers.."))
            .should()
            .dependOnClassesThat(resideInAnyPackage(oursBut(LOCAL, CORE)))
            .orShould()
            .dependOnClassesThat(
                resideInAnyPackage("dev.gnomon.local.stack..", "dev.gnomon.local.cli..")));
  }

  @Test
  void packagesOfCoreAndEveryAdapterHaveNoCyclesWithOneAnother() {
    slices().matching("dev.gnomon.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    check(
        noClasses()
            .that(resideInAPackage("dev.gnomon.."))
            .should()
            .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Common|Base)"));
  }

  @Test
  void testsOfThisSeeTheModules() {
    // A rule over no classes would pass for nothing.
    for (String each :
        List.of("core", "events", "linux", "runtime", "route", "predict", "redis", "local")) {
      check(
          classes()
              .that(resideInAPackage("dev.gnomon." + each + ".."))
              .should()
              .resideInAPackage("dev.gnomon.."));
      org.assertj.core.api.Assertions.assertThat(
              classes.stream().filter(one -> one.getPackageName().startsWith("dev.gnomon." + each)))
          .as(each)
          .isNotEmpty();
    }
  }

  /// All other endpoints ask for a token of the API; DoorsContract calls each.
  @Test
  void onlyTheseLookForThemselvesWhoComes() {
    check(
        noClasses()
            .that()
            .doNotHaveSimpleName("ApprovalPages") // signed links
            .and()
            .doNotHaveSimpleName("BucketHints") // a token of its own
            .and()
            .doNotHaveSimpleName("DeadLetters") // the broker's, as the paths of events are
            .and()
            .doNotHaveSimpleName("OtlpReceivers") // tokens of senders of telemetry
            .and()
            .doNotHaveSimpleName("PlainReceivers") // the same
            .and()
            .doNotHaveSimpleName("Webhooks") // signatures of senders
            .and()
            .doNotHaveSimpleName("Api")
            .should()
            .callMethodWhere(
                JavaCall.Predicates.target(HasOwner.Predicates.With.owner(type(Api.class)))
                    .and(
                        JavaCall.Predicates.target(
                            HasName.Predicates.nameMatching("raw|withProofInTheAddress"))))
            .orShould()
            .callMethod(
                Api.class, "post", String.class, Consumer.class, Class.class, BiFunction.class));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(oursBut(RUNTIME, LOCAL))
            .and()
            .doNotHaveSimpleName("OnlyWebhooks") // closes paths, opens none
            .and()
            .doNotHaveSimpleName("DoorsContract") // asks which there are
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Router.class));
  }
}
