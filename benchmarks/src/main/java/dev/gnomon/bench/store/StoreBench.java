package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.journal.UndoRounds;
import dev.gnomon.bench.peers.Rclone;
import dev.gnomon.bench.peers.Restic;
import dev.gnomon.bench.peers.Rustic;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The shadow store beside backup programs: the same tree, the same kind of store.
public final class StoreBench implements Bench {
  @Override
  public String name() {
    return "store";
  }

  @Override
  public String summary() {
    return "shadows and restores of one tree, whole processes on the same kind of store";
  }

  @Override
  public List<String> peers() {
    return List.of(Restic.NAME, Rustic.NAME, Rclone.NAME, MinioPlace.NAME);
  }

  @Override
  public List<String> parts() {
    return StoreMeasures.onDirectories().stream().map(Measure::name).toList();
  }

  @Override
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Path directory = setting.workplace().fresh("prepare");
    GnomonStore ours = new GnomonStore(setting.gnomon(), new LocalPlace());
    setting.gnomon().warmUp(directory);
    Path pristine;
    if (setting.path().isPresent()) {
      pristine = setting.path().get();
    } else {
      pristine = setting.workplace().fresh("usr");
      UsrTree.copy(pristine);
    }
    Ground ground = Ground.of(pristine, setting.workplace().fresh("tree"));
    List<Measure> measures =
        new ArrayList<>(
            StoreMeasures.onDirectories().stream()
                .filter(measure -> setting.wants(measure.name()))
                .toList());
    List<Contestant> us = new ArrayList<>();
    if (wants(setting, StoreMeasures::isOfStores)) {
      us.add(scenario("gnomon", ours, ground));
    }
    if (wants(setting, StoreMeasures::isOfReplicas)) {
      us.add(new GnomonReplica(setting.gnomon(), ground));
    }
    if (wants(setting, StoreMeasures::isOfJournals)) {
      us.add(new UndoRounds(setting.gnomon()));
    }
    List<Peer> peers = new ArrayList<>();
    if (named(Restic.NAME, measures)) {
      peers.add(
          peer(
              Restic.NAME,
              Restic.find(setting),
              restic -> restic.version(directory),
              restic -> scenario(Restic.NAME, new ResticStore(restic, new LocalPlace()), ground)));
    }
    if (named(Rustic.NAME, measures)) {
      peers.add(
          peer(
              Rustic.NAME,
              Rustic.find(setting),
              rustic -> rustic.version(directory),
              rustic -> scenario(Rustic.NAME, new RusticStore(rustic, new LocalPlace()), ground)));
    }
    if (named(Rclone.NAME, measures)) {
      peers.add(
          peer(
              Rclone.NAME,
              Rclone.find(setting),
              rclone -> rclone.version(directory),
              rclone -> new RcloneSync(rclone, ground)));
    }
    if (setting.s3()) {
      measures.addAll(StoreMeasures.onS3());
      onS3(setting, ground, directory, us, peers);
    }
    return new Contest(measures, Optional.of(ground.size()), new Together(us), peers);
  }

  /// Everybody on one server. Without a server nobody has figures there; the rest is measured.
  private static void onS3(
      Setting setting, Ground ground, Path directory, List<Contestant> us, List<Peer> peers)
      throws RoundFailedException, IOException, InterruptedException {
    Optional<MinioPlace> started = MinioPlace.start(setting);
    if (started.isEmpty()) {
      for (String name : List.of(Restic.NAME, Rustic.NAME)) {
        peers.add(
            new Peer.Absent(
                name + StoreMeasures.ON_S3,
                "there is no MinIO server on the PATH; --peer minio=PROGRAM names one elsewhere"));
      }
      return;
    }
    MinioPlace minio = started.get();
    us.add(
        new Scenario(
            "gnomon", new GnomonStore(setting.gnomon(), minio), ground, StoreMeasures.ON_S3));
    peers.add(
        peer(
            Restic.NAME + StoreMeasures.ON_S3,
            Restic.find(setting),
            restic -> restic.version(directory) + " on " + minio.version(),
            restic ->
                new Scenario(
                    Restic.NAME, new ResticStore(restic, minio), ground, StoreMeasures.ON_S3)));
    peers.add(
        peer(
            Rustic.NAME + StoreMeasures.ON_S3,
            Rustic.find(setting),
            rustic -> rustic.version(directory) + " on " + minio.version(),
            rustic ->
                new Scenario(
                    Rustic.NAME, new RusticStore(rustic, minio), ground, StoreMeasures.ON_S3)));
  }

  private static boolean wants(Setting setting, Predicate<String> kind) {
    return StoreMeasures.onDirectories().stream()
        .map(Measure::name)
        .anyMatch(name -> kind.test(name) && setting.wants(name));
  }

  private static boolean named(String peer, List<Measure> measures) {
    return measures.stream()
        .flatMap(measure -> measure.comparisons().stream())
        .anyMatch(comparison -> comparison.peer().equals(peer));
  }

  private static Contestant scenario(String name, Contender contender, Ground ground) {
    return new Scenario(name, contender, ground, "");
  }

  private interface Asked<T, R> {
    R of(T program) throws RoundFailedException, InterruptedException;
  }

  private static <T> Peer peer(
      String name, Optional<T> found, Asked<T, String> version, Asked<T, Contestant> contestant)
      throws InterruptedException {
    if (found.isEmpty()) {
      return new Peer.Absent(
          name, "it is not on the PATH; --peer %s=PROGRAM names one elsewhere".formatted(name));
    }
    try {
      return new Peer.Present(name, version.of(found.get()), contestant.of(found.get()));
    } catch (RoundFailedException e) {
      return new Peer.Broken(name, e.text());
    }
  }
}
