package dev.gnomon.bench.micro;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.micro.MicroMeasure.Limit;
import dev.gnomon.bench.work.Workplace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Single parts of the store beside the limits of the machine, by JMH.
public final class MicroBench implements Bench {
  @Override
  public String name() {
    return "micro";
  }

  @Override
  public String summary() {
    return "chunker, hash, codecs, seals and lookups, each beside what the machine can do at best";
  }

  @Override
  public List<String> peers() {
    return List.of();
  }

  @Override
  public List<String> parts() {
    return MicroMeasure.ALL.stream().map(MicroMeasure::name).toList();
  }

  /// JMH repeats by itself.
  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public Contest prepare(Setting setting) {
    List<MicroMeasure> wanted =
        MicroMeasure.ALL.stream().filter(measure -> setting.wants(measure.name())).toList();
    List<Peer> limits = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      List<MicroMeasure> bounded =
          wanted.stream().filter(measure -> measure.limit() == limit).toList();
      limits.add(
          new Peer.Present(
              limit.title(),
              limit.what(),
              contestant(setting.workplace(), bounded, MicroMeasure::bound)));
    }
    return new Contest(
        wanted.stream().map(MicroMeasure::measure).toList(),
        Optional.empty(),
        contestant(setting.workplace(), wanted, MicroMeasure::ours),
        limits);
  }

  private static Contestant contestant(
      Workplace workplace, List<MicroMeasure> measures, Function<MicroMeasure, String> benchmark) {
    return directory -> {
      List<String> names = measures.stream().map(benchmark).distinct().toList();
      Readings readings = Readings.NONE;
      if (names.isEmpty()) {
        return readings;
      }
      Map<String, Double> scores = new Jmh(workplace, directory).run(names);
      for (MicroMeasure measure : measures) {
        Double score = scores.get(benchmark.apply(measure));
        if (score != null) {
          readings = readings.with(measure.name(), measure.inUnit(score));
        }
      }
      return readings;
    };
  }
}
