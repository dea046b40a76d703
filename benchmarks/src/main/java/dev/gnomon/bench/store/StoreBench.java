package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.peers.Rclone;
import dev.gnomon.bench.peers.Restic;
import dev.gnomon.bench.peers.Rustic;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Path directory = setting.workplace().fresh("prepare");
    GnomonStore ours = new GnomonStore(setting.workplace(), setting.launcher(), new LocalPlace());
    ours.warmUp(directory);
    Path pristine;
    if (setting.path().isPresent()) {
      pristine = setting.path().get();
    } else {
      pristine = setting.workplace().fresh("usr");
      UsrTree.copy(pristine);
    }
    Ground ground = Ground.of(pristine, setting.workplace().fresh("tree"));
    List<Peer> peers = new ArrayList<>();
    peers.add(
        peer(
            Restic.NAME,
            Restic.find(setting),
            restic -> restic.version(directory),
            restic -> scenario(Restic.NAME, new ResticStore(restic, new LocalPlace()), ground)));
    peers.add(
        peer(
            Rustic.NAME,
            Rustic.find(setting),
            rustic -> rustic.version(directory),
            rustic -> scenario(Rustic.NAME, new RusticStore(rustic), ground)));
    peers.add(
        peer(
            Rclone.NAME,
            Rclone.find(setting),
            rclone -> rclone.version(directory),
            rclone -> new RcloneSync(rclone, ground)));
    List<Measure> measures = new ArrayList<>(StoreMeasures.onDirectories());
    Contestant us = scenario("gnomon", ours, ground);
    if (setting.s3()) {
      measures.addAll(StoreMeasures.onS3());
      MinioPlace minio = MinioPlace.start(setting);
      GnomonStore remote = new GnomonStore(setting.workplace(), setting.launcher(), minio);
      us = both(us, new Scenario("gnomon", remote, ground, StoreMeasures.ON_S3));
      peers.add(
          peer(
              Restic.NAME + StoreMeasures.ON_S3,
              Restic.find(setting),
              restic -> restic.version(directory) + " on " + minio.version(),
              restic ->
                  new Scenario(
                      Restic.NAME, new ResticStore(restic, minio), ground, StoreMeasures.ON_S3)));
    }
    return new Contest(measures, Optional.of(ground.size()), us, peers);
  }

  private static Contestant scenario(String name, Contender contender, Ground ground) {
    return new Scenario(name, contender, ground, "");
  }

  private static Contestant both(Contestant first, Contestant second) {
    return directory -> {
      Path one = java.nio.file.Files.createDirectory(directory.resolve("local"));
      Path other = java.nio.file.Files.createDirectory(directory.resolve("remote"));
      Readings readings = first.round(one);
      dev.gnomon.bench.work.Trees.delete(one);
      for (var reading : second.round(other).values().entrySet()) {
        readings = readings.with(reading.getKey(), reading.getValue());
      }
      return readings;
    };
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
