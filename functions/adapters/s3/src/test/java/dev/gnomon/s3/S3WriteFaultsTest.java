package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.gnomon.s3.FaultyServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.FaultyServer.Then;
import dev.gnomon.verification.waits.ClosedPort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Create against a faulty server: the kind of each fault, and that ControlRecords knows in the end
/// who wrote the record.
class S3WriteFaultsTest {
  private static final ObjectName NAME = new ObjectName("routes/site/1");
  private static final String URL = ".*/routes/site/1";

  @TempDir static Path directory;
  private static FaultyServer server;

  record Step(String what) {}

  @BeforeAll
  static void start() throws Exception {
    server = new FaultyServer(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void forgetFaults() throws Exception {
    server.reset();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("500", error(500, "InternalError"), Kind.OUTCOME_UNKNOWN),
        Arguments.of("502 page", page(502), Kind.OUTCOME_UNKNOWN),
        Arguments.of("504 page", page(504), Kind.OUTCOME_UNKNOWN),
        Arguments.of("503 SlowDown", error(503, "SlowDown"), Kind.TRANSIENT),
        Arguments.of("503 page", page(503), Kind.TRANSIENT),
        Arguments.of("429", error(429, "TooManyRequests"), Kind.TRANSIENT),
        Arguments.of("408", error(408, "RequestTimeout"), Kind.TRANSIENT),
        Arguments.of("bad digest", error(400, "BadDigest"), Kind.TRANSIENT),
        Arguments.of("bad SHA-256", error(400, "XAmzContentSHA256Mismatch"), Kind.TRANSIENT),
        Arguments.of(
            "reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), Kind.OUTCOME_UNKNOWN),
        Arguments.of(
            "no answer", aResponse().withFault(Fault.EMPTY_RESPONSE), Kind.OUTCOME_UNKNOWN),
        Arguments.of(
            "garbage", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE), Kind.OUTCOME_UNKNOWN),
        Arguments.of(
            "success that says nothing", aResponse().withStatus(200), Kind.OUTCOME_UNKNOWN));
  }

  private static ResponseDefinitionBuilder page(int status) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "text/html")
        .withBody("<html><h1>Bad Gateway</h1></html>");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void aFaultBeforeTheEffectHasItsKindAndTheRecordIsCreatedInTheEnd(
      String fault, ResponseDefinitionBuilder answer, Kind kind) {
    server.once("PUT", URL, answer);
    try (S3ObjectStore store = server.open()) {
      assertThat(faultOf(() -> store.create(NAME, new byte[1])).kind()).isEqualTo(kind);
      assertThat(store.stat(NAME)).isEmpty();

      server.wireMock().resetScenarios();
      assertThat(create(store, "mine")).isEqualTo(new Outcome.Created<>(new Step("mine")));
      assertThat(create(store, "other")).isEqualTo(new Outcome.Exists<>(new Step("mine")));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Then.class,
      names = {"RESET", "INTERNAL_ERROR", "NO_ETAG"})
  void anAnswerLostAfterTheEffectIsUnknownAndTheRecordIsFoundToBeOurs(Then then) {
    server.onceAfterEffect("PUT", URL, then);
    try (S3ObjectStore store = server.open()) {
      assertThat(faultOf(() -> store.create(NAME, new byte[1])).kind())
          .isEqualTo(Kind.OUTCOME_UNKNOWN);
      assertThat(store.stat(NAME)).isPresent();
      store.delete(List.of(NAME));

      server.wireMock().resetScenarios();
      server.wireMock().resetRequests();
      assertThat(create(store, "mine")).isEqualTo(new Outcome.Created<>(new Step("mine")));
      server.wireMock().verify(1, putRequestedFor(urlMatching(URL)));
      assertThat(create(store, "other")).isEqualTo(new Outcome.Exists<>(new Step("mine")));
    }
  }

  @Test
  void aServerThatHangsBeforeTheEffectIsUnknownAndTheRecordIsCreated() {
    server.once("PUT", URL, aResponse().withFixedDelay(FaultyServer.HANG_MILLIS));
    try (S3ObjectStore store =
        server.open(server.settings().withTimeouts(FaultyServer.IMPATIENT))) {
      assertThat(faultOf(() -> store.create(NAME, new byte[1])))
          .hasMessageContaining("timed out")
          .extracting(ObjectStoreException::kind)
          .isEqualTo(Kind.OUTCOME_UNKNOWN);
    }
    try (S3ObjectStore store = server.open()) {
      assertThat(create(store, "mine")).isInstanceOf(Outcome.Created.class);
    }
  }

  @Test
  void aServerThatHangsAfterTheEffectIsUnknownAndTheRecordIsFoundToBeOurs() {
    server.onceAfterEffect("PUT", URL, Then.HANG);
    try (S3ObjectStore store =
        server.open(server.settings().withTimeouts(FaultyServer.IMPATIENT))) {
      assertThat(create(store, "mine")).isInstanceOf(Outcome.Created.class);
      server.wireMock().verify(1, putRequestedFor(urlMatching(URL)));
    }
  }

  @Test
  void anAnswerLostWhileAnotherWriterWonIsExists() {
    try (S3ObjectStore other = server.openTarget();
        S3ObjectStore store = server.open()) {
      create(other, "other");
      server.once("PUT", URL, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));

      assertThat(create(store, "mine")).isEqualTo(new Outcome.Exists<>(new Step("other")));
    }
  }

  @Test
  void aConflictWithAWriterUnderWayIsTriedAgain() {
    server.once("PUT", URL, error(409, "ConditionalRequestConflict"));
    try (S3ObjectStore store = server.open()) {
      assertThat(store.create(NAME, new byte[1])).isInstanceOf(Creation.Created.class);
      server.wireMock().verify(2, putRequestedFor(urlMatching(URL)));
    }
  }

  @Test
  void aConflictThatStaysIsATransientFault() {
    server.always("PUT", URL, error(409, "ConditionalRequestConflict"));
    try (S3ObjectStore store = server.open()) {
      assertThat(faultOf(() -> store.create(NAME, new byte[1])).kind()).isEqualTo(Kind.TRANSIENT);
      server.wireMock().verify(6, putRequestedFor(urlMatching(URL)));
    }
  }

  @Test
  void createAsksForAFreeNameWithSignedHashes() {
    try (S3ObjectStore store = server.open()) {
      store.create(NAME, new byte[1]);
    }
    var request = server.wireMock().findAll(putRequestedFor(urlMatching(URL))).getFirst();
    assertThat(request.getHeader("If-None-Match")).isEqualTo("*");
    assertThat(request.getHeader("Content-MD5")).isNotBlank();
    assertThat(request.getHeader("x-amz-content-sha256")).hasSize(64);
    assertThat(request.getHeader("Authorization"))
        .contains("if-none-match")
        .contains("x-amz-meta-gnomon-sha256");
  }

  @Test
  void anEtagOfAnotherKindIsCheckedByReadingBack() {
    server.onceAfterEffect("PUT", URL, Then.WRONG_ETAG);
    try (S3ObjectStore store = server.open()) {
      assertThat(store.create(NAME, "hello".getBytes())).isInstanceOf(Creation.Created.class);
    }
  }

  @Test
  void aServerThatStoredOtherBytesIsRefused() {
    server.once("PUT", URL, aResponse().withHeader("ETag", "\"00000000000000000000000000000000\""));
    try (S3ObjectStore store = server.open()) {
      ObjectStoreException fault = faultOf(() -> store.create(NAME, "hello".getBytes()));

      assertThat(fault).hasMessageContaining("stored other bytes");
      assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
    }
  }

  static Stream<Arguments> lasting() {
    return Stream.of(
        Arguments.of(error(403, "InvalidAccessKeyId"), "check access key, secret key"),
        Arguments.of(error(403, "SignatureDoesNotMatch"), "check access key, secret key"),
        Arguments.of(error(403, "RequestTimeTooSkewed"), "clock"),
        Arguments.of(error(404, "NoSuchBucket"), "create the bucket"),
        Arguments.of(error(501, "NotImplemented"), "If-None-Match"),
        Arguments.of(error(507, "XMinioStorageFull"), "disk is full"),
        Arguments.of(
            error(301, "PermanentRedirect").withHeader("x-amz-bucket-region", "eu-central-1"),
            "region eu-central-1"),
        Arguments.of(error(400, "InvalidArgument"), "said InvalidArgument"));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void whatRepeatingDoesNotHelpIsPermanentAndSaysWhatToDo(
      ResponseDefinitionBuilder answer, String advice) {
    server.always("PUT", URL, answer);
    try (S3ObjectStore store = server.open()) {
      ObjectStoreException fault = faultOf(() -> store.create(NAME, new byte[1]));

      assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
      assertThat(fault)
          .hasMessageContaining(advice)
          .hasMessageContaining("'routes/site/1'")
          .hasMessageContaining(server.settings().endpoint().toString())
          .hasMessageContaining(server.settings().bucket());
      assertThat(fault.toString()).doesNotContain(S3ProxyServer.SECRET_KEY);
      server.wireMock().verify(1, putRequestedFor(urlMatching(URL)));
    }
  }

  @Test
  void realWrongKeysAreRefused() {
    S3Settings wrong =
        S3ObjectStores.settings(
            URI.create("s3+" + server.settings().endpoint() + "/" + server.settings().bucket()),
            S3ProxyServer.ACCESS_KEY,
            "another-secret",
            "");
    try (S3ObjectStore store = server.open(wrong)) {
      assertThat(faultOf(() -> store.create(NAME, new byte[1])).kind()).isEqualTo(Kind.PERMANENT);
      assertThat(faultOf(() -> store.list("", Optional.empty(), 1)).kind())
          .isEqualTo(Kind.PERMANENT);
      assertThat(faultOf(store::time).kind()).isEqualTo(Kind.PERMANENT);
    }
  }

  @Test
  void aServerThatIsDownIsTransientBecauseNothingWasSent() throws IOException {
    try (ClosedPort port = new ClosedPort()) {
      S3Settings down =
          S3ObjectStores.settings(
              URI.create("s3+http://127.0.0.1:" + port.number() + "/b-1"), "a", "s", "");
      try (S3ObjectStore store = server.open(down)) {
        ObjectStoreException fault = faultOf(() -> store.create(NAME, new byte[1]));

        assertThat(fault.kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(fault).hasMessageContaining("no connection").hasMessageContaining("127.0.0.1");
      }
    }
  }

  @Test
  void aServerWhoseCertificateIsNotTrustedIsRefused() {
    String url = "s3+https://127.0.0.1:" + server.wireMock().httpsPort() + "/bucket";
    try (S3ObjectStore store =
        server.open(S3ObjectStores.settings(URI.create(url), "access", "secret", ""))) {
      ObjectStoreException fault = faultOf(() -> store.create(NAME, new byte[1]));

      assertThat(fault).hasMessageContaining("certificate is not trusted");
      assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
    }
  }

  private static Outcome<Step> create(S3ObjectStore store, String what) {
    return new ControlRecords(
            FaultyServer.retrying(store), () -> UUID.randomUUID().toString(), pause -> {})
        .create(NAME, new Step(what));
  }

  private static ObjectStoreException faultOf(ThrowingCallable call) {
    ObjectStoreException fault = catchThrowableOfType(ObjectStoreException.class, call);
    assertThat(fault).isNotNull();
    return fault;
  }
}
