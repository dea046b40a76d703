package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
  private static final Measure TIME = Measure.of("time", Unit.SECONDS).against("slow", "note");

  @TempDir Path directory;
  private Workplace workplace;
  private final List<String> ran = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    workplace = Workplace.in(directory, "");
  }

  @AfterEach
  void close() {
    workplace.close();
  }

  private Contestant reading(String name, double... values) {
    int[] next = {0};
    return round -> {
      ran.add(name);
      return Readings.NONE.with("time", values[next[0]++]);
    };
  }

  private Contestant failing(String name, int fromRound, Exception failure) {
    int[] next = {0};
    return round -> {
      ran.add(name);
      if (++next[0] < fromRound) {
        return Readings.NONE.with("time", 1.0);
      }
      switch (failure) {
        case RoundFailedException e -> throw e;
        case IOException e -> throw e;
        default -> throw new AssertionError(failure);
      }
    };
  }

  private static Contest contest(Contestant ours, Peer... peers) {
    return new Contest(List.of(TIME), Optional.empty(), ours, List.of(peers));
  }

  private Rounds.Tallies run(Contest contest, int count) throws Exception {
    return new Rounds(workplace, said::add).run(contest, count);
  }

  @Test
  void everybodyRunsInTurnAndGoesFirstInTurn() throws Exception {
    Contest contest =
        contest(
            reading("gnomon", 1, 2, 3),
            new Peer.Present("slow", "1", reading("slow", 4, 5, 6)),
            new Peer.Absent("other", "not here"));

    Rounds.Tallies tallies = run(contest, 3);

    assertThat(ran).containsExactly("gnomon", "slow", "slow", "gnomon", "gnomon", "slow");
    assertThat(tallies.ours().spread("time")).hasValue(new Spread(2, 1, 3));
    assertThat(tallies.of("slow").spread("time")).hasValue(new Spread(5, 4, 6));
    assertThat(tallies.of("other").spread("time")).isEmpty();
    assertThat(said).hasSize(6).startsWith("round 1 of 3: gnomon", "round 1 of 3: slow");
  }

  @Test
  void aPeerThatFailsIsReportedAndNotRunAgain() throws Exception {
    Contestant broken = failing("slow", 1, new RoundFailedException("restic exited with 1"));
    Contest contest = contest(reading("gnomon", 1, 2, 3), new Peer.Present("slow", "1", broken));

    Rounds.Tallies tallies = run(contest, 3);

    assertThat(ran).containsExactly("gnomon", "slow", "gnomon", "gnomon");
    assertThat(tallies.of("slow").failures()).containsExactly("restic exited with 1");
    assertThat(said).contains("slow failed: restic exited with 1");
    assertThat(tallies.ours().spread("time")).hasValue(new Spread(2, 1, 3));
  }

  @Test
  void aPeerKeepsWhatItReadBeforeItFailed() throws Exception {
    Contestant late = failing("slow", 2, new IOException("disk full"));
    Contest contest = contest(reading("gnomon", 1, 2), new Peer.Present("slow", "1", late));

    Rounds.Tallies tallies = run(contest, 2);

    assertThat(tallies.of("slow").spread("time")).hasValue(new Spread(1, 1, 1));
    assertThat(tallies.of("slow").failures().getFirst()).contains("disk full");
  }

  @Test
  void nothingIsMeasuredIfOursFailsFromTheStart() {
    Contest contest =
        contest(
            failing("gnomon", 1, new RoundFailedException("gnomon demo exited with 1")),
            new Peer.Present("slow", "1", reading("slow", 1, 2, 3)));

    assertThatThrownBy(() -> run(contest, 3)).hasMessage("gnomon demo exited with 1");
    assertThat(ran).containsExactly("gnomon", "slow", "slow", "gnomon");
  }

  @Test
  void nothingIsMeasuredIfTheOnlyRoundOfOursFails() {
    Contest contest = contest(failing("gnomon", 1, new RoundFailedException("it broke")));

    assertThatThrownBy(() -> run(contest, 1)).hasMessage("it broke");
  }

  @Test
  void oursMayFailOnceBeforeItIsMeasured() throws Exception {
    int[] next = {0};
    Contest contest =
        contest(round -> {
          if (next[0]++ == 0) {
            throw new RoundFailedException("a hiccup");
          }
          return Readings.NONE.with("time", 3);
        });

    Rounds.Tallies tallies = run(contest, 3);

    assertThat(tallies.ours().spread("time")).hasValue(new Spread(3, 3, 3));
    assertThat(tallies.ours().failures()).containsExactly("a hiccup");
  }

  @Test
  void aLaterFailureOfOursIsReportedBesideItsFigures() throws Exception {
    Contest contest = contest(failing("gnomon", 2, new RoundFailedException("it broke")));

    Rounds.Tallies tallies = run(contest, 3);

    assertThat(tallies.ours().failures()).containsExactly("it broke", "it broke");
    assertThat(tallies.ours().spread("time")).hasValue(new Spread(1, 1, 1));
  }

  private static Contest leaving(List<Path> directories) {
    return contest(round -> {
      assertThat(round).isEmptyDirectory();
      directories.add(round);
      Files.writeString(round.resolve("left"), "behind");
      return Readings.NONE;
    });
  }

  @Test
  void everyRoundHasAnEmptyDirectoryOfItsOwn() throws Exception {
    List<Path> directories = new ArrayList<>();

    run(leaving(directories), 2);

    assertThat(directories).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void whatARoundLeavesGoesWhereTheDiskHasNotEnoughRoomForIt() throws Exception {
    List<Path> directories = new ArrayList<>();

    new Rounds(workplace, said::add, Long.MAX_VALUE).run(leaving(directories), 2);

    assertThat(directories).hasSize(2).allMatch(Files::notExists);
  }
}
