package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.gnomon.s3.FaultyServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.FaultyServer.Then;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Streaming puts against a faulty server: parts are sent again, and what fails leaves no upload.
class S3UploadFaultsTest {
  private static final ObjectName NAME = new ObjectName("packs/p1");
  private static final String OBJECT = ".*/packs/p1";
  private static final String PART_2 = ".*/packs/p1\\?.*partNumber=2.*";
  private static final String UPLOAD = ".*/packs/p1\\?uploadId=.*";
  private static final String CONDITION = "If-None-Match";
  private static final int PART = 5 * 1024 * 1024;

  @TempDir static Path directory;
  private static FaultyServer server;
  private static final byte[] CONTENT = new byte[2 * PART + 321];
  private S3ObjectStore store;

  @BeforeAll
  static void start() throws Exception {
    server = new FaultyServer(directory);
    new Random(8).nextBytes(CONTENT);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void openStore() throws Exception {
    server.reset();
    store = server.open(server.settings().withPartBytes(PART));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private long put() {
    return store.put(NAME, new ByteArrayInputStream(CONTENT));
  }

  private byte[] stored() throws IOException {
    try (InputStream in = store.read(NAME, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void aPartThatIsRefusedForNowIsSentAgain() throws IOException {
    server.once("PUT", PART_2, error(503, "SlowDown"));

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
    server.wireMock().verify(2, putRequestedFor(urlMatching(PART_2)));
  }

  @Test
  void aPartWhoseAnswerIsLostIsSentAgain() throws IOException {
    server.onceAfterEffect("PUT", PART_2, Then.RESET);

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
  }

  @Test
  void aLostAnswerToTheCompletionIsFoundByName() throws IOException {
    server.onceAfterEffect("POST", UPLOAD, Then.RESET);

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
    server.wireMock().verify(0, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void anErrorInsideASuccessfulCompletionIsNoSuccess() throws IOException {
    server.once("POST", UPLOAD, error(200, "InternalError"));

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
    server.wireMock().verify(2, postRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void aPartThatIsNeverTakenAbortsTheUpload() {
    server.always("PUT", PART_2, error(503, "SlowDown"));

    assertThatThrownBy(this::put)
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("given up after 8 attempts")
        .extracting(e -> ((ObjectStoreException) e).kind())
        .isEqualTo(Kind.TRANSIENT);

    assertThat(store.read(NAME, ByteRange.ALL)).isEmpty();
    server.wireMock().verify(1, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void anAbortThatFailsDoesNotHideWhy() {
    server.always("PUT", PART_2, error(403, "AccessDenied"));
    server.always("DELETE", UPLOAD, error(500, "InternalError"));

    assertThatThrownBy(this::put)
        .hasMessageContaining("AccessDenied")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void aSourceThatFailsAbortsTheUpload() {
    InputStream failing =
        new SequenceInputStream(
            new ByteArrayInputStream(CONTENT),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("source failed");
              }
            });

    assertThatThrownBy(() -> store.put(NAME, failing)).isInstanceOf(UncheckedIOException.class);

    assertThat(store.read(NAME, ByteRange.ALL)).isEmpty();
    server.wireMock().verify(1, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void aSmallStreamGoesUpInOnePieceAndIsSentAgain() throws IOException {
    server.once("PUT", OBJECT, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    byte[] small = "small".getBytes();

    assertThat(store.put(NAME, new ByteArrayInputStream(small))).isEqualTo(5);

    assertThat(stored()).isEqualTo(small);
    server.wireMock().verify(0, postRequestedFor(urlMatching(".*uploads.*")));
  }

  @Test
  void everythingThatIsPutAsksForAFreeName() {
    put();
    store.put(new ObjectName("packs/small"), new ByteArrayInputStream(new byte[3]));

    server
        .wireMock()
        .verify(1, postRequestedFor(urlMatching(UPLOAD)).withHeader(CONDITION, equalTo("*")));
    server
        .wireMock()
        .verify(
            1, putRequestedFor(urlMatching(".*/packs/small")).withHeader(CONDITION, equalTo("*")));
  }

  @Test
  void aLostAnswerToASmallPutIsFoundByItsContent() throws IOException {
    server.onceAfterEffect("PUT", OBJECT, Then.RESET);
    byte[] small = "small".getBytes();

    assertThat(store.put(NAME, new ByteArrayInputStream(small))).isEqualTo(5);

    assertThat(stored()).isEqualTo(small);
    server.wireMock().verify(2, putRequestedFor(urlMatching(OBJECT)));
  }

  @Test
  void aLostAnswerWhileTheNameWasTakenIsNoSuccess() throws IOException {
    try (S3ObjectStore other = server.openTarget()) {
      other.put(NAME, new ByteArrayInputStream("other".getBytes()));
    }
    server.once("PUT", OBJECT, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));

    assertTaken(() -> store.put(NAME, new ByteArrayInputStream("small".getBytes())), 5);
    assertThat(stored()).isEqualTo("other".getBytes());
  }

  /// The server answers 500 for good and nobody knows: an object of the same length is not ours.
  @Test
  void aCompletionOfUnknownOutcomeIsJudgedByTheBytesNotByTheLength() throws IOException {
    byte[] other = CONTENT.clone();
    other[PART + 7] ^= 1;
    try (S3ObjectStore target = server.openTarget()) {
      target.put(NAME, new ByteArrayInputStream(other));
    }
    server.once("HEAD", OBJECT, error(404, "NoSuchKey")); // taken after the look
    server.always("POST", UPLOAD, error(500, "InternalError"));

    assertThatThrownBy(this::put).hasMessageContaining("InternalError");

    assertThat(stored()).isEqualTo(other);
  }

  /// Also where the name is taken after the look at it.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargePutOverATakenNameIsRefusedAndItsPartsAreFreed(boolean late) throws IOException {
    byte[] other = CONTENT.clone();
    other[0] ^= 1;
    try (S3ObjectStore target = server.openTarget()) {
      target.put(NAME, new ByteArrayInputStream(other));
    }
    if (late) {
      server.once("HEAD", OBJECT, error(404, "NoSuchKey"));
    }

    assertTaken(this::put, CONTENT.length);

    assertThat(stored()).isEqualTo(other);
    server.wireMock().verify(1, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void aConflictAtTheEndOfAnUploadIsTriedAgain() throws IOException {
    server.once("POST", UPLOAD, error(409, "ConditionalRequestConflict"));

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
  }

  /// 501 or a 400 that names the header; the next put does not ask again.
  @ParameterizedTest
  @CsvSource({"501, NotImplemented", "400, InvalidArgument"})
  void aServerThatRefusesTheConditionIsUsedWithoutIt(int status, String code) throws IOException {
    refuseTheCondition(status, code);

    assertThat(put()).isEqualTo(CONTENT.length);
    assertThat(stored()).isEqualTo(CONTENT);
    store.put(new ObjectName("packs/p2"), new ByteArrayInputStream(CONTENT));

    server
        .wireMock()
        .verify(
            1, postRequestedFor(urlMatching(".*uploadId=.*")).withHeader(CONDITION, equalTo("*")));
  }

  @Test
  void aServerThatRefusesTheConditionIsAskedForTheNameFirst() throws IOException {
    refuseTheCondition(501, "NotImplemented");
    put();
    byte[] other = CONTENT.clone();
    other[0] ^= 1;

    assertTaken(() -> store.put(NAME, new ByteArrayInputStream(other)), CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
    assertThat(put()).as("the same again").isEqualTo(CONTENT.length);
  }

  @Test
  void anotherMistakeOfTheEndIsNoRefusalOfTheCondition() {
    server.always("POST", UPLOAD, error(400, "InvalidPart"));

    assertThatThrownBy(this::put).hasMessageContaining("InvalidPart");

    server.wireMock().verify(1, postRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void aRefusalIsOnlyBelievedIfTheEndIsTakenWithoutTheCondition() throws IOException {
    server.once("POST", UPLOAD, error(400, "InvalidArgument"));
    server
        .wireMock()
        .stubFor(
            post(urlMatching(UPLOAD))
                .withHeader(CONDITION, absent())
                .atPriority(1)
                .willReturn(error(403, "AccessDenied")));
    assertThatThrownBy(this::put).hasMessageContaining("403");

    assertThat(put()).isEqualTo(CONTENT.length);

    assertThat(stored()).isEqualTo(CONTENT);
    server
        .wireMock()
        .verify(2, postRequestedFor(urlMatching(UPLOAD)).withHeader(CONDITION, equalTo("*")));
  }

  @Test
  void aTrialTellsAServerThatKeepsTheCondition() throws IOException {
    store.create(NAME, "taken".getBytes());

    assertThat(store.putOver(NAME)).isEmpty();

    assertThat(stored()).isEqualTo("taken".getBytes());
    server.wireMock().verify(1, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  @Test
  void aTrialTellsAServerThatRefusesTheCondition() {
    refuseTheCondition(501, "NotImplemented");
    store.create(NAME, "taken".getBytes());

    assertThat(store.putOver(NAME))
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains("refuses If-None-Match (501 NotImplemented", "only looked at"));
  }

  @Test
  void aTrialTellsAServerThatIgnoresTheConditionAndLaterPutsLookFirst() throws IOException {
    store.create(NAME, "taken".getBytes());
    server.once("POST", UPLOAD, completed());

    assertThat(store.putOver(NAME))
        .hasValueSatisfying(text -> assertThat(text).contains("takes no notice of If-None-Match"));

    assertTaken(this::put, CONTENT.length);
    assertThat(stored()).isEqualTo("taken".getBytes());
  }

  /// What a trial found is known to its process only, and cells of older versions had none.
  @Test
  void aServerThatIgnoresTheConditionIsAskedForTheNameByAProcessThatNeverTriedIt()
      throws IOException {
    byte[] other = CONTENT.clone();
    other[0] ^= 1;
    try (S3ObjectStore target = server.openTarget()) {
      target.put(NAME, new ByteArrayInputStream(other));
    }
    server.always("POST", UPLOAD, completed());

    assertTaken(this::put, CONTENT.length);

    assertThat(stored()).isEqualTo(other);
    server.wireMock().verify(0, postRequestedFor(urlMatching(UPLOAD)));
    server.wireMock().verify(1, deleteRequestedFor(urlMatching(UPLOAD)));
  }

  private static ResponseDefinitionBuilder completed() {
    return aResponse()
        .withHeader("Content-Type", "application/xml")
        .withBody(
            "<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>packs/p1</Key>"
                + "<ETag>e</ETag></CompleteMultipartUploadResult>");
  }

  @Test
  void aTrialWhoseAnswerIsLostGivesNoFinding() {
    store.create(NAME, "taken".getBytes());
    server.always("POST", UPLOAD, error(500, "InternalError"));

    assertThatThrownBy(() -> store.putOver(NAME))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN));
  }

  private void refuseTheCondition(int status, String code) {
    server
        .wireMock()
        .stubFor(
            post(urlMatching(".*uploadId=.*"))
                .withHeader(CONDITION, equalTo("*"))
                .atPriority(1)
                .willReturn(error(status, code)));
  }

  private static void assertTaken(ThrowingCallable put, int sent) {
    assertThatThrownBy(put)
        .hasMessageContaining("'packs/p1'")
        .hasMessageContaining("expected a free name for " + sent + " bytes")
        .hasMessageContaining("it was not written over")
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT));
  }
}
