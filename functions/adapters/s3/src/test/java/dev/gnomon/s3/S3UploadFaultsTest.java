package dev.gnomon.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.gnomon.s3.FaultyServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streaming puts against a faulty server: parts are sent again, and what fails leaves no upload.
class S3UploadFaultsTest {
  private static final ObjectName NAME = new ObjectName("packs/p1");
  private static final String PART_2 = ".*/packs/p1\\?.*partNumber=2.*";
  private static final String UPLOAD = ".*/packs/p1\\?uploadId=.*";
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
    server.once("PUT", ".*/packs/p1", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    byte[] small = "small".getBytes();

    assertThat(store.put(NAME, new ByteArrayInputStream(small))).isEqualTo(5);

    assertThat(stored()).isEqualTo(small);
    server.wireMock().verify(0, postRequestedFor(urlMatching(".*uploads.*")));
  }
}
