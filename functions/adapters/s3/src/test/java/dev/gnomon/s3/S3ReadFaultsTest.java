package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static dev.gnomon.s3.FaultyServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.FaultyServer.Then;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads, lists, deletes and the clock against a faulty server.
class S3ReadFaultsTest {
  private static final ObjectName NAME = new ObjectName("packs/p1");
  private static final String URL = ".*/packs/p1";
  private static final String BUCKET = "/b-[^/?]*/?";
  private static final String LIST = ".*list-type=2.*";

  @TempDir static Path directory;
  private static FaultyServer server;
  private final byte[] content = new byte[100_000];
  private S3ObjectStore store;

  @BeforeAll
  static void start() throws Exception {
    server = new FaultyServer(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void storeAnObject() throws Exception {
    server.reset();
    store = server.open();
    new Random(4).nextBytes(content);
    try (S3ObjectStore target = server.openTarget()) {
      target.put(NAME, new ByteArrayInputStream(content));
    }
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  static Stream<Arguments> passing() {
    return Stream.of(
        Arguments.of("500", error(500, "InternalError")),
        Arguments.of("503 SlowDown", error(503, "SlowDown")),
        Arguments.of("502 page", aResponse().withStatus(502).withBody("<html>")),
        Arguments.of("reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
        Arguments.of("garbage", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  void aReadThatFailsIsTransientAndItsRepetitionGivesTheBytes(
      String fault, ResponseDefinitionBuilder answer) throws IOException {
    server.once("GET", URL, answer);

    assertThat(faultOf(() -> store.read(NAME, ByteRange.ALL)).kind()).isEqualTo(Kind.TRANSIENT);

    server.wireMock().resetScenarios();
    assertThat(all(FaultyServer.retrying(store), ByteRange.ALL)).isEqualTo(content);
  }

  @Test
  void aReadThatHangsIsTransientAndItsRepetitionGivesTheBytes() throws IOException {
    server.once("GET", URL, aResponse().withFixedDelay(FaultyServer.HANG_MILLIS));

    try (S3ObjectStore impatient =
        server.open(server.settings().withTimeouts(FaultyServer.IMPATIENT))) {
      assertThat(faultOf(() -> impatient.read(NAME, ByteRange.ALL)).kind())
          .isEqualTo(Kind.TRANSIENT);
    }

    assertThat(all(store, ByteRange.ALL)).isEqualTo(content);
  }

  @Test
  void aTruncatedBodyIsAFaultAndTheStreamGoesOnWhereItStopped() throws IOException {
    server.onceAfterEffect("GET", URL, Then.TRUNCATED);

    assertThat(faultOf(() -> all(store, ByteRange.ALL)).kind()).isEqualTo(Kind.TRANSIENT);

    server.wireMock().resetScenarios();
    assertThat(all(FaultyServer.retrying(store), ByteRange.ALL)).isEqualTo(content);
    server.wireMock().resetScenarios();
    assertThat(all(FaultyServer.retrying(store), new ByteRange(10, 50_000))).hasSize(50_000);
  }

  @Test
  void contentThatIsNotWhatWasStoredIsPermanentAndNeverGivenWhole() {
    server.onceAfterEffect("GET", URL, Then.WRONG_SHA256);

    ObjectStoreException fault = faultOf(() -> all(FaultyServer.retrying(store), ByteRange.ALL));

    assertThat(fault).hasMessageContaining("damaged").hasMessageContaining("packs/p1");
    assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void aServerThatIgnoresRangesIsRefused() {
    server.always("GET", URL, aResponse().withHeader("Content-Length", "100000").withBody(content));

    assertThat(faultOf(() -> store.read(NAME, new ByteRange(5, 10))))
        .hasMessageContaining("ignored the range")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.PERMANENT);
    assertThat(faultOf(() -> store.read(NAME, new ByteRange(0, 10))))
        .hasMessageContaining("ignored the range");
  }

  @Test
  void allOfAShortObjectIsARightAnswerToItsFirstBytes() throws IOException {
    server.always("GET", URL, aResponse().withHeader("Content-Length", "5").withBody("short"));

    assertThat(all(store, new ByteRange(0, 10))).asString().isEqualTo("short");
  }

  @Test
  void anotherRangeThanTheOneAskedForIsRefused() {
    server.always(
        "GET",
        URL,
        aResponse()
            .withStatus(206)
            .withHeader("Content-Range", "bytes 0-9/100000")
            .withHeader("Content-Length", "10")
            .withBody(new byte[10]));

    assertThat(faultOf(() -> store.read(NAME, new ByteRange(5, 10))).kind())
        .isEqualTo(Kind.PERMANENT);
  }

  @Test
  void anAnswerWithoutItsLengthIsRefused() {
    server.always("GET", URL, aResponse().withBody("chunked"));

    assertThat(faultOf(() -> store.read(NAME, ByteRange.ALL)))
        .hasMessageContaining("Content-Length")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.PERMANENT);
  }

  @Test
  void aStreamThatIsClosedEarlyGivesItsConnectionBack() throws IOException {
    for (int i = 0; i < 200; i++) {
      try (InputStream in = store.read(NAME, ByteRange.ALL).orElseThrow()) {
        assertThat(in.read()).isEqualTo(content[0] & 0xff);
      }
    }
  }

  @Test
  void aListThatIsNoXmlIsTransient() {
    server.once("GET", LIST, aResponse().withBody("<html>come back later"));

    assertThat(faultOf(() -> store.list("", Optional.empty(), 10)))
        .hasMessageContaining("not that of an S3 server")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.TRANSIENT);
    assertThat(store.list("", Optional.empty(), 10).objects()).hasSize(1);
  }

  @Test
  void aServerWhoseListsDoNotGoOnIsRefused() {
    server.always(
        "GET",
        LIST,
        aResponse()
            .withHeader("Content-Type", "application/xml")
            .withBody(
                """
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                <Name>b</Name><Prefix></Prefix><IsTruncated>true</IsTruncated><KeyCount>1</KeyCount><MaxKeys>1</MaxKeys>
                <Contents><Key>a</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified>
                <Size>1</Size></Contents></ListBucketResult>
                """));

    var first = store.list("", Optional.empty(), 1);
    assertThat(first.objects()).extracting(ObjectStat::name).containsExactly(new ObjectName("a"));

    assertThat(faultOf(() -> store.list("", first.next(), 1)).kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void foreignKeysArePassedOverAcrossPages() {
    server.once(
        "GET",
        LIST,
        aResponse()
            .withHeader("Content-Type", "application/xml")
            .withBody(
                """
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                <Name>b</Name><Prefix></Prefix><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>
                <Contents><Key>a+folder/</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified>
                <Size>0</Size></Contents></ListBucketResult>
                """));

    assertThat(store.list("", Optional.empty(), 1).objects())
        .extracting(ObjectStat::name)
        .containsExactly(NAME);
  }

  @Test
  void aMissingBucketIsNotAnEmptyOne() {
    S3Settings missing =
        S3ObjectStores.settings(
            URI.create("s3+" + server.settings().endpoint() + "/no-such-bucket"),
            S3ProxyServer.ACCESS_KEY,
            S3ProxyServer.SECRET_KEY,
            "");
    try (S3ObjectStore other = server.open(missing)) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> other.read(NAME, ByteRange.ALL),
              () -> other.stat(NAME),
              () -> other.list("", Optional.empty(), 1),
              () -> other.create(NAME, new byte[1]),
              () -> other.put(NAME, InputStream.nullInputStream()),
              other::time)) {
        ObjectStoreException fault = faultOf(call);
        assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
        assertThat(fault).hasMessageContaining("no-such-bucket");
      }
    }
  }

  @Test
  void namesThatAreKeptAreAFaultThoughTheAnswerIsASuccess() {
    String body =
        "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<Error><Key>packs/p1</Key><Code>%s</Code><Message>m</Message></Error></DeleteResult>";
    record Case(String code, Kind kind) {}
    for (Case c :
        List.of(
            new Case("AccessDenied", Kind.PERMANENT), new Case("InternalError", Kind.TRANSIENT))) {
      server.once(
          "POST",
          ".*delete.*",
          aResponse()
              .withHeader("Content-Type", "application/xml")
              .withBody(body.formatted(c.code())));
      server.wireMock().resetScenarios();

      ObjectStoreException fault = faultOf(() -> store.delete(List.of(NAME)));

      assertThat(fault.kind()).isEqualTo(c.kind());
      assertThat(fault).hasMessageContaining("packs/p1").hasMessageContaining(c.code());
    }
  }

  @Test
  void aDeleteWhoseAnswerIsLostMayBeRepeated() {
    server.onceAfterEffect("POST", ".*delete.*", Then.RESET);

    assertThat(faultOf(() -> store.delete(List.of(NAME))).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);

    FaultyServer.retrying(store).delete(List.of(NAME));
    assertThat(store.stat(NAME)).isEmpty();
  }

  @Test
  void aServerWithoutAClockIsRefused() {
    server.always("HEAD", ".*", aResponse().withHeader("Date", "half past nine"));

    assertThat(faultOf(store::time))
        .hasMessageContaining("half past nine")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.PERMANENT);
  }

  /// A policy that lets somebody list only what lies below a prefix refuses every question about
  /// the bucket itself.
  @Test
  void whoMayNotAskForTheBucketHearsTheTimeFromAListAndAsksForTheBucketOnce() {
    Instant before = server.time();
    server.always("HEAD", BUCKET, error(403, "AccessDenied"));
    assertThat(store.time()).isBetween(before, before.plusSeconds(600));

    Instant time = store.time();

    assertThat(time).isBetween(before, before.plusSeconds(600));
    assertThat(server.asked("HEAD", BUCKET)).isEqualTo(1);
    assertThat(server.asked("GET", ".*list-type=2.*prefix=cell.*")).isEqualTo(2);
  }

  @Test
  void whoMayNeitherAskForTheBucketNorListIsToldSo() {
    server.always("HEAD", BUCKET, error(403, "AccessDenied"));
    server.always("GET", LIST, error(403, "AccessDenied"));

    assertThat(faultOf(store::time))
        .hasMessageContaining("rights of this user")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.PERMANENT);
  }

  /// Without the right to list, S3 answers 403 for a name that is not there, too: that is no
  /// answer, and must not be taken for one.
  @Test
  void whoMayNotKnowWhetherANameIsTakenIsNotToldThatItIsFree() {
    server.always("HEAD", URL, error(403, "AccessDenied"));
    server.always("GET", URL, error(403, "AccessDenied"));

    ObjectStoreException looked = faultOf(() -> store.stat(NAME));

    assertThat(looked.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(faultOf(() -> store.read(NAME, ByteRange.ALL)))
        .hasMessageContaining("rights of this user")
        .extracting(ObjectStoreException::kind)
        .isEqualTo(Kind.PERMANENT);
  }

  private static byte[] all(ObjectStore store, ByteRange range) throws IOException {
    try (InputStream in = store.read(NAME, range).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private static ObjectStoreException faultOf(ThrowingCallable call) {
    ObjectStoreException fault = catchThrowableOfType(ObjectStoreException.class, call);
    assertThat(fault).isNotNull();
    return fault;
  }
}
