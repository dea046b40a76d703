package dev.gnomon.local.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the demo does to a prefix of others, and what it says when a Gnomon elsewhere fails it.
class PrefixDemoTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://store:9000/shop/orders");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String MARK =
      "Objects below this prefix were made by `gnomon demo` and may be deleted.\n";
  private static final String SERVED = "{\"primary\": {\"path\": \"" + PLACE + "\"}}";
  private static final String READY =
      "{\"state\": \"READY\", \"points\": [{\"point\": \"orders@1\"}]}";

  private final InMemoryBucket bucket = new InMemoryBucket(Clock.systemUTC()::instant);
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private String route = SERVED;

  /// Statuses of the broker's answers, then 400.
  private final Deque<Integer> broker = new ArrayDeque<>();

  /// Statuses of what is answered about updates, 0 for a broken connection, then READY.
  private final Deque<Integer> updates = new ArrayDeque<>();

  private Runnable onEvent = () -> {};
  private Runnable onUpdate = () -> {};
  private HttpServer gnomon;

  @BeforeEach
  void start() throws IOException {
    gnomon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gnomon.createContext("/readers/routes/orders", exchange -> answer(exchange, 200, route));
    gnomon.createContext(
        "/broker",
        exchange -> {
          onEvent.run();
          answer(exchange, next(broker, 400), "");
        });
    gnomon.createContext(
        "/updates/",
        exchange -> {
          onUpdate.run();
          answer(exchange, next(updates, 200), READY);
        });
    gnomon.start();
  }

  @AfterEach
  void stop() {
    gnomon.stop(0);
  }

  private static int next(Deque<Integer> statuses, int last) {
    return Optional.ofNullable(statuses.poll()).orElse(last);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (status != 0) {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private PrefixDemo demo() {
    URI base = URI.create("http://127.0.0.1:" + gnomon.getAddress().getPort());
    Target target =
        new Target(
            new Target.Addresses(base.resolve("/broker"), base, base.resolve("/readers")),
            Duration.ofMillis(5),
            () -> true);
    return new PrefixDemo(
        target,
        bucket.open(
            PLACE,
            new PrefixSpec(
                Optional.empty(), Optional.empty(), Versions.COPY, false, Optional.empty())),
        "orders",
        new Timeline(Optional.of(new PrintStream(said, true, UTF_8))));
  }

  private static String below(String key) {
    return PLACE.prefix() + key;
  }

  private void put(String key, String content) {
    bucket.put(below(key), content, Attributes.NONE);
  }

  private TreeSet<String> keys() {
    return new TreeSet<>(bucket.contents().keySet());
  }

  private void refused(String why) {
    var before = bucket.contents();
    assertThatThrownBy(() -> demo().run())
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.exitCode()).isEqualTo(Failure.WRONG_USE))
        .hasMessageContaining(why);
    assertThat(bucket.contents()).isEqualTo(before);
  }

  @Test
  void whatATeamWroteWhereADemoLeftItsMarkerIsRefused() {
    put("gnomon-demo", MARK);
    put("orders/003/order 3.bin", "the demo's");
    put("orders/003/order 4.bin", "the team's");

    refused("'orders/003/order 4.bin' that no demo made");
  }

  @Test
  void anObjectOfTheMarkersNameThatSaysSomethingElseIsSomebodys() {
    put("gnomon-demo", MARK + "Not quite.");

    refused("'gnomon-demo' that no demo made");
  }

  @Test
  void objectsOfTheDemosNamesWithoutItsMarkerAreSomebodys() {
    put("orders/003/order 3.bin", "the team's");

    refused("'orders/003/order 3.bin' that no demo made");
  }

  @Test
  void anApiThatDoesNotSayWhereTheResourceIsServedFromIsRefused() {
    route = "{\"message\": \"welcome\"}";
    refused("does not say where orders is served from");
    route = "{\"primary\": {\"path\": \"/srv/orders\"}}";
    refused("orders is served from /srv/orders");
  }

  @Test
  void whatADemoLeftIsReplacedAndGoesInTheEnd() throws Exception {
    put("gnomon-demo", MARK);
    put("orders/003/order 3.bin", "damaged");
    put("release-2.0-rc/module-3.bin", "added");
    PrefixDemo demo = demo();
    assertThatThrownBy(demo::run).hasMessageContaining("the broker answered 400");
    assertThat(keys()).hasSize(201).doesNotContain(below("release-2.0-rc/module-3.bin"));

    demo.clean();

    assertThat(keys()).isEmpty();
  }

  @Test
  void whatOthersWroteWhileItRanStays() throws Exception {
    PrefixDemo demo = demo();
    assertThatThrownBy(demo::run).isInstanceOf(Failure.class);
    put("orders/003/order 4.bin", "the team's");

    demo.clean();

    assertThat(keys()).containsExactly(below("orders/003/order 4.bin"));
    assertThat(said.toString(UTF_8)).contains("1 objects", "not the demo's and stay");
  }

  @Test
  void whatOthersWroteBehindItsBackEndsIt() {
    broker.addAll(List.of(202, 202));
    bucket.before(call -> {
      if (call.startsWith("put") && call.contains("module-9.bin")) {
        put("team", "precious");
      }
    });

    assertThatThrownBy(() -> demo().run()).hasMessageContaining("somebody wrote 'team'");

    assertThat(keys()).contains(below("team"));
  }

  @Test
  void faultsThatPassDoNotEndItAndWhatDoesSaysHowThePrefixIsAndComesBack() {
    broker.addAll(List.of(503, 0, 202, 429));
    updates.addAll(List.of(404, 503, 0, 500));

    assertThatThrownBy(() -> demo().run()).hasMessageContaining("the broker answered 400");

    assertThat(updates).isEmpty();
    assertThat(said.toString(UTF_8))
        .contains(
            "14 objects damaged",
            "may be damaged",
            "gnomon rollback --resource orders --to orders@1 --mode restore");
  }

  private static Duration inJob(String key) throws IOException {
    String job = Files.readString(Path.of("../knative/demo/job.yaml"));
    var number = Pattern.compile("\\b" + key + ": ([0-9]+)").matcher(job);
    assertThat(number.find()).as(key).isTrue();
    return Duration.ofSeconds(Long.parseLong(number.group(1)));
  }

  @Test
  void itsJobMayRunLongerThanItWaitsAndEndLaterThanItCleans() throws Exception {
    assertThat(inJob("activeDeadlineSeconds")).isGreaterThan(PrefixDemo.LONGEST);
    assertThat(inJob("terminationGracePeriodSeconds")).isGreaterThan(PrefixDemo.CLEANING);
  }

  @Test
  void stoppedItRemovesWhatItMadeAndMakesNothingAnew() {
    broker.add(202);
    PrefixDemo demo = demo();
    onUpdate = () -> demo.exit(false, LIMIT);

    assertThatThrownBy(demo::run).hasMessageContaining("ending");

    assertThat(keys()).isEmpty();
    assertThat(said.toString(UTF_8))
        .contains("STOPPED: nothing of the demo is left below " + PLACE)
        .doesNotContain("objects damaged", "undamaged");
  }

  @Test
  void stoppedWhileItPutsAnObjectItRemovesThatToo() throws Exception {
    PrefixDemo demo = demo();
    Thread stop = new Thread(() -> demo.exit(false, LIMIT));
    bucket.before(call -> {
      if (call.startsWith("put") && call.endsWith("order 150.bin")) {
        stop.start();
      }
    });

    assertThatThrownBy(demo::run).isInstanceOf(Failure.class);

    assertThat(stop.getState()).as("it was stopped").isNotEqualTo(Thread.State.NEW);
    stop.join();
    assertThat(keys()).isEmpty();
  }

  @Test
  void stoppedBesideARollbackItLeavesWhatThatBringsBack() {
    broker.addAll(List.of(202, 202));
    PrefixDemo demo = demo();
    onEvent =
        () -> {
          if (broker.size() == 1) {
            demo.exit(false, LIMIT);
          }
        };
    // The rollback is never answered for: whoever asks again hears that it is refused.
    gnomon.createContext("/requests/", exchange -> answer(exchange, 403, ""));

    assertThatThrownBy(demo::run).hasMessageContaining("403");

    assertThat(keys()).contains(below("gnomon-demo")).hasSizeGreaterThan(200);
    assertThat(said.toString(UTF_8))
        .containsOnlyOnce("STOPPED: ")
        .contains("gnomon rollback --resource orders --to orders@1")
        .doesNotContain("removing");
  }

  @Test
  void stoppedItKeepsWhatShallBeKept() {
    broker.add(202);
    PrefixDemo demo = demo();
    onUpdate = () -> demo.exit(true, LIMIT);

    assertThatThrownBy(demo::run).hasMessageContaining("ending");

    assertThat(keys()).hasSize(201);
    assertThat(said.toString(UTF_8)).contains("STOPPED: ", "undamaged").doesNotContain("removing");
  }

  @Test
  void stoppedBeforeThePrefixIsItsOwnItTouchesNothing() {
    put("orders/003/order 3.bin", "the team's");
    PrefixDemo demo = demo();
    assertThatThrownBy(demo::run).hasMessageContaining("that no demo made");

    demo.exit(false, LIMIT);

    assertThat(keys()).containsExactly(below("orders/003/order 3.bin"));
    assertThat(said.toString(UTF_8)).isEmpty();
  }

  @Test
  void stoppedWhereNothingCanBeDeletedItSaysWhy() {
    broker.add(202);
    PrefixDemo demo = demo();
    onUpdate =
        () -> {
          bucket.before(call -> {
            throw new IllegalStateException("the store is away");
          });
          demo.exit(false, LIMIT);
        };

    assertThatThrownBy(demo::run).hasMessageContaining("ending");

    assertThat(said.toString(UTF_8))
        .contains("could not remove what the demo made (the store is away). STOPPED: ");
  }

  @Test
  void stoppedItWaitsForNoStoreThatHangs() {
    broker.add(202);
    CountDownLatch goesOn = new CountDownLatch(1);
    PrefixDemo demo = demo();
    onUpdate =
        () -> {
          bucket.before(call -> {
            try {
              goesOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
          demo.exit(false, Duration.ofMillis(20));
          goesOn.countDown();
        };

    assertThatThrownBy(demo::run).hasMessageContaining("ending");

    assertThat(said.toString(UTF_8)).contains("could not remove what the demo made (not within");
  }

  @Test
  void endedBeforeTheDamageItSaysThatThereIsNone() {
    broker.add(202);
    updates.add(403);

    assertThatThrownBy(() -> demo().run()).hasMessageContaining("answered 403");

    assertThat(said.toString(UTF_8)).contains("undamaged");
  }
}
