package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.cells.CellPlace.Versions;
import dev.gnomon.core.cells.Finding;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.cells.InitCell;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.verification.buckets.S3TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Buckets are made cells on an S3Proxy, which offers little, and on a real MinIO.
class S3CellPlaceIT {
  private static final int PART = 5 * 1024 * 1024;

  private static List<Finding> init(S3Settings settings) {
    try (S3CellPlace place = S3CellPlace.open(settings);
        S3ObjectStore store = S3ObjectStore.open(settings)) {
      return new InitCell(
              place,
              () -> store,
              Clock.systemUTC(),
              () -> UUID.randomUUID().toString(),
              false,
              false,
              Pause.sleeping())
          .run();
    }
  }

  private static Finding of(List<Finding> findings, String what) {
    return findings.stream().filter(one -> one.what().equals(what)).findFirst().orElseThrow();
  }

  private static S3Settings minio(String path) {
    S3TestServer server = S3TestServer.required("S3CellPlaceIT");
    return S3ObjectStores.settings(
            URI.create("s3+" + server.endpoint() + "/" + path),
            server.accessKey(),
            server.secretKey(),
            "")
        .withPartBytes(PART);
  }

  @Test
  void aServerThatOffersLittleIsACellAllTheSame(@TempDir Path directory) throws Exception {
    try (S3ProxyServer server = new S3ProxyServer(directory)) {
      S3Settings settings = server.settings("fresh/cell").withPartBytes(PART);

      List<Finding> first = init(settings);

      assertThat(first).noneMatch(one -> one.state() == State.FAILED);
      assertThat(of(first, "place").state()).isEqualTo(State.DONE);
      assertThat(of(first, "lifecycle").state()).isEqualTo(State.NOT_OFFERED);
      assertThat(init(settings)).noneMatch(Finding::changed);
    }
  }

  @Test
  void aBucketOfMinioGetsVersionsAndARuleForThemAndASecondCellInItItsOwn() {
    String bucket = "init-" + UUID.randomUUID();
    S3Settings east = minio(bucket + "/east");
    S3Settings west = minio(bucket + "/west");

    List<Finding> first = init(east);
    List<Finding> second = init(west);

    assertThat(first).allMatch(Finding::changed);
    assertThat(of(first, "lifecycle").said()).contains("old versions after 30 days");
    assertThat(of(second, "place").state()).isEqualTo(State.SAME);
    assertThat(of(second, "lifecycle").state()).isEqualTo(State.DONE);
    assertThat(of(second, "versions").state()).isEqualTo(State.SAME);
    assertThat(init(east)).noneMatch(Finding::changed);
    try (S3CellPlace place = S3CellPlace.open(east)) {
      assertThat(place.versions()).contains(Versions.ON);
      assertThat(place.lifecycle())
          .hasValueSatisfying(rules -> {
            assertThat(rules.ours()).isPresent();
            assertThat(rules.others()).isEqualTo(1);
          });
    }
  }

  @Test
  void oldVersionsOfOthersAreNotTakenAwayOnMinio() {
    S3Settings cell = minio("theirs-" + UUID.randomUUID() + "/cell");
    try (S3CellPlace place = S3CellPlace.open(cell)) {
      place.make();
      place.keepVersions();

      List<Finding> findings = init(cell);

      assertThat(findings).noneMatch(one -> one.state() == State.FAILED);
      assertThat(place.lifecycle())
          .hasValueSatisfying(rules -> assertThat(rules.expire()).isFalse());
    }
  }

  @Test
  void cellsThatAreMadeInOneBucketAtTheSameTimeAllKeepTheirRules() throws Exception {
    String bucket = "together-" + UUID.randomUUID();
    List<S3Settings> cells =
        IntStream.range(0, 4).mapToObj(cell -> minio(bucket + "/cell" + cell)).toList();
    init(cells.getFirst());

    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<List<Finding>>> runs =
          cells.stream().skip(1).map(cell -> threads.submit(() -> init(cell))).toList();
      for (Future<List<Finding>> run : runs) {
        assertThat(run.get()).noneMatch(one -> one.state() == State.FAILED);
      }
    }

    for (S3Settings cell : cells) {
      try (S3CellPlace place = S3CellPlace.open(cell)) {
        assertThat(place.lifecycle())
            .hasValueSatisfying(rules -> {
              assertThat(rules.ours()).isPresent();
              assertThat(rules.others()).isEqualTo(3);
            });
      }
    }
  }

  @Test
  void aBucketThatTheseKeysMayNotLookAtIsRefused() throws Exception {
    S3Settings own = minio("mine-" + UUID.randomUUID());
    try (S3CellPlace place = S3CellPlace.open(own)) {
      place.make();
    }
    S3Settings stranger =
        new S3Settings(
            own.endpoint(),
            own.bucket(),
            "",
            own.region(),
            "stranger",
            "stranger-secret",
            own.timeouts(),
            own.partBytes(),
            own.sessionToken());
    try (S3CellPlace place = S3CellPlace.open(stranger)) {
      assertThatThrownBy(place::isThere)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("somebody else's");
    }
  }
}
